import assert from "node:assert/strict";
import { elasticsearchMetrics as metrics } from "../../../components/alerts/elasticsearchMetrics";
import { probeMetrics } from "../../../components/alerts/probeMetrics";
import { capacity, counter, events, gauge, ofPod, type Course } from "./support/series";
import { modes, Promtool, withLabels, type Labels, type Series } from "./support/promtool";

// What all rules together say of a whole stack, in Prometheus' unit tests, with invented series: an hour of normal load
// in each kind of stack, and an outage that loses nothing.

const kube = (metric: string, labels: Labels): string =>
  withLabels(metric, { namespace: "observability", ...labels });
const store = { role: "tracestore", name: "main" };

/** A stack that is well, for so many minutes. */
function wellStack(minutes: number): Series {
  const course: Course = [[minutes, 1]];
  const received = (result: string, pod = "a"): string =>
    ofPod(`otelcol_receiver_${result}_spans_total`, { receiver: "otlp", transport: "grpc" }, pod);
  const reads = { ...store, operation: "find_traces", result: "ok" };
  const http = (part: string, more: Labels = {}): string =>
    ofPod(
      `http_server_request_duration_seconds_${part}`,
      { http_route: "/api/v3/traces", http_response_status_code: "200", ...more },
      "query",
    );
  const certificate = (metric: string, more: Labels = {}): string =>
    withLabels(`certmanager_certificate_${metric}`, {
      namespace: "cert-manager",
      exported_namespace: "observability",
      name: "jaeger-ui",
      ...more,
    });
  const always = (value: number): string => gauge(course, () => value);
  const probe = (metric: string, more: Labels = {}): string => ofPod(metric, more, "probe");
  const round = events(course, () => 1 / 30);
  return {
    ...capacity(course),
    [ofPod("otelcol_exporter_queue_size", { exporter: "jaeger_storage_exporter" })]: always(500),
    [received("accepted")]: counter(course, () => 500),
    [received("refused")]: always(0),
    [received("failed")]: always(0),
    [received("accepted", "gateway")]: counter(course, () => 500),
    [received("refused", "gateway")]: always(0),
    [received("failed", "gateway")]: always(0),
    [ofPod("otelcol_process_uptime_seconds_total")]: counter(course),
    [ofPod("jaeger_storage_bulk_index_attempts_total", store)]: counter(course, () => 600),
    [ofPod("jaeger_storage_bulk_index_errors_total", store)]: always(0),
    [ofPod("jaeger_storage_bulk_index_latency_ok_seconds_sum", store)]: counter(course, () => 0.2),
    [ofPod("jaeger_storage_bulk_index_latency_ok_seconds_count", store)]: counter(course, () => 2),
    [ofPod("jaeger_storage_requests_total", reads, "query")]: counter(course),
    [ofPod("jaeger_storage_latency_seconds_sum", reads, "query")]: counter(course, () => 0.3),
    [ofPod("jaeger_storage_latency_seconds_count", reads, "query")]: counter(course),
    [http("bucket", { le: "1" })]: counter(course, () => 0.9),
    [http("bucket", { le: "5" })]: counter(course),
    [http("bucket", { le: "+Inf" })]: counter(course),
    [http("count")]: counter(course),
    [probe(probeMetrics.rounds)]: round,
    [probe(probeMetrics.acknowledgedSpans)]: round,
    [probe(`${probeMetrics.freshness}_bucket`, { le: "30" })]: round,
    [probe(probeMetrics.openAnswers)]: always(0),
    ...Object.fromEntries(
      ["ingest", "storage", "query", "auth"].map((reason) => [
        probe(probeMetrics.failures, { reason }),
        always(0),
      ]),
    ),
    ...Object.fromEntries(
      ["gateway", "collector", "query", "probe"].flatMap((role) => [
        [ofPod("up", { job: `observability/jaeger-${role}` }, role), always(1)],
        [kube("kube_deployment_spec_replicas", { deployment: `jaeger-${role}` }), always(2)],
        [kube("kube_deployment_status_replicas_available", { deployment: `jaeger-${role}` }), always(2)],
      ]),
    ),
    [kube("kube_statefulset_replicas", { statefulset: "elasticsearch" })]: always(3),
    [kube("kube_statefulset_status_replicas_ready", { statefulset: "elasticsearch" })]: always(3),
    [kube("kube_pod_container_status_restarts_total", { pod: "a", container: "jaeger" })]: always(2),
    [certificate("expiration_timestamp_seconds")]: always(40 * 86_400),
    [certificate("ready_status", { condition: "True" })]: always(1),
    [certificate("ready_status", { condition: "False" })]: always(0),
    [kube("kube_job_failed", { job_name: "elasticsearch-bootstrap-df74e07e", condition: "false" })]:
      always(1),
    ...Object.fromEntries(
      ["elasticsearch-index-cleaner", "jaeger-dependencies"].flatMap((cronjob) => [
        [kube("kube_cronjob_created", { cronjob }), always(-1e7)],
        [kube("kube_cronjob_status_last_successful_time", { cronjob }), always(-20 * 3600)],
      ]),
    ),
    ...Object.fromEntries(
      ["green", "yellow", "red"].map((color) => [
        kube(metrics.status, { cluster: "nova", color }),
        always(color === "green" ? 1 : 0),
      ]),
    ),
    [kube(metrics.unassignedShards, { cluster: "nova" })]: always(0),
    [kube(metrics.diskBytes, { name: "es-0", mount: "/data" })]: always(1000),
    [kube(metrics.diskAvailableBytes, { name: "es-0", mount: "/data" })]: always(400),
    [kube(metrics.rejected, { name: "es-0", type: "write" })]: always(7),
    [kube(metrics.lifecycle, { operation_mode: "RUNNING" })]: always(1),
    [kube(metrics.lastSnapshot, { repository: "nova-jaeger" })]: always(-12 * 3600),
  };
}

/** What the one pod of dev has: no queue, no storage that writes in bulk, no certificate, no Job, no Elasticsearch. */
function memoryStack(minutes: number): Series {
  const names = /queue|bulk_index|certmanager|cronjob|kube_job|statefulset|elasticsearch_|probe|gateway/;
  const course: Course = [[minutes, 1]];
  return {
    ...Object.fromEntries(Object.entries(wellStack(minutes)).filter(([name]) => !names.test(name))),
    [ofPod("up", { job: "observability/jaeger-all-in-one" })]: gauge(course),
  };
}

describe("all rules together", function () {
  this.timeout(45 * 60_000); // A cold machine fetches promtool here.
  const promtool = new Promtool();
  before(() => promtool.open());
  after(() => {
    promtool.close();
  });

  it("are valid", () => {
    const { status, output } = promtool.run("check", "rules", ...modes.map((mode) => promtool.rules(mode)));
    assert.equal(status, 0, output);
  });

  for (const mode of modes) {
    it(`an hour of normal load raises nothing, with ${mode}hronous writes`, () => {
      promtool.onlyFiring(mode, wellStack(65), { "10m": [], "30m": [], "64m": [] });
    });

    it(`no series at all raises what says that series are missing, with ${mode}hronous writes`, () => {
      promtool.onlyFiring(
        mode,
        {},
        {
          "60m": [
            "ElasticsearchMetricsMissing",
            "JaegerUnavailable",
            "TracingCertificateMetricsMissing",
            "TracingKubernetesMetricsMissing",
            "TracingProbeMissing",
          ],
        },
      );
    });
  }

  it("Elasticsearch away for a minute is no loss where writes are synchronous: of all alerts only the budget's fires", () => {
    const minutes = 40;
    const outage = (rate: number): string =>
      counter([
        [20, 0],
        [1, rate],
        [minutes - 21, 0],
      ]);
    const missed: Course = [
      [20, 0],
      [1, 1],
      [minutes - 21, 0],
    ];
    const series = {
      ...wellStack(minutes),
      // The gateway answers what Jaeger answers.
      ...Object.fromEntries(
        ["a", "gateway"].flatMap((pod) => [
          [
            ofPod("otelcol_receiver_accepted_spans_total", { receiver: "otlp", transport: "grpc" }, pod),
            counter([
              [20, 500],
              [1, 0],
              [1, 1000],
              [minutes - 22, 500],
            ]),
          ],
          [
            ofPod("otelcol_receiver_refused_spans_total", { receiver: "otlp", transport: "grpc" }, pod),
            outage(2000),
          ],
        ]),
      ),
      [ofPod("otelcol_exporter_enqueue_failed_spans_total", { exporter: "jaeger_storage_exporter" })]:
        outage(2000),
      [ofPod("otelcol_exporter_send_failed_spans_total", { exporter: "jaeger_storage_exporter" })]:
        outage(2000),
      [ofPod("jaeger_storage_bulk_index_errors_total", store)]: outage(2400),
      // Two rounds of the probe see it, of ten in five minutes.
      [ofPod(probeMetrics.failures, { reason: "ingest" }, "probe")]: events(missed, (rounds) => rounds / 30),
      [ofPod(probeMetrics.acknowledgedSpans, {}, "probe")]: events(missed, (rounds) => (1 - rounds) / 30),
      [ofPod(`${probeMetrics.freshness}_bucket`, { le: "30" }, "probe")]: events(
        missed,
        (rounds) => (1 - rounds) / 30,
      ),
    };
    // Every attempt counts against the budget, and a minute in which nothing is taken is a fiftieth of it.
    const budget = ["JaegerIngestBudgetBurnsFast"] as const;
    promtool.onlyFiring("sync", series, { "20m": [], "22m": budget, "25m": budget });
  });

  describe("of a stack that keeps its spans in memory", () => {
    const memory = new Promtool();
    before(() =>
      memory.open({
        metricsPods: [{ role: "all-in-one" }],
        certificates: false,
        elasticsearchMetrics: undefined,
        instance: "jaeger",
      }),
    );
    after(() => {
      memory.close();
    });

    it("raise nothing while it is well", () => {
      memory.onlyFiring("async", memoryStack(65), { "30m": [], "64m": [] });
    });

    it("tell of spans that its one Jaeger refuses, and of none that come", () => {
      const refusing = Object.fromEntries(
        Object.entries(memoryStack(65)).map(([name, values]) => [
          name,
          name.includes("refused_spans") ? counter([[65, 500]]) : values,
        ]),
      );
      memory.onlyFiring("async", refusing, {
        "40m": ["JaegerIngestBudgetBurnsFast", "JaegerIngestBudgetBurnsSlowly", "JaegerSpansRefused"],
      });
      const idle = Object.fromEntries(
        Object.entries(memoryStack(65)).map(([name, values]) => [
          name,
          name.includes("accepted_spans") ? gauge([[65, 0]]) : values,
        ]),
      );
      memory.onlyFiring("async", idle, { "40m": ["JaegerNoSpans"] });
    });

    it("ask for no metrics of Elasticsearch and of no certificate", () => {
      memory.onlyFiring("async", {}, { "60m": ["JaegerUnavailable", "TracingKubernetesMetricsMissing"] });
    });
  });
});
