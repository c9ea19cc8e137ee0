import type { types } from "@pulumi/kubernetes";
import { restrictedContainer, restrictedPod } from "../../kubernetes/workload";
import type { ReachableCluster } from "../cluster";
import type { ElasticsearchConnection } from "../connection";
import { nodeImage, rolloverImage } from "../images";
import { toolEnvironment, toolVolumes, toolMounts } from "../tool";
import { passwordKey } from "../secrets";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;

/** What the pod of the bootstrap is made from. */
export interface BootstrapPodArgs {
  /** Name of its ServiceAccount. */
  readonly account: string;
  readonly jaegerVersion: string;
  readonly connection: ElasticsearchConnection;
  readonly cluster: ReachableCluster;
  /** ConfigMap with the program and its plan. */
  readonly programConfigMap: string;
  /** ConfigMap with the lifecycle policy, where there is one. */
  readonly policyConfigMap: string | undefined;
}

const folder = "/etc/bootstrap";

/** Keys of the ConfigMaps, and paths in the containers. */
export const files = {
  plan: "plan.json",
  policy: "lifecycle-policy.json",
  policyFolder: `${folder}/policy`,
  administratorPassword: `${folder}/passwords/administrator`,
  jaegerPassword: `${folder}/passwords/jaeger`,
  initMarker: "/run/bootstrap/init",
} as const;

const programFolder = `${folder}/program`;

/** One step after the other: our program prepares, the tool initialises if it has to, our program verifies. */
export function bootstrapPodSpec(args: BootstrapPodArgs): PodSpec {
  const { cluster, connection, policyConfigMap } = args;
  const step = (word: "prepare" | "verify"): Container => program(word, args);
  const { administrator } = cluster;
  return {
    serviceAccountName: args.account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: "Never",
    securityContext: { ...restrictedPod, fsGroup: restrictedPod.runAsUser },
    initContainers: [step("prepare"), ...(policyConfigMap === undefined ? [] : [rolloverInit(args)])],
    containers: [step("verify")],
    volumes: [
      ...toolVolumes(connection),
      { name: "program", configMap: { name: args.programConfigMap } },
      ...(policyConfigMap === undefined ? [] : [{ name: "policy", configMap: { name: policyConfigMap } }]),
      { name: "run", emptyDir: { sizeLimit: "1Mi" } },
      {
        name: "passwords",
        projected: {
          defaultMode: 0o440,
          sources: [
            {
              secret: {
                name: administrator.password.secret,
                items: [{ key: administrator.password.key, path: "administrator" }],
              },
            },
            { secret: { name: connection.passwordSecret, items: [{ key: passwordKey, path: "jaeger" }] } },
          ],
        },
      },
    ],
  };
}

function program(word: "prepare" | "verify", { connection, policyConfigMap }: BootstrapPodArgs): Container {
  const authority = connection.authoritySecret !== undefined;
  return {
    name: word,
    image: nodeImage,
    imagePullPolicy: "IfNotPresent",
    command: ["node", `${programFolder}/main.js`, word, `${programFolder}/${files.plan}`],
    // Beside the authorities that Node.js knows.
    env: authority ? [{ name: "NODE_EXTRA_CA_CERTS", value: toolMounts.authorityFile }] : [],
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "program", mountPath: programFolder, readOnly: true },
      { name: "passwords", mountPath: `${folder}/passwords`, readOnly: true },
      { name: "run", mountPath: "/run/bootstrap" },
      ...(policyConfigMap === undefined
        ? []
        : [{ name: "policy", mountPath: files.policyFolder, readOnly: true }]),
      ...(authority ? [toolMounts.authority] : []),
    ],
  };
}

/**
 * Jaeger's own tool, which knows the mappings of its release. It makes index 000001 anew where the policy has removed
 * it, so it runs only where the program has found something missing that it alone can make.
 */
function rolloverInit({ cluster, connection, jaegerVersion }: BootstrapPodArgs): Container {
  const { copies, lifecyclePolicy, shards, url } = connection;
  const initialise =
    `if [ -f ${files.initMarker} ]; then exec /go/bin/es-rollover init ${url}; fi; ` +
    `echo "Templates, indices and aliases are there: nothing to initialise."`;
  return {
    name: "init",
    image: rolloverImage(jaegerVersion),
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/sh", "-c", initialise],
    env: [
      ...toolEnvironment(connection, cluster.administrator),
      { name: "ES_USE_ILM", value: "true" },
      { name: "ES_ILM_POLICY_NAME", value: lifecyclePolicy },
      { name: "SHARDS", value: String(shards) },
      { name: "REPLICAS", value: String(copies) },
    ],
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "64Mi" } },
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "run", mountPath: "/run/bootstrap", readOnly: true },
      ...(connection.authoritySecret === undefined ? [] : [toolMounts.authority]),
    ],
  };
}
