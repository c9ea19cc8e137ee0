import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../sandbox/support/process";
import { storedSpanIds } from "../../elasticsearch/support/ask";
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
    async () => {
      stored = await storedSpanIds(ask, "nova-jaeger-span-*", { term: { "process.serviceName": service } });
      return stored.length >= acknowledged.length;
    },
    20_000,
    1000,
  );
  process.stdout.write(`      ${acknowledged.length} spans acknowledged, ${stored.length} stored\n`);
  const found = new Set(stored);
  assert.equal(stored.length, found.size, "no span is stored twice");
  return acknowledged.filter((spanId) => !found.has(spanId));
}
