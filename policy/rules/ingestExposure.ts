import { containers } from "../artefacts/podTemplate";
import { type CollectorContainer } from "../artefacts/collectorContainer";
import { collectorsBehind, type SpanEntrance, spanEntrances } from "../artefacts/spanEntrances";
import { type Resource } from "../engine/resource";
import { type Finding, type StackRule } from "../engine/rule";
import { at, elements, entries, show, UNKNOWN, type Value } from "../engine/snapshot";
import { type Stack } from "../engine/stack";

/**
 * No span comes in from outside in clear on any part of its way. Services with a port to the outside and routes of other
 * kinds are refused by jaeger-ui-prohibit-open-exposure, ports of the node by kubernetes-pod-require-restricted-security.
 */
export const ingestExposure: StackRule = {
  scope: "stack",
  name: "otlp-ingest-prohibit-plain-exposure",
  description:
    "An Ingress leads to a port for spans only where that port has TLS too: its own TLS ends at the controller.",
  severity: "high",
  remediationSteps:
    'Set nova-tracing:ingest.tls to "tls" or "mtls", or take the Ingress away: services send from inside of the cluster.',
  *judge(stack) {
    for (const ingress of stack.ofKind("Ingress")) {
      for (const backend of backends(ingress)) yield* judgeBackend(stack, ingress, backend);
    }
  },
};

function backends(ingress: Resource): (Value | undefined)[] {
  const paths = elements(ingress.at("spec", "rules")).flatMap((rule) => elements(at(rule, "http", "paths")));
  return [ingress.at("spec", "defaultBackend"), ...paths.map((path) => at(path, "backend"))].filter(
    (backend) => backend !== undefined && backend !== null,
  );
}

function* judgeBackend(stack: Stack, ingress: Resource, backend: Value | undefined): Iterable<Finding> {
  const { urn, title } = ingress;
  // The second form is that of extensions/v1beta1.
  const name = at(backend, "service", "name") ?? at(backend, "serviceName");
  if (typeof name !== "string") {
    yield {
      urn,
      message: `${title}: where it leads cannot be judged: its backend is ${show(backend)}. Name a Service plainly.`,
    };
    return;
  }
  // One that is not of this stack leads to no collector of it that the pack could know of.
  const service = stack.find("Service", ingress.namespace ?? "default", name);
  if (service === undefined) return;
  const selector = service.at("spec", "selector");
  if (selector !== UNKNOWN && entries(selector).length === 0) {
    yield {
      urn,
      message: `${title}: where it leads cannot be judged: ${service.title} has no selector. Give it one.`,
    };
  }
  for (const collector of collectorsBehind(stack, service)) {
    if ("problem" in collector.configuration) {
      const { problem } = collector.configuration;
      yield { urn, message: `${title}: leads to ${collector.title}, which cannot be judged: ${problem}.` };
      continue;
    }
    const given = at(backend, "service", "port", "number") ?? at(backend, "service", "port", "name");
    const targets = targetPorts(service, given ?? at(backend, "servicePort"), collector);
    for (const entrance of spanEntrances(collector.configuration.document)) {
      if (entrance.tls !== "none" || !leadsTo(targets, entrance)) continue;
      yield {
        urn,
        message: `${title}: leads to ${service.title} and there to ${entrance.place} of ${collector.title}, which takes spans in clear${entrance.problem === undefined ? "" : ` (${entrance.problem})`}. Give it TLS, or take the Ingress away.`,
      };
    }
  }
}

// The ports of the pod behind a port of the Service; `undefined` among them is one that cannot be known.
function targetPorts(
  service: Resource,
  given: Value | undefined,
  { template }: CollectorContainer,
): (number | undefined)[] {
  const open = elements(service.at("spec", "ports"));
  const meant = open.filter((port) => at(port, "port") === given || at(port, "name") === given);
  if (meant.length === 0) return [undefined];
  return meant.map((port) => {
    const target = at(port, "targetPort") ?? at(port, "port");
    if (typeof target === "number") return target;
    const named = containers(template)
      .flatMap(({ spec }) => elements(at(spec, "ports")))
      .find((entry) => at(entry, "name") === target);
    const number = at(named, "containerPort");
    return typeof number === "number" ? number : undefined;
  });
}

function leadsTo(targets: readonly (number | undefined)[], { port }: SpanEntrance): boolean {
  return port === undefined || targets.includes(undefined) || targets.includes(port);
}
