import type { PlainMap } from "../../shared/propertyValues";
import type { Cluster } from "../cluster";
import { kindOfObject } from "../kinds";
import { nameOf, namespaceOf, textAt } from "../objects";
import { crashedContainers, podProblems } from "./pods";
import { podsOf } from "./readiness";

/** So that a failure of a hundred pods stays readable. */
const MAX_PODS = 3;

const EVENT = { group: "", version: "v1", kind: "Event" };

/**
 * What else is known about an object that did not get ready: warnings that Kubernetes recorded for it and
 * its pods, and the last line of each container that does not stay up. Never rejects: it only explains.
 */
export async function evidence(cluster: Cluster, object: PlainMap): Promise<string[]> {
  try {
    const pods = await unreadyPods(cluster, object);
    const found = await Promise.all([
      warnings(cluster, object),
      ...pods.map((pod) => warnings(cluster, pod)),
      ...pods.map((pod) => lastLines(cluster, pod)),
    ]);
    return [...new Set(found.flat())];
  } catch {
    return [];
  }
}

async function unreadyPods(cluster: Cluster, object: PlainMap): Promise<PlainMap[]> {
  const isPod = kindOfObject(object).kind === "Pod";
  const pods = isPod ? [object] : await podsOf(object, { cluster, elapsedSeconds: 0 });
  return pods
    .filter((pod) => podProblems(pod).length > 0 || textAt(pod, "status", "phase") === "Pending")
    .slice(0, MAX_PODS);
}

async function warnings(cluster: Cluster, object: PlainMap): Promise<string[]> {
  const uid = textAt(object, "metadata", "uid");
  if (uid === "") return [];
  const events = await cluster.list(EVENT, namespaceOf(object) || "default", {
    fields: `involvedObject.uid=${uid},type=Warning`,
  });
  const last = events.at(-1);
  if (last === undefined) return [];
  const kind = textAt(last, "involvedObject", "kind").toLowerCase();
  return [`event of ${kind} ${nameOf(object)}: ${textAt(last, "reason")}: ${textAt(last, "message")}`];
}

async function lastLines(cluster: Cluster, pod: PlainMap): Promise<string[]> {
  const path = `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}/log`;
  const lines = crashedContainers(pod).map(async ({ name, previous }) => {
    const query = { container: name, tailLines: "1", previous: String(previous) };
    const text = await cluster.client.text({ method: "GET", path, query }).catch(() => "");
    return text.trim() === "" ? [] : [`last line of pod ${nameOf(pod)}, container ${name}: ${text.trim()}`];
  });
  return (await Promise.all(lines)).flat();
}
