import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Labels } from "../kubernetes/labels";
import { nodePodSpec, type NodePodArgs } from "./nodePod";

/** What the StatefulSet of the nodes depends on. */
export interface NodeSetInput extends NodePodArgs {
  /** Labels of the pods; they hold the selector's. */
  readonly labels: Labels;
  /** Of all settings that a node reads at its start, but for those of the first formation. */
  readonly settingsChecksum: string;
  /** Of the credentials for snapshots, which a node takes into its keystore at its start. @default there are none */
  readonly snapshotChecksum?: Input<string> | undefined;
}

/** The spec of the StatefulSet. Claims, selector and the Service's name can never change once it exists. */
export function nodeSetSpec(input: NodeSetInput): types.input.apps.v1.StatefulSetSpec {
  const { cluster, labels, name, selector, settingsChecksum, snapshotChecksum } = input;
  const storage = cluster.storageClassName;
  return {
    serviceName: `${name}-nodes`,
    replicas: cluster.nodes,
    // The first master is elected by all of them together.
    podManagementPolicy: "Parallel",
    // A node that is back within the minute before its shards are given away finds them on its own disk. Nothing waits
    // for green: docs/operations/elasticsearch-rolling-upgrade.md says what to look at.
    minReadySeconds: cluster.nodes > 1 ? 60 : 0,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    selector: { matchLabels: selector },
    template: {
      metadata: {
        labels,
        annotations: {
          "checksum/settings": settingsChecksum,
          ...(snapshotChecksum === undefined ? {} : { "checksum/snapshot-keys": snapshotChecksum }),
        },
      },
      spec: nodePodSpec(input),
    },
    volumeClaimTemplates: [
      {
        // No label with a version is in it, as it can never change.
        metadata: { name: "data", labels: selector },
        spec: {
          accessModes: ["ReadWriteOnce"],
          ...(storage === undefined ? {} : { storageClassName: storage }),
          resources: { requests: { storage: `${cluster.storageGi}Gi` } },
        },
      },
    ],
  };
}
