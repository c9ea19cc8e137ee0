import { tracesPipelines, componentType } from "../artefacts/collectorConfiguration";
import { collectorContainers, type CollectorContainer, selects } from "../artefacts/collectorContainer";
import { coversPort } from "../artefacts/networkPolicy";
import { podTemplates, type PodTemplate } from "../artefacts/podTemplate";
import { couldSelect, spanEntrances } from "../artefacts/spanEntrances";
import { type Resource } from "../engine/resource";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { at, elements, isMapping, show, text, UNKNOWN, type Value } from "../engine/snapshot";
import { type Stack } from "../engine/stack";

const namespace = "observability";

/** Where a gateway takes personal data out, nobody sends spans past it. */
export const gatewayBypass: StackRule = {
  scope: "stack",
  name: "jaeger-gateway-prohibit-bypass",
  description:
    "Above dev NetworkPolicies let nobody but the gateway reach the ports on which Jaeger's own collectors take spans.",
  severity: "high",
  remediationSteps:
    "In the NetworkPolicies of Jaeger's collectors, allow the ports of their receivers from a podSelector of the gateway's pods alone, without a namespaceSelector.",
  *judge(stack) {
    const found = limitsOf(stack.environment);
    if ("problem" in found) {
      yield { message: `Whether spans may pass the gateway cannot be judged: ${found.problem}.` };
      return;
    }
    if (!found.limits.redactionGateway) return;
    const policies = stack.ofKind("NetworkPolicy").filter((policy) => policy.namespace === namespace);
    for (const collector of collectorContainers(stack).filter(storesSpans)) {
      for (const policy of policies) {
        if (mayApply(policy, collector.template)) yield* judgePolicy(stack, policy, collector);
      }
    }
  },
};

function storesSpans({ configuration, owner }: CollectorContainer): boolean {
  return (
    owner.namespace === namespace &&
    "document" in configuration &&
    tracesPipelines(configuration.document).some(({ exporters }) =>
      exporters.some((exporter) => componentType(exporter) === "jaeger_storage_exporter"),
    )
  );
}

function mayApply(policy: Resource, template: PodTemplate): boolean {
  const selector = policy.at("spec", "podSelector");
  if (!isMapping(selector) || at(selector, "matchExpressions") !== undefined) return true;
  const labels = at(selector, "matchLabels");
  return labels === undefined || couldSelect(labels, template.labels) || isEmptyMapping(labels);
}

function* judgePolicy(
  stack: Stack,
  policy: Resource,
  { configuration, container, title }: CollectorContainer,
): Iterable<Finding> {
  if (!("document" in configuration)) return;
  const gateways = stack.find("Service", namespace, "jaeger-collector")?.at("spec", "selector");
  for (const { place, port } of spanEntrances(configuration.document)) {
    const name = portName(container.spec, port);
    for (const rule of elements(policy.at("spec", "ingress"))) {
      if (port !== undefined && !coversPort(rule, port, name)) continue;
      const peers = elements(at(rule, "from"));
      const others = peers.filter((peer) => !isGateway(stack, peer, gateways));
      if (peers.length > 0 && others.length === 0) continue;
      yield {
        urn: policy.urn,
        message: `${policy.title}: lets ${peers.length === 0 ? "everybody" : show(others)} send spans to ${place} of ${title}, past the gateway. Allow the gateway's pods alone.`,
      };
    }
  }
}

function portName(container: Value, port: number | undefined): string | undefined {
  const named = elements(at(container, "ports")).find((entry) => at(entry, "containerPort") === port);
  return text(at(named, "name"));
}

// Labels of the namespace's own pods, all of which stand behind the Service that services send to.
function isGateway(stack: Stack, peer: Value, gateways: Value | undefined): boolean {
  if (!isMapping(peer) || Object.keys(peer).join() !== "podSelector") return false;
  const labels = at(peer, "podSelector", "matchLabels");
  if (at(peer, "podSelector", "matchExpressions") !== undefined || labels === UNKNOWN) return false;
  const chosen = stack.resources
    .filter((resource) => resource.namespace === namespace)
    .flatMap((resource) => podTemplates(resource))
    .filter((template) => selects(labels, template.labels));
  return chosen.length > 0 && chosen.every((template) => selects(gateways, template.labels));
}

function isEmptyMapping(value: Value): boolean {
  return isMapping(value) && Object.keys(value).length === 0;
}
