import type { BuiltinCluster, EckCluster, ExistingCluster, SnapshotSettings } from "./cluster";
import { urlProblem } from "./existingCluster";
import type { RetentionMechanism } from "./retention";
import { elasticsearchVersionProblem } from "./version";

/** What an ElasticsearchBackend is made from. All plain values but the secrets: a policy judges them in a preview. */
export interface ElasticsearchBackendArgs {
  /** Namespace of all its objects, and of Jaeger; it has to exist. */
  readonly namespace: string;
  /** Release of Jaeger, and of its tools for Elasticsearch. */
  readonly jaegerVersion: string;
  /** Days that each span is kept; see elasticsearch/retention.ts. */
  readonly retentionDays: number;
  /** What removes older ones: a cleaner of dated indices, or a lifecycle policy. */
  readonly retentionMechanism: RetentionMechanism;
  /** Begins the names of all indices, such as `nova`. */
  readonly indexPrefix: string;
  /** Primary shards of each index. */
  readonly shards: number;
  /** Further copies of each shard. */
  readonly copies: number;
  /** Who runs Elasticsearch, and of what size. */
  readonly cluster: ExistingCluster | EckCluster | BuiltinCluster;
  /** Snapshots of the indices. @default none */
  readonly snapshots?: SnapshotSettings | undefined;
  /** Whether what holds data can neither be deleted by an update nor goes with the stack. */
  readonly protectData: boolean;
  /** Namespace whose pods may read Elasticsearch's metrics. @default none are served */
  readonly metricsNamespace?: string | undefined;
  /** Counted up, it gives Jaeger a new user with a new password; see elasticsearch/users.ts. @default 1 */
  readonly passwordGeneration?: number | undefined;
}

/** What is wrong with the arguments; undefined if nothing is. */
export function argumentProblem({
  cluster,
  copies,
  indexPrefix,
  passwordGeneration = 1,
  retentionDays,
  snapshots,
}: ElasticsearchBackendArgs): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(indexPrefix)) {
    return `indexPrefix "${indexPrefix}" begins no name of an index. Write 2 to 32 of a-z, 0-9 and "-", from a letter on, such as nova`;
  }
  if (!Number.isInteger(retentionDays) || retentionDays < 1) {
    return `retentionDays ${retentionDays} is no whole number of days from 1 on`;
  }
  if (!Number.isInteger(passwordGeneration) || passwordGeneration < 1) {
    return `passwordGeneration ${passwordGeneration} is no whole number from 1 on`;
  }
  if (cluster.mode === "existing") {
    const problem = urlProblem(cluster.url);
    if (problem !== undefined) return `cluster.url "${withoutCredentials(cluster.url)}" ${problem}`;
    if (snapshots !== undefined) {
      return "snapshots of an existing cluster are made by whoever runs it: its keystore holds the credentials. Leave snapshots out";
    }
    return undefined;
  }
  const problem = elasticsearchVersionProblem(cluster.version);
  if (problem !== undefined) return `cluster.version "${cluster.version}" ${problem}`;
  if (copies >= cluster.nodes) {
    return `copies ${copies} needs more nodes than the ${cluster.nodes} of cluster.nodes: no copy stands beside its shard. Write ${cluster.nodes - 1} or less`;
  }
  return undefined;
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//***@");
}
