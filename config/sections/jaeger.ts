import { z } from "zod";
import { versionProblem } from "../../components/jaeger/version";
import type { EnvironmentLimits } from "../../policy/limits";
import { group, limitsSource, resources, text, wholeNumber } from "./fields";

const version = text("a release of Jaeger, as text", '"2.22.0"', () => true).superRefine((value, context) => {
  const message = versionProblem(value);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const replicas = (minimum: number): z.ZodNumber =>
  wholeNumber(minimum, 50, `a whole number from ${minimum} to 50 (${limitsSource})`, String(minimum));

const replicaRange = (least: number) =>
  group({ minimum: replicas(least), maximum: replicas(least) }).superRefine(
    ({ minimum, maximum }, context) => {
      if (minimum <= maximum) return;
      const message = `is below minimum, ${minimum}. Write ${minimum} or more`;
      context.addIssue({ code: "custom", path: ["maximum"], message });
    },
  );

/** Memory belongs to one process, so there Jaeger is one pod: no replicas, and no separate query. */
export function oneJaeger() {
  return group({ version, collector: group({ resources }) });
}

/** Gateway, collector and query apart: the first two between two numbers of pods, the query with a fixed one. */
export function distributedJaeger({ minimumReplicas }: EnvironmentLimits) {
  return group({
    version,
    collector: group({ resources, replicas: replicaRange(minimumReplicas) }),
    gateway: group({ resources, replicas: replicaRange(minimumReplicas) }),
    query: group({ resources, replicas: replicas(minimumReplicas) }),
  });
}
