/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { availability } from "../../policy/rules/availability";
import { allows, refuses } from "./support/cases";
import { compliantStack } from "./support/compliantStack";
import { assertAllowed, type Declared, unknownText, type Loose } from "./support/evaluate";

const production = { stack: "production" as const };

function spec(change: (spec: Loose) => void): (resource: Declared) => void {
  return (resource) => {
    change(resource.props.spec);
  };
}

function autoscaler(minReplicas: unknown): Declared {
  return {
    type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    name: "autoscaler",
    props: {
      metadata: { name: "jaeger-collector", namespace: "observability" },
      spec: { scaleTargetRef: { kind: "Deployment", name: "jaeger-collector" }, minReplicas, maxReplicas: 6 },
    },
  };
}

describe("jaeger-availability-require-replicas", () => {
  it("asks nothing of dev and staging", () => {
    for (const stack of ["dev", "staging"] as const)
      assertAllowed(availability, compliantStack(stack), { stack });
  });

  const scaled = spec((s) => {
    delete s.replicas;
  });

  allows(availability, [
    {
      ...production,
      title: "an autoscaler's minimum",
      resource: "jaeger-collector",
      change: scaled,
      beside: [autoscaler(2)],
    },
    {
      ...production,
      title: "a budget that names what stays",
      resource: "jaeger-query-budget",
      change: spec((s) => {
        delete s.maxUnavailable;
        s.minAvailable = 1;
      }),
    },
  ]);

  refuses(availability, [
    {
      ...production,
      title: "one collector",
      resource: "jaeger-collector",
      change: spec((s) => (s.replicas = 1)),
      says: ["jaeger-collector", "spec.replicas is 1"],
    },
    {
      ...production,
      title: "one query",
      resource: "jaeger-query",
      change: spec((s) => (s.replicas = 1)),
      says: ["jaeger-query", "spec.replicas is 1"],
    },
    {
      ...production,
      title: "no number of pods",
      resource: "jaeger-collector",
      change: scaled,
      says: ["spec.replicas is missing"],
    },
    {
      ...production,
      title: "a number that is unknown during preview",
      resource: "jaeger-collector",
      change: spec((s) => (s.replicas = unknownText)),
      says: ["unknown during preview"],
    },
    {
      ...production,
      title: "an autoscaler that may go down to one",
      resource: "jaeger-collector",
      change: scaled,
      beside: [autoscaler(1)],
      says: ["minReplicas", "is 1"],
    },
    {
      ...production,
      title: "an autoscaler without a minimum",
      resource: "jaeger-collector",
      change: scaled,
      beside: [autoscaler(undefined)],
      says: ["minReplicas"],
    },
    {
      ...production,
      title: "no budget",
      resource: "jaeger-collector-budget",
      says: ["no PodDisruptionBudget selects its pods"],
    },
    {
      ...production,
      title: "a budget for other pods",
      resource: "jaeger-collector-budget",
      change: spec((s) => (s.selector.matchLabels = { app: "other" })),
      says: ["no PodDisruptionBudget"],
    },
    {
      ...production,
      title: "a budget that lets all pods go",
      resource: "jaeger-query-budget",
      change: spec((s) => (s.maxUnavailable = 2)),
      says: ["may leave no pod"],
    },
    {
      ...production,
      title: "a budget in percent, which may let all go",
      resource: "jaeger-query-budget",
      change: spec((s) => (s.maxUnavailable = "100%")),
      says: ["may leave no pod"],
    },
    {
      ...production,
      title: "an unknown stack",
      resource: "jaeger-query",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged"],
    },
  ]);
});
