import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type * as pulumi from "@pulumi/pulumi";
import { dataChecksum } from "../kubernetes/checksum";
import type { Labels } from "../kubernetes/labels";

/** Where a pod has its files; whole folders, because a `subPath` is never updated. */
export const folders = { config: "/etc/jaeger/config", sampling: "/etc/jaeger/sampling" } as const;

/** What a pod of Jaeger has to find before it starts. */
export interface PodConfiguration {
  /** ConfigMap with the files of `folders.config`. */
  readonly configMapName: string;
  /** Annotations of the pod: another configuration rolls it. */
  readonly annotations: Record<string, string>;
  /** What the pod waits for. */
  readonly before: readonly pulumi.Resource[];
}

/** Makes the ConfigMap `<name>-config` of these files, and the ServiceAccount `<name>`, which has no token. */
export function createConfiguration(
  metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels },
  data: Record<string, string>,
  child: pulumi.CustomResourceOptions,
): PodConfiguration {
  const { name } = metadata;
  const configMapName = `${name}-config`;
  return {
    configMapName,
    annotations: { "checksum/config": dataChecksum(data) },
    before: [
      new ConfigMap(configMapName, { metadata: { ...metadata, name: configMapName }, data }, child),
      new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, child),
    ],
  };
}
