import { isMap, type PlainMap } from "../../shared/propertyValues";
import type { Cluster } from "../cluster";
import { kindOfObject } from "../kinds";
import { annotationOf, at, mapsAt, nameOf, namespaceOf, sameValue, textAt } from "../objects";
import { ingressObservation, needsNoPods, serviceObservation } from "./network";
import { isConditionTrue, ready, waiting, type Observation } from "./observation";
import { podObservation } from "./pods";
import { claimObservation, volumeObservation } from "./storage";
import { expectedObservation, parseWaitFor } from "./waitFor";
import {
  daemonSetObservation,
  deploymentObservation,
  jobObservation,
  statefulSetObservation,
} from "./workloads";

/** What a look may need beside the object itself. */
export interface LookContext {
  readonly cluster: Cluster;
  readonly elapsedSeconds: number;
}

/** Looks once at an object as it is now. */
export type Look = (object: PlainMap, context: LookContext) => Promise<Observation>;

const ALWAYS_READY: Look = () => Promise.resolve(ready(""));

/** How each kind, as `group/Kind`, is looked at. All others are ready as soon as they exist. */
const LOOKS: ReadonlyMap<string, Look> = new Map<string, Look>([
  ["/Pod", (pod) => Promise.resolve(podObservation(pod))],
  [
    "apps/Deployment",
    async (object, context) => deploymentObservation(object, await podsOf(object, context)),
  ],
  [
    "apps/StatefulSet",
    async (object, context) => statefulSetObservation(object, await podsOf(object, context)),
  ],
  ["apps/DaemonSet", async (object, context) => daemonSetObservation(object, await podsOf(object, context))],
  ["batch/Job", async (object, context) => jobObservation(object, await podsOf(object, context))],
  ["/Service", lookAtService],
  ["networking.k8s.io/Ingress", (ingress) => Promise.resolve(ingressObservation(ingress))],
  ["/PersistentVolume", (volume) => Promise.resolve(volumeObservation(volume))],
  ["/PersistentVolumeClaim", lookAtClaim],
  ["/ResourceQuota", (quota) => Promise.resolve(quotaObservation(quota))],
  [
    "apiextensions.k8s.io/CustomResourceDefinition",
    (definition) => Promise.resolve(definitionObservation(definition)),
  ],
]);

/**
 * How to look at an object: not at all with pulumi.com/skipAwait, by pulumi.com/waitFor where that is set,
 * else as its kind needs it.
 *
 * @throws Error when pulumi.com/waitFor cannot be read.
 */
export function lookFor(inputs: PlainMap): Look {
  if (annotationOf(inputs, "pulumi.com/skipAwait") === "true") return ALWAYS_READY;
  const waitFor = annotationOf(inputs, "pulumi.com/waitFor");
  if (waitFor !== "") {
    const expectations = parseWaitFor(waitFor);
    return (object) => Promise.resolve(expectedObservation(object, expectations));
  }
  const { group, kind } = kindOfObject(inputs);
  return LOOKS.get(`${group}/${kind}`) ?? ALWAYS_READY;
}

/** True when an object of these inputs needs no look at all. */
export function isReadyAtOnce(inputs: PlainMap): boolean {
  return lookFor(inputs) === ALWAYS_READY;
}

/** The pods that a workload's selector finds. */
export async function podsOf(workload: PlainMap, { cluster }: LookContext): Promise<PlainMap[]> {
  const labels = at(workload, "spec", "selector", "matchLabels");
  if (!isMap(labels)) return [];
  const selector = Object.entries(labels)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : ""}`)
    .join(",");
  return cluster.list({ group: "", version: "v1", kind: "Pod" }, namespaceOf(workload), { labels: selector });
}

async function lookAtService(
  service: PlainMap,
  { cluster, elapsedSeconds }: LookContext,
): Promise<Observation> {
  if (needsNoPods(service)) return serviceObservation(service, [], elapsedSeconds);
  const slices = await cluster.list(
    { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" },
    namespaceOf(service),
    { labels: `kubernetes.io/service-name=${nameOf(service)}` },
  );
  return serviceObservation(service, slices, elapsedSeconds);
}

async function lookAtClaim(claim: PlainMap, { cluster }: LookContext): Promise<Observation> {
  const name = textAt(claim, "spec", "storageClassName");
  const kind = { group: "storage.k8s.io", version: "v1", kind: "StorageClass" };
  const storageClass = name === "" ? undefined : await cluster.get({ kind, namespace: "", name });
  return claimObservation(claim, storageClass);
}

function quotaObservation(quota: PlainMap): Observation {
  const isTaken = sameValue(at(quota, "spec", "hard"), at(quota, "status", "hard"));
  return isTaken
    ? ready("ResourceQuota is in force")
    : waiting("Waiting for the ResourceQuota to be in force");
}

function definitionObservation(definition: PlainMap): Observation {
  if (isConditionTrue(definition, "Established")) return ready("CustomResourceDefinition is established");
  const problems = mapsAt(definition, "status", "conditions")
    .filter((condition) => textAt(condition, "status") === "False")
    .map((condition) => `${textAt(condition, "type")}: ${textAt(condition, "message")}`);
  return waiting("Waiting for the CustomResourceDefinition to be established", problems);
}
