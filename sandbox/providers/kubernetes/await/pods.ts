import { isMap, type PlainMap } from "../../shared/propertyValues";
import { at, mapsAt, nameOf, namespaceOf, numberAt, textAt } from "../objects";
import { conditionOf, conditionText, isConditionTrue, ready, waiting, type Observation } from "./observation";

/** Reasons of a waiting container that are steps on the way, and no problem. */
const NORMAL_WAITING = new Set(["", "ContainerCreating", "PodInitializing"]);

/** A pod by itself: ready when its Ready condition says so, or when it has done its work. */
export function podObservation(pod: PlainMap): Observation {
  const name = podName(pod);
  const phase = textAt(pod, "status", "phase");
  if (phase === "Succeeded" || isConditionTrue(pod, "Ready")) return ready("Pod is ready");
  const problems = podProblems(pod);
  if (phase === "Failed") {
    const all =
      problems.length > 0
        ? problems
        : [`pod ${name} failed: ${textAt(pod, "status", "message") || "no message"}`];
    return { ...waiting(`Pod ${name} failed`, all), hopeless: true };
  }
  if (!isConditionTrue(pod, "PodScheduled"))
    return waiting(`Waiting for pod ${name} to be scheduled`, problems);
  if (!isConditionTrue(pod, "Initialized"))
    return waiting(`Waiting for pod ${name} to be initialized`, problems);
  return waiting(`Waiting for pod ${name} to be ready`, problems);
}

/**
 * What keeps a pod from being ready: each names the pod and the container, the reason (Unschedulable,
 * ImagePullBackOff, CrashLoopBackOff, ...) and what Kubernetes says about it.
 */
export function podProblems(pod: PlainMap): string[] {
  if (isConditionTrue(pod, "Ready") || textAt(pod, "status", "phase") === "Succeeded") return [];
  // A pod that is on its way out says nothing about the one that takes its place.
  if (at(pod, "metadata", "deletionTimestamp") !== undefined) return [];
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled !== undefined && textAt(scheduled, "status") === "False") {
    return [`pod ${podName(pod)}: ${conditionText(scheduled)}`];
  }
  const statuses = [
    ...mapsAt(pod, "status", "initContainerStatuses"),
    ...mapsAt(pod, "status", "containerStatuses"),
  ];
  const problems = statuses.flatMap((status) => containerProblem(podName(pod), status));
  if (problems.length > 0) return problems;
  const running = mapsAt(pod, "status", "containerStatuses").filter((status) =>
    isMap(at(status, "state", "running")),
  );
  return running
    .filter((status) => at(status, "ready") === false)
    .map(
      (status) =>
        `pod ${podName(pod)}, container ${textAt(status, "name")}: running, but its readiness probe has not succeeded`,
    );
}

/** The containers of a pod whose log says why they do not stay up. */
export function crashedContainers(pod: PlainMap): { name: string; previous: boolean }[] {
  return [...mapsAt(pod, "status", "initContainerStatuses"), ...mapsAt(pod, "status", "containerStatuses")]
    .filter((status) => at(status, "ready") !== true && lastTermination(status) !== undefined)
    .map((status) => ({ name: textAt(status, "name"), previous: !isMap(at(status, "state", "terminated")) }));
}

function containerProblem(pod: string, status: PlainMap): string[] {
  const where = `pod ${pod}, container ${textAt(status, "name")}`;
  const waitingReason = textAt(status, "state", "waiting", "reason");
  const termination = lastTermination(status);
  const ended = termination === undefined ? "" : terminationText(termination);
  if (!NORMAL_WAITING.has(waitingReason)) {
    const message = textAt(status, "state", "waiting", "message");
    const text = [waitingReason, message].filter((part) => part !== "").join(": ");
    return [`${where}: ${text}${ended === "" ? "" : ` (${ended})`}`];
  }
  if (at(status, "ready") === true || ended === "") return [];
  // An init container that has ended well is done.
  if (numberAt(status, "state", "terminated", "exitCode") === 0) return [];
  return [`${where}: ${ended}`];
}

function lastTermination(status: PlainMap): PlainMap | undefined {
  for (const state of [at(status, "state", "terminated"), at(status, "lastState", "terminated")]) {
    if (isMap(state)) return state;
  }
  return undefined;
}

function terminationText(terminated: PlainMap): string {
  const reason = textAt(terminated, "reason");
  const message = textAt(terminated, "message").trim();
  const code = numberAt(terminated, "exitCode") ?? 0;
  return `ended with exit code ${code}${reason === "" ? "" : `, ${reason}`}${message === "" ? "" : `: ${message}`}`;
}

function podName(pod: PlainMap): string {
  const namespace = namespaceOf(pod);
  return namespace === "" || namespace === "default" ? nameOf(pod) : `${namespace}/${nameOf(pod)}`;
}
