import { snapshotDays } from "../../policy/limits";
import type { SnapshotSettings } from "./cluster";

/** Settings of the keystore that hold the credentials; the names of the keys of the Secret. */
export const snapshotKeys = {
  accessKey: "s3.client.default.access_key",
  secretKey: "s3.client.default.secret_key",
} as const;

/** Names and documents that the bootstrap puts into Elasticsearch. */
export interface SnapshotDocuments {
  readonly repository: { readonly name: string; readonly body: unknown };
  readonly policy: { readonly name: string; readonly body: unknown };
}

/**
 * Snapshots of Jaeger's indices and of nothing else: users and roles are made anew by the bootstrap. The least number
 * of snapshots is deliberately not set: it would keep spans for ever where no further snapshot is taken.
 */
export function snapshotDocuments(indexPrefix: string, settings: SnapshotSettings): SnapshotDocuments {
  const { bucket, endpoint, region, schedule } = settings;
  const name = `${indexPrefix}-jaeger`;
  return {
    repository: {
      name,
      body: {
        type: "s3",
        settings: {
          bucket,
          base_path: name,
          client: "default",
          ...(region === undefined ? {} : { region }),
          // Storage of one's own seldom has a host name for each bucket.
          ...(endpoint === undefined ? {} : { endpoint, path_style_access: true }),
        },
      },
    },
    policy: {
      name,
      body: {
        name: `<${name}-{now/d}>`,
        schedule,
        repository: name,
        config: {
          indices: [`${indexPrefix}-jaeger-*`],
          include_global_state: false,
          feature_states: ["none"],
        },
        retention: { expire_after: `${snapshotDays}d` },
      },
    },
  };
}

/** TCP port of the storage. */
export function snapshotPort({ endpoint }: SnapshotSettings): number {
  if (endpoint === undefined) return 443;
  const { port, protocol } = new URL(endpoint);
  return port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
}
