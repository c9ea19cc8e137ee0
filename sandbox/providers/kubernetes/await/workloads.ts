import type { PlainMap } from "../../shared/propertyValues";
import { numberAt, textAt } from "../objects";
import { conditionOf, conditionText, isConditionTrue, ready, waiting, type Observation } from "./observation";
import { podProblems } from "./pods";

/** True when the controller has seen the newest form of the object, so that its status speaks of that. */
export function isObserved(object: PlainMap): boolean {
  const generation = numberAt(object, "metadata", "generation") ?? 0;
  return (numberAt(object, "status", "observedGeneration") ?? 0) >= generation;
}

/** A Deployment is ready when all replicas are of the newest form and available, and no older one is left. */
export function deploymentObservation(deployment: PlainMap, pods: readonly PlainMap[]): Observation {
  if (!isObserved(deployment)) return waiting("Waiting for the Deployment to be seen by its controller");
  const wanted = numberAt(deployment, "spec", "replicas") ?? 1;
  const updated = numberAt(deployment, "status", "updatedReplicas") ?? 0;
  const available = numberAt(deployment, "status", "availableReplicas") ?? 0;
  const total = numberAt(deployment, "status", "replicas") ?? 0;
  if (
    updated >= wanted &&
    total <= updated &&
    available >= updated &&
    isConditionTrue(deployment, "Available")
  ) {
    return ready("Deployment initialization complete");
  }
  const problems = [
    ...failedConditions(deployment, ["Progressing", "ReplicaFailure"]),
    ...pods.flatMap(podProblems),
  ];
  if (updated < wanted || available < updated) {
    const status = `Waiting for the Deployment to roll out (${Math.min(updated, available)}/${wanted} pods available)`;
    return waiting(status, [`${available} of ${wanted} replicas are available`, ...problems]);
  }
  return waiting(`Waiting for ${total - updated} old pods to end`, problems);
}

/** A StatefulSet is ready when all replicas are ready and, unless updates wait for a person, of the newest form. */
export function statefulSetObservation(set: PlainMap, pods: readonly PlainMap[]): Observation {
  if (!isObserved(set)) return waiting("Waiting for the StatefulSet to be seen by its controller");
  const wanted = numberAt(set, "spec", "replicas") ?? 1;
  const total = numberAt(set, "status", "replicas") ?? 0;
  const readyReplicas = numberAt(set, "status", "readyReplicas") ?? 0;
  const current = textAt(set, "status", "currentRevision");
  const next = textAt(set, "status", "updateRevision");
  const updatesByHand = textAt(set, "spec", "updateStrategy", "type") === "OnDelete";
  const partition = numberAt(set, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const isNewest = updatesByHand || partition > 0 || current === next;
  if (total === wanted && readyReplicas === wanted && isNewest)
    return ready("StatefulSet initialization complete");
  const problems = [`${readyReplicas} of ${wanted} replicas are ready`];
  if (!isNewest) problems.push(`revision ${next} has not taken the place of ${current} on all pods`);
  return waiting(`Waiting for the StatefulSet to roll out (${readyReplicas}/${wanted} pods ready)`, [
    ...problems,
    ...pods.flatMap(podProblems),
  ]);
}

/** A DaemonSet is ready when each node that should has a ready pod of the newest form. */
export function daemonSetObservation(set: PlainMap, pods: readonly PlainMap[]): Observation {
  if (!isObserved(set)) return waiting("Waiting for the DaemonSet to be seen by its controller");
  const wanted = numberAt(set, "status", "desiredNumberScheduled") ?? 0;
  const updatesByHand = textAt(set, "spec", "updateStrategy", "type") === "OnDelete";
  const updated = updatesByHand ? wanted : (numberAt(set, "status", "updatedNumberScheduled") ?? 0);
  const available = numberAt(set, "status", "numberAvailable") ?? 0;
  if (updated >= wanted && available >= wanted) return ready("DaemonSet initialization complete");
  return waiting(`Waiting for the DaemonSet to roll out (${Math.min(updated, available)}/${wanted} nodes)`, [
    `${available} of ${wanted} nodes have an available pod, ${updated} one of the newest form`,
    ...pods.flatMap(podProblems),
  ]);
}

/** A Job is ready when it has succeeded; one that failed never will be. */
export function jobObservation(job: PlainMap, pods: readonly PlainMap[]): Observation {
  if (isConditionTrue(job, "Complete")) return ready("Job initialization complete");
  // A suspended Job does nothing until somebody lets it.
  if (isConditionTrue(job, "Suspended")) return ready("Job is suspended");
  const failed = conditionOf(job, "Failed");
  const problems = pods.flatMap(podProblems);
  if (failed !== undefined && textAt(failed, "status") === "True") {
    return {
      ready: false,
      status: "Job failed",
      problems: [conditionText(failed), ...problems],
      hopeless: true,
    };
  }
  const count = (field: string): number => numberAt(job, "status", field) ?? 0;
  const counts = `active: ${count("active")}, succeeded: ${count("succeeded")}, failed: ${count("failed")}`;
  return waiting(`Waiting for the Job to succeed (${counts})`, [
    `the Job has not succeeded (${counts})`,
    ...problems,
  ]);
}

/** What the named conditions say where they report a failure. */
function failedConditions(object: PlainMap, types: readonly string[]): string[] {
  return types.flatMap((type) => {
    const condition = conditionOf(object, type);
    // ReplicaFailure is bad when true, the others when false.
    const bad = type === "ReplicaFailure" ? "True" : "False";
    return condition !== undefined && textAt(condition, "status") === bad ? [conditionText(condition)] : [];
  });
}
