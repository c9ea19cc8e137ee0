import { type Resource } from "../engine/resource";
import { at, elements, entries, isMapping, type Mapping, text, type Value } from "../engine/snapshot";
import { embeddedDocuments } from "./document";
import { type Container, containers, parseImage, podTemplates } from "./podTemplate";

/** An index lifecycle policy of Elasticsearch, wherever a ConfigMap holds one. */
export interface LifecycleDocument {
  readonly place: string;
  readonly phases: Mapping;
}

/** The lifecycle policies in a ConfigMap, recognised by their phases. */
export function lifecycleDocuments(resource: Resource): LifecycleDocument[] {
  if (!resource.isKind("ConfigMap")) return [];
  return embeddedDocuments(resource).flatMap(({ place, content }) => {
    const phases = "mapping" in content ? at(content.mapping, "policy", "phases") : undefined;
    return isMapping(phases) ? [{ place, phases }] : [];
  });
}

/** A container of Jaeger's tools for Elasticsearch. */
export interface ToolContainer {
  readonly owner: Resource;
  readonly title: string;
  readonly container: Container;
}

/** The containers of a resource whose image has this last part, also under a registry of one's own. */
export function toolContainers(owner: Resource, basename: string): ToolContainer[] {
  return podTemplates(owner).flatMap((template) =>
    containers(template)
      .filter(({ spec }) => parseImage(text(at(spec, "image")) ?? "").basename === basename)
      .map((container) => ({ owner, container, title: `${owner.title}, ${container.title}` })),
  );
}

/** Jaeger's index cleaner: its first argument is a number of days. */
export const cleanerImage = "jaeger-es-index-cleaner";

/** Jaeger's tool that makes the first index of a rollover alias. */
export const rolloverImage = "jaeger-es-rollover";

/** The value of a literal variable of a container; of several entries the last one counts, as it does in a pod. */
export function variable(container: Container, name: string): Value | undefined {
  return at(entryOf(container, name), "value");
}

/** Whether a variable of a container is this text. A variable that is not set is empty. */
export function variableIs(container: Container, name: string, expected: string): boolean {
  const entry = entryOf(container, name);
  return entry === undefined ? expected === "" : at(entry, "value") === expected;
}

function entryOf(container: Container, name: string): Value | undefined {
  return elements(at(container.spec, "env")).findLast((candidate) => at(candidate, "name") === name);
}

/** How Jaeger rotates the indices of spans: by date, or by rollover with a lifecycle policy. */
export type Rotation =
  | { readonly mechanism: "cleaner" }
  | { readonly mechanism: "ilm"; readonly policyName: string | undefined }
  | { readonly mechanism: "other"; readonly what: string };

/**
 * Reads the rotation of one kind of index of an Elasticsearch backend, in both of Jaeger's ways to write it: `rotation`
 * from 2.20 on, `use_ilm` and `use_aliases` before.
 */
export function rotationOf(settings: Value | undefined, kind: string): Rotation {
  const index = at(settings, "indices", kind);
  const rotation = at(index, "rotation");
  const legacy = ["use_ilm", "use_aliases"].map((key) => at(settings, key));
  if (rotation === undefined || rotation === null) {
    if (legacy.every((value) => value === true)) return { mechanism: "ilm", policyName: undefined };
    if (legacy.some((value) => value !== undefined && value !== false)) {
      return { mechanism: "other", what: "only one of use_ilm and use_aliases is true" };
    }
    return daily(at(index, "rollover_frequency"), at(index, "date_layout"));
  }
  const ways = entries(rotation);
  const [way] = ways;
  if (way === undefined || ways.length > 1)
    return { mechanism: "other", what: "rotation names no single way" };
  if (way[0] === "auto_rollover") return { mechanism: "ilm", policyName: text(at(way[1], "policy_name")) };
  if (way[0] === "periodic") return daily(at(way[1], "rollover_frequency"), at(way[1], "date_layout"));
  return { mechanism: "other", what: `rotation is ${way[0]}` };
}

function daily(frequency: Value | undefined, layout: Value | undefined): Rotation {
  if (
    !["day", undefined].includes(text(frequency)) ||
    (frequency !== undefined && typeof frequency !== "string")
  ) {
    return { mechanism: "other", what: "its indices are not one a day" };
  }
  if (layout !== undefined && layout !== "2006-01-02") {
    return { mechanism: "other", what: "the dates of its indices are not those that the cleaner reads" };
  }
  return { mechanism: "cleaner" };
}
