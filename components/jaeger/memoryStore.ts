import { memoryBytes } from "../kubernetes/quantity";

/**
 * Jaeger's memory store, bounded in size and in age. It has neither bound itself: `max_traces` counts traces, not
 * bytes, and a quiet stack would keep a trace for as long as the process lives. (Badger has an age limit but no size
 * limit, and a full volume ends its process for good: the volume outlives the container.)
 *
 * Size: `maxTraces`, from the memory limit. If traces are much longer than assumed, the memory limiter must not step
 * in: nothing leaves this store unless something new comes in, so a limiter that refuses would refuse for ever. Its
 * limit is therefore so high that the kernel ends the process first; measured at 256Mi, this takes some 190,000 spans
 * in the store. The container comes back empty within seconds.
 *
 * Age: the kubelet restarts the container before the oldest span can be older than the retention. Its clock is the
 * start of the container, so no restart of kubelet or node resets it.
 */

/** Measured with Jaeger 2.13: heap of one stored span with ten attributes (1.3 kB), rounded up. */
const bytesPerSpan = 1_500;

/** Average length of a trace. Twice as much still fits. */
const spansPerTrace = 40;

/** Share of the memory limit that stored traces may take. The rest: Jaeger itself, requests in flight, garbage. */
const storeShare = 0.3;

/** Traces that fit into a memory limit such as `256Mi`; the oldest gives way to the newest. At least 1. */
export function maxTraces(memoryLimit: string): number {
  return Math.max(1, Math.floor((memoryBytes(memoryLimit) * storeShare) / (bytesPerSpan * spansPerTrace)));
}

/** Settings of the memory limiter in front of this store, in percent of the memory limit; see above. */
export const memoryLimiterPercentages = { limit: 95, spike: 5 } as const;

const secondsPerDay = 24 * 60 * 60;

/** How much a restart is early: shutting down and a late kubelet must not cost a promise. */
const marginSeconds = 60 * 60;

/** Age in seconds at which the container is restarted, so that no span in it gets older than the days. */
export function recycleAfterSeconds(retentionDays: number): number {
  return retentionDays * secondsPerDay - marginSeconds;
}
