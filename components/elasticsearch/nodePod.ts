import type { types } from "@pulumi/kubernetes";
import type { Labels } from "../kubernetes/labels";
import { restrictedContainer, restrictedPod } from "../kubernetes/workload";
import type { BuiltinCluster, PasswordReference } from "./cluster";
import { elasticsearchImage } from "./images";
import { preparationFiles, preparationFolders } from "./nodePreparation";
import { certificateFolders, javaOptions } from "./nodeSettings";
import { ports } from "./ports";
import { snapshotKeys } from "./snapshots";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;
type Volume = types.input.core.v1.Volume;

/** What the pod of a node is made from. */
export interface NodePodArgs {
  /** Name of its ServiceAccount. */
  readonly name: string;
  readonly cluster: BuiltinCluster;
  /** Selects the nodes of the cluster. */
  readonly selector: Labels;
  /** ConfigMap with the settings and the program that prepares them. */
  readonly settingsConfigMap: string;
  readonly httpSecret: string;
  readonly transportSecret: string;
  /** Password of `elastic` until the cluster has one of its own. */
  readonly administratorPassword: PasswordReference;
  /** Secret with the credentials for snapshots, by the names of the settings. */
  readonly snapshotSecret?: string | undefined;
}

/** The user that the image is made for. */
export const elasticsearchUser = 1000;

/** Readable for the pod's group, which is the image's. */
const secretMode = 0o440;

const home = "/usr/share/elasticsearch";

/** Pod of a node. It runs as the image's user, with a read-only root and no privilege whatsoever. */
export function nodePodSpec(args: NodePodArgs): PodSpec {
  const { cluster, name, selector } = args;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      ...restrictedPod,
      runAsUser: elasticsearchUser,
      runAsGroup: elasticsearchUser,
      fsGroup: elasticsearchUser,
      // A disk with millions of files is not walked through at each start.
      fsGroupChangePolicy: "OnRootMismatch",
    },
    // Shards are closed in order; a node that is killed has to replay its log of writes.
    terminationGracePeriodSeconds: 120,
    ...(cluster.nodes > 1 ? placement(selector) : {}),
    initContainers: [preparation(cluster)],
    containers: [node(cluster)],
    volumes: volumes(args),
  };
}

/** Resources of both containers: they run one after the other, so the pod asks for no more than one of them. */
function resources({ cpu, memory }: BuiltinCluster): NonNullable<Container["resources"]> {
  return { requests: { cpu, memory }, limits: { cpu, memory } };
}

/**
 * Each node on a machine of its own, and the zones evenly filled. Elasticsearch does not know the zones (it would have
 * to read them from the API server), so it is the spread that keeps a copy in another zone: with as many zones as
 * nodes, every copy is in another. Both are required: a disk ties its pod to machine or zone for good, so that a first
 * placement is never put right.
 */
function placement(selector: Labels): Pick<PodSpec, "affinity" | "topologySpreadConstraints"> {
  const labelSelector = { matchLabels: selector };
  return {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector, topologyKey: "kubernetes.io/hostname" },
        ],
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector,
      },
    ],
  };
}

/** The settings name the node by it. */
const podName = { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };

function preparation(cluster: BuiltinCluster): Container {
  const { authority, keystore, prepared, settings } = preparationFolders;
  return {
    name: "prepare",
    image: elasticsearchImage(cluster.version),
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/bash", `${settings}/${preparationFiles.program}`],
    // For the tool that writes the keystore: it reads the settings, and without limits Java takes a quarter of the
    // machine.
    env: [podName, { name: "CLI_JAVA_OPTS", value: "-Xms64m -Xmx64m" }],
    resources: resources(cluster),
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: prepared },
      { name: "settings", mountPath: settings, readOnly: true },
      { name: "keystore", mountPath: keystore, readOnly: true },
      { name: "authority", mountPath: authority, readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
      { name: "logs", mountPath: `${home}/logs` },
    ],
  };
}

function node(cluster: BuiltinCluster): Container {
  return {
    name: "elasticsearch",
    image: elasticsearchImage(cluster.version),
    imagePullPolicy: "IfNotPresent",
    env: [podName, { name: "ES_JAVA_OPTS", value: javaOptions(cluster.memory) }],
    ports: Object.entries(ports).map(([portName, containerPort]) => ({ name: portName, containerPort })),
    resources: resources(cluster),
    securityContext: restrictedContainer,
    // A quarter of an hour until it has joined a cluster with a master; then it starts anew, which also helps against
    // releases before 8.19.18 that sometimes never open the port (elastic/elasticsearch#140791). There is no liveness
    // probe: a node that is killed for being slow is slower still.
    startupProbe: { tcpSocket: { port: ports.readiness }, periodSeconds: 5, failureThreshold: 180 },
    readinessProbe: { tcpSocket: { port: ports.readiness }, periodSeconds: 5, failureThreshold: 3 },
    volumeMounts: [
      { name: "data", mountPath: `${home}/data` },
      { name: "config", mountPath: `${home}/config` },
      { name: "http", mountPath: `${home}/config/${certificateFolders.http}`, readOnly: true },
      { name: "transport", mountPath: `${home}/config/${certificateFolders.transport}`, readOnly: true },
      { name: "logs", mountPath: `${home}/logs` },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

function volumes(args: NodePodArgs): Volume[] {
  const { administratorPassword: password, httpSecret, settingsConfigMap, snapshotSecret } = args;
  const certificate = (secretName: string) => ({ secretName, defaultMode: secretMode });
  const bootstrapPassword = {
    secret: { name: password.secret, items: [{ key: password.key, path: "bootstrap.password" }] },
  };
  const items = Object.values(snapshotKeys).map((key) => ({ key, path: key }));
  const snapshots = snapshotSecret === undefined ? [] : [{ secret: { name: snapshotSecret, items } }];
  return [
    { name: "config", emptyDir: { sizeLimit: "64Mi" } },
    { name: "logs", emptyDir: { sizeLimit: "256Mi" } },
    { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
    { name: "settings", configMap: { name: settingsConfigMap } },
    {
      name: "keystore",
      projected: { defaultMode: secretMode, sources: [bootstrapPassword, ...snapshots] },
    },
    {
      name: "authority",
      secret: { ...certificate(httpSecret), items: [{ key: "ca.crt", path: "ca.crt" }] },
    },
    { name: "http", secret: certificate(httpSecret) },
    { name: "transport", secret: certificate(args.transportSecret) },
  ];
}
