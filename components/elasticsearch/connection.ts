import type { Edge } from "../kubernetes/networkEdges";
import type { Labels } from "../kubernetes/labels";
import type { Retention } from "./retention";

/**
 * How Jaeger and its tools reach Elasticsearch, and what they find there. All plain values; credentials are only named,
 * never carried: a pod mounts the Secret.
 */
export interface ElasticsearchConnection {
  /** `https://host:9200`. */
  readonly url: string;
  /** Major release of Elasticsearch: 8 or 9. */
  readonly majorVersion: number;
  /** User of Jaeger and its tools, with the least privileges that they need. */
  readonly username: string;
  /** Secret with the user's password under `password`, in Jaeger's namespace. */
  readonly passwordSecret: string;
  /** Secret with the authority of the certificate under `ca.crt`; undefined where the system's authorities know it. */
  readonly authoritySecret: string | undefined;
  /** Begins the names of all indices: `nova` gives `nova-jaeger-span-...`. */
  readonly indexPrefix: string;
  /** Primary shards of each index. */
  readonly shards: number;
  /** Further copies of each shard. */
  readonly copies: number;
  readonly retention: Retention;
  /** Name of the lifecycle policy, where there is one. */
  readonly lifecyclePolicy: string;
  /** Labels that a pod has to carry to be let in. */
  readonly clientLabels: Labels;
  /** What a pod that uses it has to be let out to. */
  readonly edge: Edge;
}
