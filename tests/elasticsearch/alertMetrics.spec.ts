import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allInOneConfig } from "../../components/jaeger/allInOneConfig";
import { renderYaml, type YamlMap } from "../../components/jaeger/sharedConfig";
import { samplingStrategies } from "../../components/tracing/strategies";
import { samplingTable } from "../../components/tracing/sampleRates";
import { until } from "../../sandbox/support/process";
import { sandboxPaths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { startGateway } from "./support/gateway";
import { startJaeger } from "./support/jaeger";
import { startNode } from "./support/node";
import { startProbe } from "./support/probe";
import { matches, seriesOfRules } from "./support/series";
import { mapping, put } from "../support/document";
import { sendTrace } from "../support/sentTrace";

// Whether what the rules read is there: Jaeger 2.13 (what the sandbox can build) before a real Elasticsearch that is killed
// on the way, with the rendered configurations; the probe beside them; the gateway without memory; and the all-in-one
// configuration with the queue of a collector that acknowledges what is stored. Nothing here proves the metrics of other programs, nor those of later releases.

/** Series that no Jaeger has, by the beginning of their names: who gives them. */
const elsewhere: Readonly<Record<string, string>> = {
  kube_: "kube-state-metrics",
  certmanager_: "cert-manager",
  elasticsearch_: "what reads Elasticsearch's own metrics",
  up: "Prometheus itself, for each scrape",
};

/** The metrics of a gateway that refuses for want of memory; its collector is of a later release than Jaeger's. */
async function metricsOfGateway(): Promise<string> {
  const outOfMemory = { check_interval: "10ms", limit_mib: 1 };
  const gateway = await startGateway(1, {
    change: (document) => {
      put(document, ["processors", "memory_limiter"], outOfMemory);
      return document;
    },
  });
  try {
    const refused = async (): Promise<boolean> => {
      await sendTrace(`127.0.0.1:${gateway.portOf("otlpHttp")}`, {
        service: "auth-service",
        spans: 3,
        startMs: Date.now(),
      }).catch(() => undefined);
      return /^otelcol_processor_memory_limiter_refused_spans_total/m.test(await gateway.metrics());
    };
    assert.ok(await until(refused, 20_000, 200), await gateway.metrics());
    return await gateway.metrics();
  } finally {
    await gateway.stop();
  }
}

/** The metrics of a collector, a query and a probe before a real Elasticsearch, when it was there and when it was not. */
async function metricsWithElasticsearch(): Promise<string> {
  const node = await startNode();
  const common = { url: node.url, username: "elastic", password: node.password, indexPrefix: "alerts" };
  const collector = await startJaeger({ ...common, role: "collector" });
  const query = await startJaeger({ ...common, role: "query" });
  const [collectorPort, queryPort] = [collector.portOf("otlpHttp"), query.portOf("queryHttp")];
  const probe = await startProbe({ collectorPort, queryPort, password: "nobody asks for it" });
  try {
    const send = (): Promise<{ traceId: string }> =>
      sendTrace(`127.0.0.1:${collector.portOf("otlpHttp")}`, {
        service: "auth-service",
        spans: 3,
        startMs: Date.now() - 1000,
      });
    const ask = async (path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${query.portOf("queryHttp")}${path}`)).status;
    const { traceId } = await send();
    const written = async (): Promise<boolean> =>
      /^jaeger_storage_bulk_index_inserts_total.* [1-9]/m.test(await collector.metrics());
    assert.ok(await until(written, 20_000, 500), collector.log());
    // An index that was made by the first write is not searched at once on a busy machine.
    const answered = async (): Promise<boolean> => (await ask("/api/v3/services")) === 200;
    assert.ok(await until(answered, 20_000, 500), query.log());
    await ask(`/api/v3/traces/${traceId}`);
    const well = [await collector.metrics(), await query.metrics(), await probe.metrics()];
    await node.kill();
    assert.equal(await ask("/api/v3/services"), 500);
    const refused = async (): Promise<boolean> => {
      await send();
      return /^jaeger_storage_bulk_index_latency_err_seconds_count/m.test(await collector.metrics());
    };
    assert.ok(await until(refused, 90_000, 1000), "no write has failed, though Elasticsearch is away");
    return [...well, await collector.metrics(), await query.metrics()].join("\n");
  } finally {
    await Promise.all([collector.stop(), query.stop(), probe.stop()]);
    await node.close();
  }
}

/** Sends spans, asks for the services, and prints the metrics; runs beside Jaeger in its namespace. */
const client = `(async () => {
  const wait = () => new Promise((resolve) => setTimeout(resolve, 200));
  const ask = (url, init) => fetch(url, init).then((answer) => answer.status, () => 0);
  for (let i = 0; i < 50 && (await ask("http://127.0.0.1:13133/status")) !== 200; i++) await wait();
  const now = String(Date.now() * 1e6);
  const send = (count) => {
    const spans = Array.from({ length: count }, (_, index) => ({ traceId: "5b8efff798038103d269b633813fc60c",
      spanId: String(1e15 + index), name: "x", kind: 2, startTimeUnixNano: now, endTimeUnixNano: now }));
    const attributes = [{ key: "service.name", value: { stringValue: "auth-service" } }];
    return ask("http://127.0.0.1:4318/v1/traces", { method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] }) });
  };
  const answers = [await send(10), await send(10), await send(1000)];
  await ask("http://127.0.0.1:16686/api/v3/services");
  await wait();
  const metrics = await (await fetch("http://127.0.0.1:8888/metrics")).text();
  console.log(JSON.stringify({ answers, metrics }));
})()`;

describe("the metrics of a real Jaeger", function () {
  this.timeout(45 * 60_000); // A cold machine builds Jaeger here.
  const folder = mkdtempSync(join(tmpdir(), "nova-tracing-"));
  const config = join(folder, "config.yaml");
  let jaeger: string;

  /** Runs Jaeger with a queue that holds 600 spans, over a store. @param limiter in place of its memory limiter */
  function scrape(
    store: YamlMap,
    limiter?: YamlMap,
  ): { readonly answers: readonly number[]; readonly metrics: string } {
    const samplingPath = join(folder, "strategies.json");
    writeFileSync(samplingPath, JSON.stringify(samplingStrategies(samplingTable(1, { "auth-service": {} }))));
    const document: unknown = structuredClone(
      allInOneConfig({ maxTraces: 100, samplingPath, legacyReceiver: false, spanMetrics: true }),
    );
    put(document, ["extensions", "jaeger_storage", "backends", "main"], store);
    if (limiter !== undefined) put(document, ["processors", "memory_limiter"], limiter);
    put(document, ["service", "pipelines", "traces", "processors"], ["memory_limiter", "attributes/pii"]);
    const batch = { flush_timeout: "200ms", min_size: 100, max_size: 600, sizer: "items" };
    put(document, ["exporters", "jaeger_storage_exporter", "queue"], {
      enabled: true,
      num_consumers: 8,
      queue_size: 600,
      sizer: "items",
      wait_for_result: true,
      batch,
    });
    put(document, ["exporters", "jaeger_storage_exporter", "retry_on_failure"], { enabled: false });
    writeFileSync(config, renderYaml(mapping(document) as YamlMap));
    const script = `ip link set lo up; "$0" --config="$1" >/dev/null 2>&1 & pid=$!; "$2" -e "$3"; kill $pid; wait $pid`;
    const args = ["--net", "sh", "-c", script, jaeger, config, process.execPath, client];
    const { stdout } = spawnSync("unshare", args, { encoding: "utf8", timeout: 60_000 });
    return JSON.parse(stdout) as { answers: number[]; metrics: string };
  }

  const valueOf = (metrics: string, metric: string): number =>
    Number(new RegExp(`^${metric}\\{[^}]*\\} (\\S+)$`, "m").exec(metrics)?.[1]);

  before(async () => {
    ({ jaeger } = await ensureToolchain(sandboxPaths(), lineProgress()));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("have every series and label that the rules read", async () => {
    const outOfMemory = { check_interval: "10ms", limit_mib: 1 };
    const lines = [
      scrape({ memory: { max_traces: 100 } }).metrics,
      scrape({ memory: { max_traces: 100 } }, outOfMemory).metrics,
      await metricsWithElasticsearch(),
      await metricsOfGateway(),
    ].flatMap((metrics) => metrics.split("\n"));
    const missing = seriesOfRules().filter((series) => !lines.some((line) => matches(line, series)));
    const given = (metric: string): boolean =>
      Object.keys(elsewhere).some(
        (name) => metric === name || (name.endsWith("_") && metric.startsWith(name)),
      );
    assert.deepEqual(
      missing.map(({ metric }) => metric).filter((metric) => !given(metric)),
      [],
    );
    for (const name of Object.keys(elsewhere)) {
      assert.ok(
        missing.some(({ metric }) => metric.startsWith(name)),
        `${name}: no rule reads it any more`,
      );
      assert.ok(!lines.some((line) => line.startsWith(name)), `${name}: Jaeger has it`);
    }
  });

  it("count a failed send twice where the queue waits for it, and tell the sender to try again, though spans are counted", () => {
    const { answers, metrics } = scrape({ grpc: { endpoint: "127.0.0.1:1", timeout: "1s" } });
    assert.deepEqual(answers, [503, 503, 503]);
    assert.equal(valueOf(metrics, "otelcol_exporter_send_failed_spans_total"), 20);
    // The same 20, and the 1,000 that are more than the queue holds.
    assert.equal(valueOf(metrics, "otelcol_exporter_enqueue_failed_spans_total"), 1020);
  });
});
