import type { GroupVersionKind } from "./kinds";
import type { PlainMap } from "../shared/propertyValues";
import { at } from "./objects";
import type { ProviderSettings } from "./settings";

/** What an object's identity is made of. */
const IDENTITY = ["metadata.name", "metadata.namespace"];

const CONTAINER_FIELDS = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
].flatMap((field) => [`spec.containers[*].${field}`, `spec.initContainers[*].${field}`]);

const POD_FIELDS = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
].map((field) => `spec.${field}`);

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
].map((source) => `spec.${source}`);

/** For each kind, as `group/Kind`, the fields that a change of makes the object anew, beside its identity. */
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["apps/DaemonSet", ["spec.selector"]],
  ["apps/Deployment", ["spec.selector"]],
  [
    "apps/StatefulSet",
    [
      "spec.podManagementPolicy",
      "spec.revisionHistoryLimit",
      "spec.selector",
      "spec.serviceName",
      "spec.volumeClaimTemplates",
    ],
  ],
  ["batch/Job", ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"]],
  ["rbac.authorization.k8s.io/ClusterRoleBinding", ["roleRef"]],
  ["rbac.authorization.k8s.io/RoleBinding", ["roleRef"]],
  ["storage.k8s.io/StorageClass", ["parameters", "provisioner"]],
  ["/PersistentVolume", VOLUME_SOURCES],
  [
    "/PersistentVolumeClaim",
    ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  ],
  ["/Pod", [...POD_FIELDS, ...CONTAINER_FIELDS]],
  ["/ResourceQuota", ["spec.scopes"]],
  ["/Service", ["spec.clusterIP"]],
]);

/** Which settings decide whether ConfigMaps and Secrets are changed in place. */
export type MutabilitySettings = Pick<ProviderSettings, "enableConfigMapMutable" | "enableSecretMutable">;

/**
 * The fields whose change makes an object anew, as paths with `[*]` for any index: what the API server
 * refuses to change, and the data of ConfigMaps and Secrets unless the settings let it change in place.
 */
export function replacingFields(
  { group, kind }: GroupVersionKind,
  object: PlainMap,
  settings: MutabilitySettings,
): readonly string[] {
  const isImmutable = at(object, "immutable") === true;
  if (group === "" && kind === "Secret") {
    const dataReplaces = !settings.enableSecretMutable || isImmutable;
    return [...IDENTITY, "type", ...(dataReplaces ? ["data", "stringData"] : [])];
  }
  if (group === "" && kind === "ConfigMap") {
    const dataReplaces = !settings.enableConfigMapMutable || isImmutable;
    return [...IDENTITY, ...(dataReplaces ? ["data", "binaryData"] : [])];
  }
  return [...IDENTITY, ...(FIELDS.get(`${group}/${kind}`) ?? [])];
}
