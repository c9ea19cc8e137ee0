import { setTimeout as sleep } from "node:timers/promises";
import { sendTrace } from "../../support/sentTrace";
import { countDocuments, storedSpanIds } from "./ask";
import type { RunningJaeger } from "./jaeger";
import type { RealNode } from "./node";

const spansPerRequest = 50;

/** What was sent at an even rate, each request once: nobody sends again what was refused. */
export class Load {
  /** Ids of the spans that the collector has acknowledged. */
  readonly acknowledged = new Set<string>();
  refused = 0;

  /** @param spansPerSecond a multiple of 50 */
  constructor(private readonly spansPerSecond: number) {}

  /** Sends for a time. @param collector asked anew for each request, for it may be another by then */
  async send(seconds: number, collector: () => RunningJaeger): Promise<void> {
    const requestsPerSecond = this.spansPerSecond / spansPerRequest;
    const began = Date.now();
    const sent: Promise<void>[] = [];
    for (let request = 0; request < seconds * requestsPerSecond; request++) {
      await sleep(Math.max(0, began + (request * 1000) / requestsPerSecond - Date.now()));
      sent.push(this.#sendOne(`127.0.0.1:${collector().portOf("otlpHttp")}`));
    }
    await Promise.all(sent);
  }

  async #sendOne(address: string): Promise<void> {
    try {
      const trace = { service: "load-service", spans: spansPerRequest, startMs: Date.now() };
      for (const spanId of (await sendTrace(address, trace)).spanIds) this.acknowledged.add(spanId);
    } catch {
      this.refused += spansPerRequest;
    }
  }
}

/** How long a count has to stay the same: 2.13 looks every 5 s whether a node that was away is back. */
const quietSeconds = 14;

/** Spans that Elasticsearch has: at once if they are as many as hoped for, else when they become no more. */
export async function storedSpans({ ask }: RealNode, indexPrefix: string, hopedFor: number): Promise<number> {
  let last = -1;
  for (let quiet = 0; ; quiet += 2) {
    const now = await countDocuments(ask, `${indexPrefix}-jaeger-span-*`);
    if (now !== last) quiet = 0;
    if (now === hopedFor || quiet >= quietSeconds) return now;
    last = now;
    await sleep(2000);
  }
}

/**
 * Of the spans that were acknowledged, those that Elasticsearch does not have: by their ids, as one may be there twice.
 * @param hopedFor spans that may be there in all. @default the acknowledged ones
 */
export async function lostSpans(
  node: RealNode,
  indexPrefix: string,
  { acknowledged }: Load,
  hopedFor = acknowledged.size,
): Promise<string[]> {
  await storedSpans(node, indexPrefix, hopedFor);
  const ids = new Set(await storedSpanIds(node.ask, `${indexPrefix}-jaeger-span-*`));
  return [...acknowledged].filter((id) => !ids.has(id));
}
