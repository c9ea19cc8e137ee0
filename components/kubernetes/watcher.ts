import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { dataChecksum } from "./checksum";
import { after } from "./childOptions";
import type { Labels } from "./labels";
import { networkPolicySpec, type Edges } from "./networkEdges";
import { scriptFiles } from "./scriptFiles";
import { restrictedContainer, restrictedPod } from "./workload";

/**
 * A program of ours that runs in one pod, looks at something with a password of its own, and serves what it sees to
 * Prometheus: the probe of Jaeger and the monitor of Elasticsearch.
 */
export interface Watcher {
  /** What the container and its folders are called, for example `probe`. */
  readonly role: string;
  /** Image with `node`. */
  readonly image: string;
  /** Folder of the program, whose first file is `main.js`. */
  readonly scriptFolder: string;
  /** What the program is told: plain data, without secrets. */
  readonly plan: object;
  /** Where it serves `/metrics` and `/health`. */
  readonly port: number;
  /** Key of a Secret with its password, mounted under that name; `watcherFiles` tells where. */
  readonly password: { readonly secretName: string; readonly key: string };
  /** Volumes and mounts beside the program and the password. */
  readonly volumes?: readonly types.input.core.v1.Volume[];
  readonly mounts?: readonly types.input.core.v1.VolumeMount[];
}

/** Where its objects are, and who it may talk to. */
export interface WatcherPlace {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels };
  /** Selects its pod. */
  readonly selector: Labels;
  /** Labels of the pod beside those of the objects, by which others let it in. */
  readonly podLabels?: Labels;
  readonly edges: Edges;
}

/** `r--r-----`, in decimal. */
const secretFileMode = 0o440;
const planKey = "plan.json";

/** Folders of a watcher. @param role as in `Watcher` */
export function watcherFiles(role: string): { readonly program: string; readonly password: string } {
  return { program: `/etc/${role}/program`, password: `/etc/${role}/password` };
}

/** ConfigMap with program and plan, ServiceAccount, NetworkPolicy and Deployment of one pod: two would see the same. */
export function createWatcher(
  watcher: Watcher,
  { metadata, selector, podLabels, edges }: WatcherPlace,
  child: pulumi.CustomResourceOptions,
): void {
  const { name, labels } = metadata;
  const data = {
    ...scriptFiles(watcher.scriptFolder),
    [planKey]: `${JSON.stringify(watcher.plan, null, 2)}\n`,
  };
  const program = new ConfigMap(name, { metadata, data }, child);
  const account = new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, child);
  const network = new NetworkPolicy(name, { metadata, spec: networkPolicySpec(selector, edges) }, child);
  new Deployment(
    name,
    {
      metadata,
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: { ...labels, ...podLabels },
            annotations: { "checksum/program": dataChecksum(data) },
          },
          spec: watcherPodSpec(name, watcher),
        },
      },
    },
    after(child, program, account, network),
  );
}

/** The pod. @param name of its ServiceAccount, and of the ConfigMap with program and plan */
export function watcherPodSpec(name: string, watcher: Watcher): types.input.core.v1.PodSpec {
  const { image, mounts = [], password, port, role, volumes = [] } = watcher;
  const folders = watcherFiles(role);
  const health = { httpGet: { path: "/health", port } };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod, fsGroup: restrictedPod.runAsUser },
    containers: [
      {
        name: role,
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["node", `${folders.program}/main.js`, `${folders.program}/${planKey}`],
        ports: [{ name: "metrics", containerPort: port }],
        resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
        securityContext: restrictedContainer,
        readinessProbe: { ...health, periodSeconds: 10 },
        livenessProbe: { ...health, periodSeconds: 30, timeoutSeconds: 5 },
        volumeMounts: [
          { name: "program", mountPath: folders.program, readOnly: true },
          { name: "password", mountPath: folders.password, readOnly: true },
          ...mounts,
        ],
      },
    ],
    volumes: [
      { name: "program", configMap: { name } },
      {
        name: "password",
        secret: {
          secretName: password.secretName,
          defaultMode: secretFileMode,
          items: [{ key: password.key, path: password.key }],
        },
      },
      ...volumes,
    ],
  };
}
