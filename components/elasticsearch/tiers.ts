import {
  bytesPerSpan,
  daysBeyondRetention,
  documentsPerSpan,
  usableShareOfDisk,
  type CapacityArgs,
} from "./capacity";

/** What a cluster is recommended for. */
export type TierArgs = Omit<CapacityArgs, "nodes">;

/** Nodes of one kind. */
export interface Tier {
  /** What they hold: all, what is being written and asked for most, or what is kept. */
  readonly name: "all" | "hot" | "warm";
  /** Days of spans on them. */
  readonly days: number;
  readonly nodes: number;
  /** Memory of each node, Gi; half of it is heap. */
  readonly memoryGi: number;
  /** Disk of each node, whole Gi. */
  readonly storageGi: number;
  /** Cores of each node. */
  readonly cores: number;
}

/** What is recommended. */
export interface Recommendation {
  /** Bytes that a day adds, in one copy. */
  readonly bytesPerDay: number;
  /** Bytes in all, with all copies. */
  readonly storedBytes: number;
  readonly tiers: readonly Tier[];
  /** Nodes that only govern the cluster, 8 Gi each; none where the nodes do it themselves. */
  readonly masters: number;
  /** Primary shards of each index of spans. */
  readonly shardsPerIndex: number;
  /** Indices of spans that a day makes: with more than one, a rollover by documents or size comes before the one by age. */
  readonly indicesPerDay: number;
  /** Shards of spans in the cluster, copies among them. */
  readonly shards: number;
  /** Who can deploy it: this program in each mode, or only somebody who makes tiers. */
  readonly by: "builtin, eck or existing" | "existing";
}

/** What the recommendation rests on, each with where it is from. */
export const tierAssumptions = {
  documentsPerSpan,
  /**
   * Documents that a shard is to hold at the most; ILM rolls over there by itself, and counts nested ones
   * (Elasticsearch's documentation, "Size your shards" and "Rollover").
   */
  documentsPerShard: 200e6,
  /** Bytes that a shard is to have at the most (the same pages). */
  bytesPerShard: 50e9,
  /** Shards of a node: default of `cluster.max_shards_per_node` (Elasticsearch's documentation). */
  shardsPerNode: 1000,
  /** Bytes of disk for each byte of memory (Elastic, "Benchmarking and sizing your Elasticsearch cluster"). */
  diskToMemory: { hot: 30, warm: 160 },
  /** Memory of the largest node, Gi: half of it is the largest heap with compressed pointers ("Heap size settings"). */
  largestMemoryGi: 64,
  /** Memory of the smallest node, Gi: what the production stack has, our own choice. */
  smallestMemoryGi: 8,
  /**
   * Days before an index goes to the warm nodes: while it is written, two more as most questions are about the last
   * days, and one to move it. Our own choice.
   */
  hotDays: 4,
  /**
   * Spans that a core takes in a second: half of what was measured as 2.13 writes them (docs/storage.md); the rest is for
   * answers, larger merges, and the IDs of documents that later releases give, which Elasticsearch has to look up.
   */
  spansPerSecondPerCore: 5000,
  /** How many times the mean the busiest hour is. Our own choice. */
  peak: 3,
  /** Nodes of the largest cluster of one kind: what the program deploys. */
  largestCluster: 9,
} as const;

const gi = 1024 ** 3;

/**
 * The cluster that a load needs: one kind of nodes as long as nine of them can hold it, hot and warm ones above. Cold
 * and frozen tiers rest on searchable snapshots, which need a paid licence, so there are none.
 */
export function recommendTiers(args: TierArgs): Recommendation {
  const { copies, retentionDays, spansPerDay } = args;
  const a = tierAssumptions;
  const days = retentionDays + daysBeyondRetention;
  const bytesPerDay = spansPerDay * bytesPerSpan;
  const shardsPerDay = Math.max(
    (spansPerDay * a.documentsPerSpan) / a.documentsPerShard,
    bytesPerDay / a.bytesPerShard,
  );
  const kept = (daysOfTier: number): Load => ({
    bytes: bytesPerDay * daysOfTier * (1 + copies),
    shards: Math.max(1, Math.ceil(shardsPerDay)) * daysOfTier * (1 + copies),
  });
  // Each copy is indexed by itself.
  const cores = ((spansPerDay / 86_400) * a.peak * (1 + copies)) / a.spansPerSecondPerCore;
  const least = 1 + copies > 1 ? 3 : 1;
  const hotDays = Math.min(days, a.hotDays);
  const warmDays = days - hotDays;
  const [all, hot, warm] = [kept(days), kept(hotDays), kept(warmDays)];
  const hotMemory = memoryGiOf(hot, a.diskToMemory.hot);
  const warmMemory = memoryGiOf(warm, a.diskToMemory.warm);

  const single = tier("all", days, all, hotMemory + warmMemory, cores, least);
  const oneKind = single.nodes <= a.largestCluster;
  const tiers = oneKind
    ? [single]
    : [
        tier("hot", hotDays, hot, hotMemory, cores, least),
        ...(warmDays > 0 ? [tier("warm", warmDays, warm, warmMemory, 0, least)] : []),
      ];
  // One shard of the index that is being written to on each node that takes writes, if there are as many.
  const shardsPerIndex = Math.min(Math.max(1, Math.ceil(shardsPerDay)), tiers[0]?.nodes ?? 1);
  return {
    bytesPerDay,
    storedBytes: all.bytes,
    tiers,
    masters: oneKind ? 0 : 3,
    shardsPerIndex,
    indicesPerDay: Math.max(1, Math.ceil(shardsPerDay / shardsPerIndex)),
    shards: all.shards,
    by: oneKind ? "builtin, eck or existing" : "existing",
  };
}

/** What a kind of nodes has to hold, all copies. */
interface Load {
  readonly bytes: number;
  readonly shards: number;
}

/** Memory that so much data wants, Gi, over all nodes. */
function memoryGiOf({ bytes }: Load, diskToMemory: number): number {
  return bytes / usableShareOfDisk / diskToMemory / gi;
}

/** As many nodes as memory, shards and cores ask for, each as small as it may be. @param memoryGi of all together */
function tier(
  name: Tier["name"],
  days: number,
  { bytes, shards }: Load,
  memoryGi: number,
  cores: number,
  least: number,
): Tier {
  const a = tierAssumptions;
  const coresOf = (node: number): number => node / 8;
  const nodes = Math.max(
    least,
    Math.ceil(memoryGi / a.largestMemoryGi),
    Math.ceil(shards / a.shardsPerNode),
    Math.ceil(cores / coresOf(a.largestMemoryGi)),
  );
  const wanted = Math.max(memoryGi / nodes, (cores / nodes) * 8);
  let size: number = a.smallestMemoryGi;
  while (size < wanted && size < a.largestMemoryGi) size *= 2;
  return {
    name,
    days,
    nodes,
    memoryGi: size,
    storageGi: Math.max(1, Math.ceil(bytes / usableShareOfDisk / nodes / gi)),
    cores: Math.max(2, coresOf(size)),
  };
}
