// Whether the alert on the queue comes in time: the queue of a real collector (2.13, with the memory of a pod) is filled
// with batches of the largest size while Elasticsearch is away. JaegerQueueFull has to ring before the memory limiter
// refuses anything, or it would come after the loss that it warns of. That the rule says so of these metrics is promtool's
// part (tests/engine/alerts).
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { otlpBody } from "../../bench/storage/otlp";
import { drawTraces } from "../../bench/storage/spans";
import { fullQueue, thresholds } from "../../components/alerts/thresholds";
import { queueCapacity } from "../../components/jaeger/queueCapacity";
import { counter, startJaeger, type MemoryLimit, type RunningJaeger } from "./support/jaeger";
import { startNode, type RealNode } from "./support/node";

const memoryLimit = "1Gi";
/** Spans of one request, which is the collector's largest batch, give or take the last trace. */
const batchSpans = 4_000;
/** Between two requests: some 15,000 spans a second. */
const pauseMilliseconds = 200;
/** Requests that are more than any of these queues holds. */
const mostRequests = 300;

/** What a collector said when it first refused something, or when it had been sent everything. */
interface Filling {
  /** The greatest length before, as the alert counts it: of 5000. */
  readonly length: number;
  readonly refusedByLimiter: number;
  readonly refusedByQueue: number;
}

describe("the queue of a collector while Elasticsearch is away, with Jaeger 2.13", () => {
  let node: RealNode;
  let collector: RunningJaeger;
  const body = JSON.stringify(
    otlpBody([...drawTraces({ startMs: Date.now(), spans: batchSpans, spansPerSecond: 8_000 })].flat()),
  );

  before(async () => {
    node = await startNode();
  });
  after(() => node.close());
  afterEach(() => collector.stop("SIGKILL"));

  async function send(): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${collector.portOf("otlpHttp")}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await response.arrayBuffer();
  }

  /** Fills the queue until something is refused. */
  async function fill(indexPrefix: string, memory: MemoryLimit): Promise<Filling> {
    const { url, password } = node;
    collector = await startJaeger({
      role: "collector",
      url,
      password,
      username: "elastic",
      indexPrefix,
      memory,
    });
    await node.kill();
    let length = 0;
    for (let request = 0; ; request++) {
      await send();
      await sleep(pauseMilliseconds);
      const metrics = await collector.metrics();
      const of = (name: string, ...labels: string[]): number => counter(metrics, name, ...labels);
      const refusedByLimiter = of("otelcol_processor_refused_spans_total", 'processor="memory_limiter"');
      const refusedByQueue = of("otelcol_exporter_enqueue_failed_spans_total");
      if (refusedByLimiter + refusedByQueue > 0 || request === mostRequests) {
        return { length, refusedByLimiter, refusedByQueue };
      }
      length = (fullQueue * of("otelcol_exporter_queue_size")) / of("otelcol_exporter_queue_capacity");
    }
  }

  it("is long enough for JaegerQueueFull, and then full, before the memory limiter refuses a span", async () => {
    const filling = await fill("queue", { limit: memoryLimit });
    process.stdout.write(`      ${JSON.stringify(filling)}\n`);
    assert.ok(filling.length > thresholds.JaegerQueueFull.above);
    assert.equal(filling.refusedByLimiter, 0);
    assert.ok(filling.refusedByQueue > 0);
  });

  it("would not be, ten times as long: the memory limiter refuses first", async () => {
    await node.start();
    const filling = await fill("long", {
      limit: memoryLimit,
      queueCapacity: 10 * queueCapacity(memoryLimit),
    });
    process.stdout.write(`      ${JSON.stringify(filling)}\n`);
    assert.ok(filling.length < thresholds.JaegerQueueFull.above);
    assert.ok(filling.refusedByLimiter > 0);
    assert.equal(filling.refusedByQueue, 0);
  });
});
