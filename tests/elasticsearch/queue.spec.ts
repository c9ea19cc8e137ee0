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
import { startGateway } from "./support/gateway";
import { counter, startJaeger, type MemoryLimit, type RunningJaeger } from "./support/jaeger";
import { startNode, type RealNode } from "./support/node";

const memoryLimit = "1Gi";
/** Spans of one request, which is the collector's largest batch, give or take the last trace. */
const batchSpans = 4_000;
/** Between two requests: some 15,000 spans a second. */
const pauseMilliseconds = 200;
/** Requests that are more than any of these queues holds. */
const mostRequests = 300;
/** Spans of a request of an SDK, give or take the last trace, and requests of them at once: what two cores take. */
const [sdkSpans, sdkRequests] = [512, 8];
/** The gateway gives a request up after 30 s; until then it has to be full, so it is a small one for two cores. */
const [fillSeconds, gatewayLimit] = [28, "256Mi"];

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

  async function startCollector(indexPrefix: string, memory: MemoryLimit): Promise<void> {
    const { url, password } = node;
    const common = { role: "collector", username: "elastic", url, password } as const;
    collector = await startJaeger({ ...common, indexPrefix, memory });
  }

  const ofCollector = async (): Promise<Omit<Filling, "length"> & { readonly lengthNow: number }> => {
    const metrics = await collector.metrics();
    const of = (name: string, ...labels: string[]): number => counter(metrics, name, ...labels);
    return {
      refusedByLimiter: of("otelcol_processor_refused_spans_total", 'processor="memory_limiter"'),
      refusedByQueue: of("otelcol_exporter_enqueue_failed_spans_total"),
      lengthNow: (fullQueue * of("otelcol_exporter_queue_size")) / of("otelcol_exporter_queue_capacity"),
    };
  };

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
    await startCollector(indexPrefix, memory);
    await node.kill();
    let length = 0;
    for (let request = 0; ; request++) {
      await send();
      await sleep(pauseMilliseconds);
      const { lengthNow, refusedByLimiter, refusedByQueue } = await ofCollector();
      if (refusedByLimiter + refusedByQueue > 0 || request === mostRequests) {
        return { length, refusedByLimiter, refusedByQueue };
      }
      length = lengthNow;
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

  it("is long enough for it before the gateway's memory limiter refuses a span, where the gateway holds what is queued", async () => {
    await node.start();
    await startCollector("held", { limit: memoryLimit, gatewayLimit });
    const gateway = await startGateway(collector.portOf("otlpHttp"), { memoryLimit: gatewayLimit });
    const drawn = drawTraces({ startMs: Date.now(), spans: sdkSpans, spansPerSecond: sdkSpans });
    const sdkBody = JSON.stringify(otlpBody([...drawn].flat()));
    const ending = new AbortController();
    try {
      await node.kill();
      const refusedByGateway = async (): Promise<number> =>
        counter(await gateway.metrics(), "otelcol_receiver_refused_spans_total");
      let filling = { lengthNow: 0, refusedByLimiter: 0, refusedByQueue: 0 };
      const since = Date.now();
      while (filling.lengthNow <= thresholds.JaegerQueueFull.above) {
        assert.ok(Date.now() - since < fillSeconds * 1000, `not full in time: ${JSON.stringify(filling)}`);
        for (let request = 0; request < sdkRequests; request++) {
          // Nobody answers before the end.
          void fetch(`http://127.0.0.1:${gateway.portOf("otlpHttp")}/v1/traces`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: sdkBody,
            signal: ending.signal,
          }).catch(() => undefined);
        }
        await sleep(pauseMilliseconds * 3);
        filling = await ofCollector();
        assert.equal(await refusedByGateway(), 0, `refused at ${JSON.stringify(filling)}`);
      }
      process.stdout.write(`      ${JSON.stringify(filling)}\n`);
      assert.equal(filling.refusedByLimiter + filling.refusedByQueue, 0);
      const held = counter(await gateway.metrics(), "otelcol_process_runtime_heap_alloc_bytes");
      process.stdout.write(`      heap of the gateway: ${Math.round(held / 2 ** 20)} MiB\n`);
    } finally {
      ending.abort();
      await gateway.stop("SIGKILL");
    }
  });
});
