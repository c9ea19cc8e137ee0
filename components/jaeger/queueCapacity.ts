import { memoryBytes } from "../kubernetes/quantity";

/**
 * How many spans a collector may hold that Elasticsearch does not have yet. The queue is full before the memory is:
 * when the alert rings, at four fifths of the queue, the memory limiter must not have refused anything, or the alert
 * would come after the loss that it warns of.
 *
 * The limiter looks at the heap, and the heap holds garbage: Go collects when the heap is twice what is in use. So
 * twice of what is in use at the alert has to stay under the limiter's lower limit. A queue of spans that are twice as
 * long as assumed then comes just up to that limit, once the garbage is collected.
 *
 * Span metrics cost memory in two ways (both measured with Jaeger 2.13). A queue that makes batches changes what it is
 * given, so it gets a copy, and the original lives for as long as its sender waits: half as much again for each span.
 * And the connector keeps the first request of each service, for the attributes of its resource: 22 MB for 14 services
 * whose first request had 1,000 spans.
 *
 * Where a queue acknowledges only what is stored, the gateway before it holds each request for as long as the queue
 * does: what is queued is in its memory too, and its limiter must not be the first to refuse either.
 */

/**
 * The collector's memory limiter, in percent of the memory limit. It refuses new spans from `limit - spike` on (55%),
 * and forces a garbage collection at `limit`, which is under the 80% that Go itself aims for (GOMEMLIMIT). The spike
 * is what may come in between two looks, a second: 200 Mi in a collector of 1 Gi is some 100,000 spans.
 */
export const collectorMemoryLimiter = { limit: 75, spike: 20 } as const;

/** Share of the queue at which the alert JaegerQueueFull rings: 4000 of 5000 in the names of Jaeger v1. */
export const queueAlertShare = 0.8;

/** Measured with Jaeger 2.13: heap of a queued span with ten attributes and an event (1,900 bytes), rounded up. */
const bytesPerSpan = 2_000;

/** The same, where the queue holds a copy: 1.51 times as much was measured (120,000 spans, 1,560 and 2,350 bytes). */
const bytesPerCopiedSpan = 3_000;

/** Measured with the gateway (0.155): heap of a span that waits for Jaeger's answer (2,320 bytes), rounded up. */
const bytesPerHeldSpan = 2_400;

/** Heap of a gateway that holds nothing is 4 MB; beside it, some requests on their way through the steps. */
const gatewayBaseBytes = 32 * 1024 * 1024;

/** Spans that an SDK sends at a time: as many as are kept of each service, at most. */
const spansPerRequest = 512;

/** Heap of a collector with an empty queue: 8 writes of 5 MB as documents and as text, 5 MB idle, and caches. */
const baseBytes = 128 * 1024 * 1024;

/** Heap over what is in use, just before Go collects garbage (GOGC 100, its default). */
const garbageFactor = 2;

/** Least capacity, spans: two batches of the largest size, or a request might never fit. */
const leastCapacity = 8_000;

/** What else is in the memory of a queued span's way, beside the queue. */
export interface QueueNeighbours {
  /** Where spans are counted too: of how many services, and whether that leaves the queue a copy. @default they are not */
  readonly spanMetrics?: { readonly services: number; readonly copies: boolean } | undefined;
  /**
   * Memory limit of a pod of the gateway, such as `512Mi`, where it holds what is queued: of as many pods as there are
   * collectors, at the least. With fewer its limiter comes first; their number is no part of this, or a change of it
   * would roll the collectors.
   * @default nobody else holds it
   */
  readonly gatewayMemoryLimit?: string | undefined;
}

/** Capacity of the queue in front of Elasticsearch, spans, from a collector's memory limit such as `1Gi`. */
export function queueCapacity(
  memoryLimit: string,
  { spanMetrics, gatewayMemoryLimit }: QueueNeighbours = {},
): number {
  const { services, copies } = spanMetrics ?? { services: 0, copies: false };
  const kept = services * spansPerRequest * bytesPerSpan;
  const inCollector =
    (usableBytes(memoryLimit) - baseBytes - kept) / (copies ? bytesPerCopiedSpan : bytesPerSpan);
  const inGateway =
    gatewayMemoryLimit === undefined
      ? Infinity
      : (usableBytes(gatewayMemoryLimit) - gatewayBaseBytes) / bytesPerHeldSpan;
  return Math.max(leastCapacity, Math.floor(Math.min(inCollector, inGateway) / queueAlertShare));
}

/** Bytes in use from which on garbage may bring the heap to where a memory limiter refuses. */
function usableBytes(memoryLimit: string): number {
  const { limit, spike } = collectorMemoryLimiter;
  return (memoryBytes(memoryLimit) * (limit - spike)) / 100 / garbageFactor;
}
