import { type Resource } from "../engine/resource";
import { at, elements, entries, isMapping, type Mapping, text, type Value } from "../engine/snapshot";
import { embeddedDocuments, parseText } from "./document";

/** A configuration of Jaeger v2 or of an OpenTelemetry Collector (the two have one format). */
export interface CollectorConfiguration {
  /** Where it stands: `data["config.yaml"]`. */
  readonly place: string;
  readonly document: Mapping;
}

/** A pipeline that carries spans. */
export interface TracesPipeline {
  /** Its identifier: `traces` or `traces/NAME`. */
  readonly id: string;
  readonly receivers: readonly Value[];
  readonly processors: readonly Value[];
  readonly exporters: readonly Value[];
}

/** A storage backend that the configuration opens. */
export interface StorageBackend {
  readonly name: string;
  /** Path to it, for messages. */
  readonly place: string;
  /** Its only key: `memory`, `badger`, `elasticsearch` ...; `undefined` if it has none or several. */
  readonly type: string | undefined;
  readonly settings: Value | undefined;
}

/** Whether a document is such a configuration, by what it holds and not by its name. */
export function isCollectorConfiguration(document: Mapping): boolean {
  return (
    at(document, "service", "pipelines") !== undefined ||
    at(document, "extensions", "jaeger_storage") !== undefined ||
    at(document, "extensions", "jaeger_query") !== undefined
  );
}

/** The configurations in a ConfigMap; of any other resource none. */
export function collectorConfigurations(resource: Resource): CollectorConfiguration[] {
  if (!resource.isKind("ConfigMap")) return [];
  return embeddedDocuments(resource).flatMap(({ place, content }) =>
    "mapping" in content && isCollectorConfiguration(content.mapping)
      ? [{ place, document: content.mapping }]
      : [],
  );
}

/** The configuration in a text, or why it is none. */
export function readCollectorConfiguration(source: string): { document: Mapping } | { problem: string } {
  const content = parseText(source);
  if ("problem" in content) return content;
  if (!isCollectorConfiguration(content.mapping)) return { problem: "it has no service.pipelines" };
  return { document: content.mapping };
}

/** Type of a component: what stands before the slash of its identifier. */
export function componentType(id: Value | undefined): string {
  return (text(id) ?? "").split("/")[0]?.trim() ?? "";
}

/** The pipelines that carry spans. One that only keeps a query process alive (nop to nop) carries none. */
export function tracesPipelines(document: Mapping): TracesPipeline[] {
  return entries(at(document, "service", "pipelines"))
    .filter(([id]) => componentType(id) === "traces")
    .map(([id, pipeline]) => ({
      id,
      receivers: elements(at(pipeline, "receivers")),
      processors: elements(at(pipeline, "processors")),
      exporters: elements(at(pipeline, "exporters")),
    }))
    .filter(({ receivers, exporters }) => !(onlyNop(receivers) && onlyNop(exporters)));
}

function onlyNop(components: readonly Value[]): boolean {
  return components.length > 0 && components.every((id) => componentType(id) === "nop");
}

/** The storage backends for spans. */
export function storageBackends(document: Mapping): StorageBackend[] {
  return entries(at(document, "extensions", "jaeger_storage", "backends")).map(([name, backend]) => {
    const types = isMapping(backend) ? Object.keys(backend) : [];
    const type = types.length === 1 ? types[0] : undefined;
    return {
      name,
      place: `extensions.jaeger_storage.backends.${name}`,
      type,
      settings: type === undefined ? undefined : at(backend, type),
    };
  });
}
