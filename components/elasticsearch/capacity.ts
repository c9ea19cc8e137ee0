/**
 * How much disk the retention needs. An estimate to size by and to refuse what cannot work; the alerts on the disk say
 * what is really used.
 */

/**
 * Bytes that one span takes on disk in one copy, with its share of the index. Assumed until it is measured with the
 * services' own spans: reports of others go from 60 (short spans, compressed) to about 1,000 (many attributes).
 */
export const bytesPerSpan = 500;

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
