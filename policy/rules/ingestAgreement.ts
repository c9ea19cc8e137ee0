import { componentType } from "../artefacts/collectorConfiguration";
import { type CollectorContainer } from "../artefacts/collectorContainer";
import { collectorContainers } from "../artefacts/collectorContainer";
import { collectorsBehind, type SpanEntrance, spanEntrances } from "../artefacts/spanEntrances";
import { serviceConfiguration, type ServiceConfiguration } from "../artefacts/tracingVariables";
import { type Resource } from "../engine/resource";
import { type Finding, type StackRule } from "../engine/rule";
import { at, entries, type Mapping, show, text, type Value } from "../engine/snapshot";
import { type Stack } from "../engine/stack";

/** Whoever sends spans speaks TLS where whoever takes them does, and nowhere else. */
export const ingestAgreement: StackRule = {
  scope: "stack",
  name: "otlp-ingest-require-agreement",
  description:
    "All receivers of a collector have TLS, or none has; the scheme in the services' ConfigMaps says the same, and so does the exporter of a collector that sends to another of the stack.",
  severity: "high",
  remediationSteps:
    "Let the program render both ends from nova-tracing:ingest; never change one of them alone, or every span is refused.",
  *judge(stack) {
    for (const collector of collectorContainers(stack)) yield* judgeReceivers(collector);
    const service = stack.find("Service", "observability", "jaeger-collector");
    // That it exists and leads somewhere is the rule of jaeger-configuration-require-readable.
    if (service === undefined) return;
    const entrances = entrancesBehind(stack, service);
    for (const resource of stack.ofKind("ConfigMap")) {
      const configuration = serviceConfiguration(resource);
      if (configuration !== undefined) yield* judgeService(configuration, entrances);
    }
    yield* judgeExporters(stack);
  },
};

interface NamedEntrance extends SpanEntrance {
  readonly title: string;
}

function entrancesOf({ title, configuration }: CollectorContainer): NamedEntrance[] {
  // One that cannot be read is refused by jaeger-configuration-require-readable.
  if ("problem" in configuration) return [];
  return spanEntrances(configuration.document).map((entrance) => ({
    ...entrance,
    title: `${entrance.place} of ${title}`,
  }));
}

function entrancesBehind(stack: Stack, service: Resource): NamedEntrance[] {
  return collectorsBehind(stack, service).flatMap(entrancesOf);
}

function* judgeReceivers(collector: CollectorContainer): Iterable<Finding> {
  const { urn } = collector.owner;
  const entrances = entrancesOf(collector);
  for (const { title, problem } of entrances) {
    if (problem !== undefined)
      yield { urn, message: `${title}: ${problem}. Write TLS out, or leave it out.` };
  }
  const [first, ...others] = entrances;
  const other = others.find(({ tls }) => tls !== first?.tls);
  if (first === undefined || other === undefined) return;
  yield {
    urn,
    message: `${first.title} has ${shown(first)}, and ${other.title} has ${shown(other)}. Give them the same.`,
  };
}

function shown({ tls }: SpanEntrance): string {
  return tls === "none" ? "no TLS" : tls === "server" ? "TLS" : "TLS with certificates of the clients";
}

const endpoints = ["OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "JAEGER_ENDPOINT"] as const;

function* judgeService(
  { resource, data }: ServiceConfiguration,
  entrances: readonly NamedEntrance[],
): Iterable<Finding> {
  for (const variable of endpoints) {
    const value = data[variable];
    // Their presence and form are the rule of tracing-configmap-require-contract.
    if (typeof value !== "string") continue;
    const against = entrances.find(({ tls }) => (tls === "none") === /^https:/i.test(value));
    if (against === undefined) continue;
    yield {
      urn: resource.urn,
      message: `${resource.title}, data.${variable}: ${show(value)}, but ${against.title} has ${shown(against)}. Write ${against.tls === "none" ? "http" : "https"}, or change the receiver.`,
    };
  }
}

// A gateway before Jaeger: one hop more, which is held to the same.
function* judgeExporters(stack: Stack): Iterable<Finding> {
  for (const { owner, title, configuration } of collectorContainers(stack)) {
    if ("problem" in configuration) continue;
    for (const [id, settings] of entries(at(configuration.document, "exporters"))) {
      const type = componentType(id);
      if (!/^otlp(_?(grpc|http))?$/.test(type)) continue;
      const where = `exporters.${id} of ${title}`;
      const { urn } = owner;
      if (at(settings, "tls", "insecure_skip_verify") === true) {
        yield {
          urn,
          message: `${where}: tls.insecure_skip_verify sends spans to whoever answers. Leave it out.`,
        };
      }
      for (const against of entrancesBehindName(stack, owner, addressOf(settings))) {
        if ((against.tls === "none") === isPlain(type, settings)) continue;
        yield {
          urn,
          message: `${where} sends ${isPlain(type, settings) ? "in clear" : "over TLS"}, but ${against.title} has ${shown(against)}. Give both the same.`,
        };
      }
    }
  }
}

function addressOf(settings: Value | undefined): string {
  return text(at(settings, "endpoint") ?? at(settings, "traces_endpoint")) ?? "";
}

function isPlain(type: string, settings: Value | undefined): boolean {
  const [, scheme] = /^(https?):\/\//i.exec(addressOf(settings)) ?? [];
  if (scheme !== undefined) return scheme.toLowerCase() === "http";
  return !type.endsWith("http") && (at(settings, "tls") as Mapping | undefined)?.["insecure"] === true;
}

function entrancesBehindName(stack: Stack, owner: Resource, address: string): NamedEntrance[] {
  const [, host = "", port] = /^(?:[a-z]+:\/{2,3})?([^:/]+)(?::(\d+))?/i.exec(address) ?? [];
  const [name = "", namespace = owner.namespace ?? "default"] = host.split(".");
  const service = stack.find("Service", namespace, name);
  if (service === undefined) return [];
  return entrancesBehind(stack, service).filter(
    (entrance) => entrance.port === undefined || port === undefined || entrance.port === Number(port),
  );
}
