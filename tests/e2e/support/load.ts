import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../sandbox/support/process";
import { at, list, text } from "../../support/document";
import { sendTrace } from "../../support/sentTrace";
import type { Ask } from "./elasticsearch";

/** Sends spans all the time, ten small traces a second, each until it is acknowledged. */
export function load(collector: string, service: string) {
  const acknowledged: string[] = [];
  const failures: string[] = [];
  const ending = new AbortController();
  const sendOne = async (): Promise<void> => {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        acknowledged.push(
          ...(await sendTrace(collector, { service, spans: 5, startMs: Date.now() })).spanIds,
        );
        return;
      } catch (error) {
        failures.push(String(error));
        await sleep(500);
      }
    }
    throw new Error(`a trace was refused 20 times: ${failures.at(-1) ?? ""}`);
  };
  const running = (async (): Promise<void> => {
    const sent: Promise<void>[] = [];
    while (!ending.signal.aborted) {
      sent.push(sendOne());
      await sleep(100);
    }
    await Promise.all(sent);
  })();
  return {
    acknowledged,
    failures,
    end: async (): Promise<void> => {
      ending.abort();
      await running;
    },
  };
}

/** The ids of the acknowledged spans of a service that Elasticsearch has not got 20 s later. */
export async function lostSpans(
  ask: Ask,
  service: string,
  acknowledged: readonly string[],
): Promise<string[]> {
  let stored: readonly string[] = [];
  await until(
    async () => (stored = await storedSpans(ask, service)).length >= acknowledged.length,
    20_000,
    1000,
  );
  process.stdout.write(`      ${acknowledged.length} spans acknowledged, ${stored.length} stored\n`);
  const found = new Set(stored);
  assert.equal(stored.length, found.size, "no span is stored twice");
  return acknowledged.filter((spanId) => !found.has(spanId));
}

/** The ids of the spans of a service that Elasticsearch has, one for each time that it has them. */
async function storedSpans(ask: Ask, service: string): Promise<string[]> {
  await ask("POST", "/nova-jaeger-span-*/_refresh");
  const ids: string[] = [];
  // An answer has 10,000 at the most.
  for (let last: unknown; ;) {
    const { status, body } = await ask("POST", "/nova-jaeger-span-*/_search", {
      size: 10_000,
      _source: ["spanID"],
      query: { term: { "process.serviceName": service } },
      sort: [{ spanID: "asc" }],
      ...(last === undefined ? {} : { search_after: last }),
    });
    assert.equal(status, 200, JSON.stringify(body));
    const hits = list(body, "hits", "hits");
    if (hits.length === 0) return ids;
    ids.push(...hits.map((hit) => text(hit, "_source", "spanID")));
    last = at(hits.at(-1), "sort");
  }
}
