import { selects } from "../artefacts/collectorContainer";
import { podTemplates } from "../artefacts/podTemplate";
import { type Resource } from "../engine/resource";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { show, type Value } from "../engine/snapshot";
import { type Stack } from "../engine/stack";

const services = ["jaeger-collector", "jaeger-collector-backend", "jaeger-query"];

/** One node may go away without spans being refused. */
export const availability: StackRule = {
  scope: "stack",
  name: "jaeger-availability-require-replicas",
  description:
    "In production the workloads behind Jaeger's Services run at least two pods, and a PodDisruptionBudget keeps one of them.",
  severity: "medium",
  remediationSteps:
    "Set `replicas` (or the autoscaler's minimum) to at least two, and give the workload a PodDisruptionBudget.",
  *judge(stack) {
    const found = limitsOf(stack.environment);
    if ("problem" in found) {
      yield { message: `How many pods the stack needs cannot be judged: ${found.problem}.` };
      return;
    }
    const { minimumReplicas } = found.limits;
    if (minimumReplicas < 2) return;
    for (const name of services) {
      const service = stack.find("Service", "observability", name);
      if (service === undefined) continue;
      for (const owner of stack.ofKind("Deployment", "StatefulSet")) {
        if (owner.namespace !== service.namespace) continue;
        for (const { labels } of podTemplates(owner)) {
          if (selects(service.at("spec", "selector"), labels))
            yield* judgeWorkload(stack, owner, labels, minimumReplicas);
        }
      }
    }
  },
};

function* judgeWorkload(
  stack: Stack,
  owner: Resource,
  labels: Value | undefined,
  minimum: number,
): Iterable<Finding> {
  const { urn, title } = owner;
  const autoscaler = stack
    .ofKind("HorizontalPodAutoscaler")
    .find(
      (candidate) =>
        owner.objectName !== undefined &&
        candidate.namespace === owner.namespace &&
        candidate.at("spec", "scaleTargetRef", "name") === owner.objectName &&
        candidate.at("spec", "scaleTargetRef", "kind") === owner.type.kind,
    );
  const replicas =
    autoscaler === undefined ? owner.at("spec", "replicas") : autoscaler.at("spec", "minReplicas");
  if (typeof replicas !== "number" || replicas < minimum) {
    const place = autoscaler === undefined ? "spec.replicas" : `spec.minReplicas of ${autoscaler.title}`;
    yield { urn, message: `${title}: ${place} is ${show(replicas)}. Set at least ${minimum}.` };
  }
  const budgets = stack
    .ofKind("PodDisruptionBudget")
    .filter(
      (budget) =>
        budget.namespace === owner.namespace && selects(budget.at("spec", "selector", "matchLabels"), labels),
    );
  if (budgets.length === 0) {
    yield {
      urn,
      message: `${title}: no PodDisruptionBudget selects its pods. Add one with maxUnavailable 1.`,
    };
  }
  for (const budget of budgets) {
    const available = budget.at("spec", "minAvailable");
    const unavailable = budget.at("spec", "maxUnavailable");
    const keepsOne =
      (typeof available === "number" && available >= 1) ||
      (typeof unavailable === "number" && unavailable >= 0 && unavailable < minimum);
    if (keepsOne) continue;
    yield {
      urn: budget.urn,
      message: `${budget.title}: minAvailable is ${show(available)} and maxUnavailable ${show(unavailable)}, which may leave no pod. Set maxUnavailable 1.`,
    };
  }
}
