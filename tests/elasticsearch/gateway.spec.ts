// The gateway keeps nothing: it acknowledges what Jaeger has acknowledged, and nothing else. What Jaeger 2.13 may lose
// of that is told by outage.spec.ts: its writes are asynchronous, so what it holds in memory dies with it. So Jaeger ends
// in order here, as a pod does that is moved, and its port is dead for a while.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, credentials, status } from "@grpc/grpc-js";
import { gatewayExporter } from "../../components/jaeger/gatewayConfig";
import { startGateway } from "./support/gateway";
import { counter, startJaeger, type MemoryLimit, type RunningJaeger } from "./support/jaeger";
import { Load, lostSpans, storedSpans } from "./support/load";
import { sharedNode } from "./support/sharedNode";
import { sendTrace } from "../support/sentTrace";

const spansPerSecond = 500;

describe(`the gateway under ${spansPerSecond} spans a second`, () => {
  let backend: RunningJaeger;
  let gateway: RunningJaeger;
  const prefix = "gateway";

  async function start(inPlaceOf?: RunningJaeger, memory?: MemoryLimit): Promise<RunningJaeger> {
    const { url, password } = await sharedNode();
    const common = { role: "collector", url, password, username: "elastic", indexPrefix: prefix } as const;
    return startJaeger({ ...common, ...(inPlaceOf && { inPlaceOf }), ...(memory && { memory }) });
  }

  const lost = async (load: Load, hopedFor?: number): Promise<string[]> =>
    lostSpans(await sharedNode(), prefix, load, hopedFor);

  before(async () => {
    backend = await start();
    gateway = await startGateway(backend.portOf("otlpHttp"));
  });
  after(async () => {
    await gateway.stop();
    await backend.stop("SIGKILL");
  });

  it("acknowledges nothing while Jaeger is away, and all that it acknowledged is stored", async () => {
    const load = new Load(spansPerSecond);
    const sending = load.send(25, () => gateway);
    await sleep(5000);
    await backend.stop();
    const before = load.acknowledged.size;
    assert.ok(before > 2 * spansPerSecond, `${before}`);
    await sleep(8000);
    assert.equal(load.acknowledged.size, before, "acknowledged while nobody stored");
    const refusedBefore = load.refused;
    assert.ok(refusedBefore > 5 * spansPerSecond, `${refusedBefore}`);
    backend = await start(backend);
    await sending;
    // By their ids: one that was refused may be stored too, where its answer was cut off.
    const missing = await lost(load);
    process.stdout.write(
      `      ${load.acknowledged.size} acknowledged, ${load.refused} refused, ${missing.length} lost\n`,
    );
    assert.deepEqual(missing, [], "an acknowledged span is not stored");
    assert.ok(load.acknowledged.size > before + 2 * spansPerSecond, "served again once Jaeger was back");
    const metrics = await gateway.metrics();
    assert.equal(counter(metrics, "otelcol_exporter_send_failed_spans_total"), load.refused);
    // What the alert and the dashboard read.
    assert.equal(counter(metrics, "otelcol_receiver_refused_spans_total"), load.refused);
    assert.equal(counter(metrics, "otelcol_receiver_accepted_spans_total"), load.acknowledged.size);
    assert.equal(
      counter(metrics, "otelcol_exporter_sent_spans_total", `exporter="${gatewayExporter}"`),
      load.acknowledged.size,
    );
  });

  it("ends in order with requests on their way: what it acknowledged is stored", async () => {
    const load = new Load(spansPerSecond);
    let front = await startGateway(backend.portOf("otlpHttp"));
    try {
      const sending = load.send(12, () => front);
      await sleep(4000);
      const next = await startGateway(backend.portOf("otlpHttp"));
      const [old] = [front, (front = next)];
      await old.stop("SIGTERM");
      await sending;
      const stored = await storedSpans(await sharedNode(), prefix, Infinity);
      assert.deepEqual(await lost(load, stored), []);
      assert.ok(load.acknowledged.size > 10 * spansPerSecond, `${load.acknowledged.size}`);
    } finally {
      await front.stop();
    }
  });

  it("answers what an SDK sends again where Jaeger's queue is full", async () => {
    await backend.stop();
    // The largest batch, and no more.
    const memory = { limit: "1Gi", gatewayLimit: "512Mi", queueCapacity: 4000 };
    backend = await start(backend, memory);
    try {
      const trace = { service: "full", spans: 3000, startMs: Date.now() };
      const to = `127.0.0.1:${gateway.portOf("otlpHttp")}`;
      const answers = await Promise.allSettled(Array.from({ length: 8 }, () => sendTrace(to, trace)));
      const refusals = answers.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
      assert.ok(refusals.length > 0, "all were taken");
      for (const refusal of refusals) assert.match(refusal, /answered 503: .*queue is full/);
    } finally {
      await backend.stop();
      backend = await start(backend);
    }
  });

  it("answers what an SDK sends again where Jaeger is away: 503 over HTTP, UNAVAILABLE over gRPC", async () => {
    await backend.stop();
    try {
      const body = JSON.stringify({
        resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: "1".repeat(32), spanId: "2".repeat(16) }] }] }],
      });
      const headers = { "content-type": "application/json" };
      const url = `http://127.0.0.1:${gateway.portOf("otlpHttp")}/v1/traces`;
      assert.equal((await fetch(url, { method: "POST", headers, body })).status, 503);
      assert.equal(await grpcStatus(gateway.portOf("otlpGrpc")), status.UNAVAILABLE);
    } finally {
      backend = await start(backend);
    }
  });
});

/** Status of a request with one span, as an SDK sends it over gRPC. */
function grpcStatus(port: number): Promise<number> {
  // A field of protobuf that holds bytes, or another message.
  const field = (number: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
  const span = Buffer.concat([field(1, Buffer.alloc(16, 1)), field(2, Buffer.alloc(8, 2))]);
  const request = field(1, field(2, field(2, span)));
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  const asItIs = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, asItIs, asItIs, request, { deadline: Date.now() + 10_000 }, (error) => {
      client.close();
      resolve(error?.code ?? status.OK);
    });
  });
}
