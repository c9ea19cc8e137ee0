/**
 * How much disk the retention needs. An estimate to size by and to refuse what cannot work; the alerts on the disk say
 * what is really used.
 */

/**
 * Bytes that one span takes on disk in one copy, with its share of the index: our mapping, before the segments are
 * merged, with what the default release of Jaeger adds (docs/storage.md, `npm run bench:storage`).
 */
export const measuredBytesPerSpan = 400;

/**
 * How many times as much is reckoned with: the measured spans have 5 to 13 attributes and 5 of their process, services
 * of one's own may have more; and merging needs room beside what it merges.
 */
export const bytesPerSpanMargin = 1.25;

/** Bytes on disk that one span is reckoned with, in one copy. */
export const bytesPerSpan = Math.ceil(measuredBytesPerSpan * bytesPerSpanMargin);

/** Documents of Lucene for each span, nested ones among them: measured with our mapping (docs/storage.md). */
export const documentsPerSpan = 14;

/** Documents that a shard can have, nested ones among them: Lucene takes no further one. */
export const mostDocumentsOfShard = 2_147_483_519;

/** Primary shards that an index of a whole day needs, which nothing rolls over. */
export function neededShardsOfDay(spansPerDay: number): number {
  return Math.max(1, Math.ceil((spansPerDay * documentsPerSpan) / mostDocumentsOfShard));
}

/**
 * Share of a disk that Elasticsearch fills: above `cluster.routing.allocation.disk.watermark.low`, 85% by its default,
 * it puts no further shard onto a node (Elasticsearch's documentation, "Disk-based shard allocation").
 */
export const usableShareOfDisk = 0.85;

/** Days that the oldest spans outlive the retention: the period of an index, and one run of what removes it. */
export const daysBeyondRetention = 2;

/** What the need is calculated from. */
export interface CapacityArgs {
  /** Spans that are stored in a day, after sampling. */
  readonly spansPerDay: number;
  /** Days that a span is kept. */
  readonly retentionDays: number;
  /** Further copies of each shard. */
  readonly copies: number;
  /** Nodes that share the data. */
  readonly nodes: number;
}

/** Disk that each node needs, whole Gi. */
export function neededStorageGi({ spansPerDay, retentionDays, copies, nodes }: CapacityArgs): number {
  const spans = spansPerDay * (retentionDays + daysBeyondRetention);
  const bytes = (spans * bytesPerSpan * (1 + copies)) / usableShareOfDisk / nodes;
  return Math.max(1, Math.ceil(bytes / 1024 ** 3));
}
