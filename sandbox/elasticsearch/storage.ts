import * as fs from "node:fs";
import * as path from "node:path";
import { nodeName } from "../node/addresses";
import type { Paths } from "../support/paths";

/** Name of the storage class, which claims without a class get. */
export const storageClassName = "standard";

/** Volumes that are ready to be claimed: one for each node of an Elasticsearch that fits here, and one to spare. */
const volumeNames = ["disk-0", "disk-1"] as const;

/**
 * Storage for claims: a few volumes, made beforehand, which are folders below the sandbox's state and go with it at
 * `npm stop`. Nothing makes more of them, nothing holds anybody to their size, and a claim that is deleted gives none
 * back. Kubelet gives them to the pod's group, as it does with a disk.
 */
export function storageObjects(paths: Paths): object[] {
  return [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: storageClassName,
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "kubernetes.io/no-provisioner",
      reclaimPolicy: "Retain",
      volumeBindingMode: "WaitForFirstConsumer",
    },
    ...volumeNames.map((name) => ({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        capacity: { storage: "100Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName,
        local: { path: volumeFolder(paths, name) },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              {
                matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [nodeName] }],
              },
            ],
          },
        },
      },
    })),
  ];
}

/** Makes the folders of the volumes. */
export function makeVolumeFolders(paths: Paths): void {
  for (const name of volumeNames) fs.mkdirSync(volumeFolder(paths, name), { recursive: true, mode: 0o755 });
}

function volumeFolder(paths: Paths, name: string): string {
  return path.join(paths.state, "volumes", name);
}
