import type { types } from "@pulumi/kubernetes";
import type { ElasticsearchConnection } from "../elasticsearch/connection";
import type { Labels } from "../kubernetes/labels";
import { goMemoryLimit, restrictedContainer, restrictedPod, type Resources } from "../kubernetes/workload";
import { folders } from "./configuration";
import { storeFiles } from "./elasticsearchStore";
import { ports } from "./ports";
import { jaegerImage } from "./version";
import { waitingContainer } from "./waiting";

/** What the pods of collector and query have in common. */

type Container = types.input.core.v1.Container;
type PodSpec = types.input.core.v1.PodSpec;
type Volume = types.input.core.v1.Volume;
type VolumeMount = types.input.core.v1.VolumeMount;

/** Group of the files of a Secret; the user of the pods belongs to it. */
const filesGroup = 10001;

/** `r--r-----`, in decimal. */
export const secretFileMode = 0o440;

/**
 * Seconds that a pod serves on after it was told to end: until every node has heard that its Service no longer leads
 * there. By the kubelet itself, which needs no shell in the image (Kubernetes 1.30 and later).
 */
export const preStopSeconds = 10;

/** What a Jaeger container beside Elasticsearch is made from. */
export interface JaegerContainerArgs {
  readonly version: string;
  readonly resources: Resources;
  readonly connection: ElasticsearchConnection;
  /** Ports by their names; health's and that of Jaeger's own metrics come by themselves. */
  readonly ports: Readonly<Record<string, number>>;
  /** Mounts beside the configuration and what the storage needs. */
  readonly mounts?: readonly VolumeMount[];
}

/** What asks a Jaeger or a gateway whether it works. */
export const health = { httpGet: { path: "/status", port: ports.health } };

/** The container that runs Jaeger. */
export function jaegerContainer(args: JaegerContainerArgs): Container {
  const containerPorts = { ...args.ports, metrics: ports.metrics, health: ports.health };
  return {
    name: "jaeger",
    image: jaegerImage(args.version),
    imagePullPolicy: "IfNotPresent",
    args: [`--config=${folders.config}/config.yaml`],
    env: [goMemoryLimit(args.resources)],
    ports: Object.entries(containerPorts).map(([name, containerPort]) => ({ name, containerPort })),
    resources: args.resources,
    securityContext: restrictedContainer,
    // It asks Elasticsearch for its version before it serves, and ends if it gets no answer; see waiting.ts.
    startupProbe: { ...health, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 3 },
    // Of the process alone: an Elasticsearch that is away is no reason to lose what the queue holds.
    livenessProbe: { ...health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    lifecycle: preStopSleep,
    volumeMounts: [
      { name: "config", mountPath: folders.config, readOnly: true },
      { name: "elasticsearch", mountPath: storeFiles.password.folder, readOnly: true },
      ...(args.connection.authoritySecret === undefined
        ? []
        : [{ name: "elasticsearch-authority", mountPath: storeFiles.authority.folder, readOnly: true }]),
      { name: "tmp", mountPath: "/tmp" },
      ...(args.mounts ?? []),
    ],
  };
}

/** Of every container of a pod that a Service leads to: all of them are told to end at once. */
export const preStopSleep: types.input.core.v1.Lifecycle = {
  preStop: { sleep: { seconds: preStopSeconds } },
};

/** What stands around the containers. */
export interface DistributedPodArgs {
  /** Its ServiceAccount, which has the name of the workload. */
  readonly name: string;
  readonly configMapName: string;
  readonly connection: ElasticsearchConnection;
  readonly containers: Container[];
  readonly volumes?: readonly Volume[];
  /** Seconds from the first word of the end to the kill. */
  readonly gracePeriodSeconds: number;
  /** Of these pods: not two of them on one node or in one zone, if there is a choice. */
  readonly selector: Labels;
}

/** A pod that mounts its configuration and the credentials of Elasticsearch. */
export function distributedPod(args: DistributedPodArgs): PodSpec {
  const { passwordSecret, authoritySecret } = args.connection;
  const file = (name: string, secretName: string, key: string): Volume => ({
    name,
    secret: { secretName, defaultMode: secretFileMode, items: [{ key, path: key }] },
  });
  return {
    serviceAccountName: args.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod, fsGroup: filesGroup },
    terminationGracePeriodSeconds: args.gracePeriodSeconds,
    topologySpreadConstraints: spread(args.selector),
    initContainers: [waitingContainer(args.connection)],
    containers: args.containers,
    volumes: [
      { name: "config", configMap: { name: args.configMapName } },
      file("elasticsearch", passwordSecret, storeFiles.password.key),
      ...(authoritySecret === undefined
        ? []
        : [file("elasticsearch-authority", authoritySecret, storeFiles.authority.key)]),
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      ...(args.volumes ?? []),
    ],
  };
}

/** Not two of these pods on one node or in one zone, if there is a choice. */
export function spread(selector: Labels): types.input.core.v1.TopologySpreadConstraint[] {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    // A cluster of one zone, or of one node, runs them all the same.
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selector },
  }));
}
