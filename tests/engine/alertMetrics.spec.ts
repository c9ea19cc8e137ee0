import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordingRules } from "../../components/alerts/recordingRules";
import { allInOneConfig } from "../../components/jaeger/allInOneConfig";
import { renderYaml, type YamlMap } from "../../components/jaeger/sharedConfig";
import { samplingStrategies } from "../../components/tracing/strategies";
import { samplingTable } from "../../components/tracing/sampleRates";
import { sandboxPaths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { mapping, put } from "../support/document";

// Whether a real Jaeger has the series that the recording rules read. One release (2.13, what the sandbox can build),
// the all-in-one configuration with the queue of a collector, in a network namespace of its own.

/** Series that no Jaeger without Elasticsearch has; each with the reason. */
const absent: Readonly<Record<string, string>> = {
  "jaeger_storage_requests_total result=err": "the memory store never fails",
  jaeger_storage_bulk_index_errors_total: "only the Elasticsearch store writes in bulk",
  jaeger_storage_bulk_index_latency_ok_seconds_sum: "only the Elasticsearch store writes in bulk",
  jaeger_storage_bulk_index_latency_ok_seconds_count: "only the Elasticsearch store writes in bulk",
  jaeger_storage_bulk_index_latency_err_seconds_sum: "only the Elasticsearch store writes in bulk",
  jaeger_storage_bulk_index_latency_err_seconds_count: "only the Elasticsearch store writes in bulk",
};

/** A series that rules read: its metric, and the labels that Jaeger itself gives it. */
interface Series {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** All selectors of the recording rules, without the namespace, which the scrape adds. */
function seriesOfRules(): Series[] {
  const text = recordingRules({ namespace: "observability", writeMode: "async" })
    .map(({ expr }) => expr)
    .join("\n");
  const found = [...text.matchAll(/(\w+)\{([^}]*)\}/g)].map(([, metric = "", matchers = ""]) => ({
    metric,
    labels: matchers.split(", ").filter((matcher) => !matcher.startsWith("namespace=")),
  }));
  return [...new Map(found.map((series) => [JSON.stringify(series), series])).values()];
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

  /** Runs Jaeger with a queue that holds 600 spans, over a store. */
  function scrape(store: YamlMap): { readonly answers: readonly number[]; readonly metrics: string } {
    const samplingPath = join(folder, "strategies.json");
    writeFileSync(samplingPath, JSON.stringify(samplingStrategies(samplingTable(1, { "auth-service": {} }))));
    const document: unknown = structuredClone(
      allInOneConfig({ maxTraces: 100, samplingPath, legacyReceiver: false }),
    );
    put(document, ["extensions", "jaeger_storage", "backends", "main"], store);
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

  it("have every series and label that the recording rules read, but for a short list", () => {
    const lines = scrape({ memory: { max_traces: 100 } }).metrics.split("\n");
    const missing = seriesOfRules().filter(
      ({ metric, labels }) =>
        !lines.some(
          (line) => new RegExp(`^${metric}[{ ]`).test(line) && labels.every((label) => line.includes(label)),
        ),
    );
    const listed = missing.map(({ metric, labels }) =>
      [
        metric,
        ...labels.filter((label) => label.startsWith("result=")).map((label) => label.replaceAll('"', "")),
      ].join(" "),
    );
    assert.deepEqual(listed.sort(), Object.keys(absent).sort());
  });

  it("count a failed send twice where the queue waits for it, and tell the sender to try again", () => {
    const { answers, metrics } = scrape({ grpc: { endpoint: "127.0.0.1:1", timeout: "1s" } });
    assert.deepEqual(answers, [503, 503, 503]);
    assert.equal(valueOf(metrics, "otelcol_exporter_send_failed_spans_total"), 20);
    // The same 20, and the 1,000 that are more than the queue holds.
    assert.equal(valueOf(metrics, "otelcol_exporter_enqueue_failed_spans_total"), 1020);
  });
});
