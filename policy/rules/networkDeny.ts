import { hasAnyPeer, hasAnyPort, saysNothing } from "../artefacts/networkPolicy";
import { podTemplates } from "../artefacts/podTemplate";
import { type Resource } from "../engine/resource";
import { type Finding, type StackRule } from "../engine/rule";
import { elements, isList, isMapping, show, type Value } from "../engine/snapshot";

/** What no NetworkPolicy allows is denied. */
export const networkDeny: StackRule = {
  scope: "stack",
  name: "kubernetes-network-require-default-deny",
  description:
    "In every namespace where the stack runs pods a NetworkPolicy denies all traffic of all pods, in both directions, and no other allows everything again.",
  severity: "medium",
  remediationSteps:
    "Keep the default-deny NetworkPolicy of the namespace, and allow each way by peers or by ports.",
  *judge(stack) {
    const policies = stack.ofKind("NetworkPolicy");
    for (const policy of policies) yield* openProblems(policy);
    const namespaces = new Map<string, Resource>();
    for (const resource of stack.resources) {
      const namespace = resource.namespace ?? "default";
      if (podTemplates(resource).length > 0 && !namespaces.has(namespace))
        namespaces.set(namespace, resource);
    }
    for (const [namespace, { title, urn }] of namespaces) {
      const closed = policies.some(
        (policy) => (policy.namespace ?? "default") === namespace && deniesAll(policy),
      );
      if (closed) continue;
      yield {
        urn,
        message: `${title}: no NetworkPolicy of the namespace ${namespace} denies by default. Add one for all pods with both policyTypes and no rules.`,
      };
    }
  },
};

function deniesAll(policy: Resource): boolean {
  if (policy.type.patch) return false;
  const types = elements(policy.at("spec", "policyTypes"));
  return (
    isEmpty(policy.at("spec", "podSelector")) &&
    types.includes("Ingress") &&
    types.includes("Egress") &&
    ["ingress", "egress"].every((way) => saysNothing(policy.at("spec", way)))
  );
}

// A rule for everybody and every port lets everything through; policies add up, so one such rule undoes the denial.
function* openProblems(policy: Resource): Iterable<Finding> {
  for (const way of ["ingress", "egress"] as const) {
    const rules = policy.at("spec", way);
    if (!saysNothing(rules) && !isList(rules)) {
      yield { urn: policy.urn, message: `${policy.title}: spec.${way} is ${show(rules)}. Write it plainly.` };
    }
    const peers = way === "ingress" ? "from" : "to";
    for (const rule of elements(rules)) {
      if (isMapping(rule) && !(hasAnyPeer(rule[peers]) && hasAnyPort(rule))) continue;
      yield {
        urn: policy.urn,
        message: `${policy.title}: a rule of spec.${way} names neither peers nor ports (${show(rule)}), so it allows everything. Name them.`,
      };
    }
  }
}

function isEmpty(value: Value | undefined): boolean {
  return isMapping(value) && Object.values(value).every(saysNothing);
}
