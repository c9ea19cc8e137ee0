import { probeMetrics } from "../../../components/alerts/probeMetrics";
import { Promtool, withLabels, type Labels } from "./support/promtool";
import { counter, events, gauge, ofPod, type Course } from "./support/series";

// Where one alert reads more than one kind of series, or must not mind some, in Prometheus' unit tests.

const namespace: Labels = { namespace: "observability" };
const day: Course = [[130, 1]];
const kube = (metric: string, labels: Labels): string => withLabels(metric, { ...namespace, ...labels });
const expiry = (labels: Labels): string =>
  withLabels("certmanager_certificate_expiration_timestamp_seconds", { name: "jaeger-ui", ...labels });
const ofProbe = (metric: string, labels: Labels = {}): string => ofPod(metric, labels, "probe");
const target = (role: string): string => ofPod("up", { job: `observability/jaeger-${role}` }, role);
const soon = { "100m": [{ ...namespace, name: "jaeger-ui" }] };
const inTwoDays = gauge(day, () => 2 * 86_400);

describe("an alert", function () {
  this.timeout(45 * 60_000); // A cold machine fetches promtool here.
  const promtool = new Promtool();
  const firing = (
    ...[alert, series, times]: [
      Parameters<Promtool["firing"]>[1],
      Parameters<Promtool["firing"]>[2],
      Parameters<Promtool["firing"]>[3],
    ]
  ): void => {
    promtool.firing("sync", alert, series, times);
  };
  before(() => promtool.open());
  after(() => {
    promtool.close();
  });

  it("on a certificate knows its namespace whether Prometheus honours labels or not", () => {
    const exported = { namespace: "cert-manager", exported_namespace: "observability" };
    firing("TracingCertificateExpiring", { [expiry(exported)]: inTwoDays }, soon);
    firing("TracingCertificateExpiring", { [expiry(namespace)]: inTwoDays }, soon);
  });

  it("on a certificate is not about those of other namespaces", () => {
    for (const labels of [
      { namespace: "other" },
      { namespace: "cert-manager", exported_namespace: "other" },
      // cert-manager itself in Jaeger's namespace, with a certificate of another.
      { namespace: "observability", exported_namespace: "other" },
    ] satisfies Labels[]) {
      firing("TracingCertificateExpiring", { [expiry(labels)]: inTwoDays }, { "100m": [] });
    }
  });

  it("on a certificate fires for one that has expired", () => {
    firing("TracingCertificateExpiring", { [expiry(namespace)]: gauge(day, () => -3600) }, soon);
  });

  it("on missing metrics of cert-manager does not mind those of other namespaces", () => {
    const other = { [expiry({ namespace: "cert-manager", exported_namespace: "other" })]: inTwoDays };
    firing("TracingCertificateMetricsMissing", other, { "60m": [namespace] });
    firing("TracingCertificateMetricsMissing", { [expiry(namespace)]: inTwoDays }, { "60m": [] });
  });

  it("on a CronJob that has never succeeded counts from when it was made", () => {
    const cronjob = "elasticsearch-index-cleaner";
    const made = (hours: number): Record<string, string> => ({
      [kube("kube_cronjob_created", { cronjob })]: gauge(day, () => -hours * 3600),
    });
    firing("ElasticsearchIndexCleanerNotRunning", made(10), { "100m": [] });
    firing("ElasticsearchIndexCleanerNotRunning", made(40), { "100m": [{ ...namespace, cronjob }] });
  });

  it("on a CronJob fires though it is suspended, and is not about other CronJobs", () => {
    const lastSuccess = (cronjob: string): string =>
      kube("kube_cronjob_status_last_successful_time", { cronjob });
    const series = {
      [lastSuccess("elasticsearch-index-cleaner")]: gauge(day, () => -40 * 3600),
      [kube("kube_cronjob_spec_suspend", { cronjob: "elasticsearch-index-cleaner" })]: gauge(day),
      [lastSuccess("somebody-elses")]: gauge(day, () => -4000 * 3600),
    };
    firing("ElasticsearchIndexCleanerNotRunning", series, {
      "100m": [{ ...namespace, cronjob: "elasticsearch-index-cleaner" }],
    });
    firing("JaegerDependenciesNotRunning", series, { "100m": [] });
  });

  it("on the bootstrap is not about a Job that may still succeed, nor about those of CronJobs", () => {
    const series = {
      [kube("kube_job_status_failed", { job_name: "elasticsearch-bootstrap-df74e07e" })]: gauge(day),
      [kube("kube_job_failed", { job_name: "elasticsearch-bootstrap-df74e07e", condition: "false" })]:
        gauge(day),
      [kube("kube_job_failed", { job_name: "elasticsearch-index-cleaner-29392005", condition: "true" })]:
        gauge(day),
    };
    firing("ElasticsearchBootstrapFailed", series, { "60m": [] });
  });

  it("on the memory limiter reads the name of Jaeger 2.13 and the later one", () => {
    for (const metric of [
      "otelcol_processor_refused_spans_total",
      "otelcol_processor_memory_limiter_refused_spans_total",
    ]) {
      const series = { [ofPod(metric, { processor: "memory_limiter" })]: counter(day) };
      firing("JaegerMemoryLimiterRefuses", series, { "30m": [{ ...namespace, pod: "a" }] });
    }
    const other = { [ofPod("otelcol_processor_refused_spans_total", { processor: "batch" })]: counter(day) };
    firing("JaegerMemoryLimiterRefuses", other, { "30m": [] });
  });

  it("on a role is one for each that no pod answers for, and none while one does", () => {
    const other = ofPod("up", { job: "observability/jaeger-collector" }, "another");
    const series = {
      [target("gateway")]: gauge(day),
      [target("collector")]: gauge(day, () => 0),
      [target("query")]: gauge(day, () => 0),
    };
    firing("JaegerUnavailable", series, {
      "30m": ["collector", "query"].map((role) => ({ ...namespace, role })),
    });
    firing(
      "JaegerUnavailable",
      { ...series, [other]: gauge(day) },
      {
        "30m": [{ ...namespace, role: "query" }],
      },
    );
  });

  it("on a role knows a component of another name, and a stack with one role", async () => {
    const memory = new Promtool();
    try {
      await memory.open({ instance: "tracing", metricsPods: [{ role: "all-in-one" }] });
      const up = ofPod("up", { job: "observability/tracing-all-in-one" }, "one");
      memory.firing("async", "JaegerUnavailable", { [up]: gauge(day) }, { "30m": [] });
      memory.firing(
        "async",
        "JaegerUnavailable",
        { [target("collector")]: gauge(day) },
        {
          "30m": [{ ...namespace, role: "all-in-one" }],
        },
      );
    } finally {
      memory.close();
    }
  });

  it("on refused spans is not about a gateway before Jaeger", () => {
    const refused = ofPod("otelcol_receiver_refused_spans_total", { receiver: "otlp" }, "gateway");
    firing("JaegerSpansRefused", { [refused]: counter(day) }, { "30m": [] });
  });

  it("on spans that the gateway refuses is not about Jaeger's collectors behind it", () => {
    const spans = (result: string): string =>
      ofPod(`otelcol_receiver_${result}_spans_total`, { receiver: "otlp" }, "collector");
    const series = {
      [target("gateway")]: gauge(day),
      [target("collector")]: gauge(day),
      [spans("accepted")]: counter(day),
      [spans("refused")]: counter(day),
    };
    firing("JaegerGatewayRefuses", series, { "30m": [] });
  });

  it("on missing spans is about all pods together, and silent where there is no collector", () => {
    const queue = (pod: string): string =>
      ofPod("otelcol_exporter_queue_capacity", { exporter: "jaeger_storage_exporter" }, pod);
    const accepted = ofPod("otelcol_receiver_accepted_spans_total", { receiver: "otlp" }, "a");
    const series = { [queue("a")]: gauge(day), [queue("b")]: gauge(day), [accepted]: counter(day) };
    firing("JaegerNoSpans", series, { "60m": [] });
    firing("JaegerNoSpans", { [queue("b")]: gauge(day) }, { "60m": [namespace] });
    firing("JaegerNoSpans", {}, { "60m": [] });
  });

  it("on missing spans takes the probe's off, whatever comes of the two counters", () => {
    const queue = {
      [ofPod("otelcol_exporter_queue_capacity", { exporter: "jaeger_storage_exporter" })]: gauge(day),
    };
    const accepted = (course: Course, perSecond: number): Record<string, string> => ({
      [ofPod("otelcol_receiver_accepted_spans_total", { receiver: "otlp" })]: events(course, () => perSecond),
    });
    const acknowledged = ofProbe(probeMetrics.acknowledgedSpans);
    const probe = { [acknowledged]: events(day, () => 1 / 30) };
    const always = ["20m", "40m", "60m", "64m", "68m", "72m", "90m", "120m"];
    const at = (found: readonly Labels[]): Record<string, readonly Labels[]> =>
      Object.fromEntries(always.map((time) => [time, found]));
    // The probe alone: also where one of the two pods is restarted after an hour, and a look of Prometheus is lost.
    firing("JaegerNoSpans", { ...queue, ...accepted(day, 1 / 30), ...probe }, at([namespace]));
    const hour: Course = [[60, 1]];
    const restarted = `${events(hour, () => 1 / 30)} stale _ ${events(hour, () => 1 / 30)}`;
    firing(
      "JaegerNoSpans",
      { ...queue, ...accepted(day, 1 / 30), [acknowledged]: restarted },
      at([namespace]),
    );
    const collector = Object.fromEntries(Object.keys(accepted(day, 1)).map((name) => [name, restarted]));
    firing("JaegerNoSpans", { ...queue, ...collector, ...probe }, at([namespace]));
    // Services beside it, and a stack without one.
    firing("JaegerNoSpans", { ...queue, ...accepted(day, 2 / 30), ...probe }, at([]));
    firing("JaegerNoSpans", { ...queue, ...accepted(day, 1 / 30) }, at([]));
  });

  it("on the probe is one for each reason, each by its own share of all rounds", () => {
    const rounds = { [ofProbe(probeMetrics.rounds)]: counter(day, () => 100) };
    const failures = (shares: Readonly<Record<string, number>>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(shares).map(([reason, share]) => [
          ofProbe(probeMetrics.failures, { reason }),
          counter(day, () => share),
        ]),
      );
    firing("TracingProbeFailing", { ...rounds, ...failures({ ingest: 15, storage: 15 }) }, { "60m": [] });
    firing(
      "TracingProbeFailing",
      { ...rounds, ...failures({ ingest: 25, storage: 30, query: 5 }) },
      { "60m": ["ingest", "storage"].map((reason) => ({ ...namespace, reason })) },
    );
  });

  it("on the probe's failures is silent while it sleeps, and the one that it is missing is not", () => {
    const until: Course = [
      [30, 1],
      [100, 0],
    ];
    const asleep = {
      [ofProbe(probeMetrics.rounds)]: counter(until),
      [ofProbe(probeMetrics.failures, { reason: "query" })]: counter(until),
    };
    const reason = { ...namespace, reason: "query" };
    firing("TracingProbeFailing", asleep, { "25m": [reason], "40m": [], "120m": [] });
    firing("TracingProbeMissing", asleep, { "25m": [], "44m": [], "60m": [namespace], "120m": [namespace] });
  });

  it("on the probe that is missing is one, and no role of Jaeger", () => {
    const down = ofPod("up", { job: "observability/jaeger-probe" }, "probe");
    const up = {
      [target("gateway")]: gauge(day),
      [target("collector")]: gauge(day),
      [target("query")]: gauge(day),
    };
    firing("TracingProbeMissing", { ...up, [down]: gauge(day, () => 0) }, { "60m": [namespace] });
    firing("JaegerTargetDown", { ...up, [down]: gauge(day, () => 0) }, { "60m": [] });
    firing("JaegerUnavailable", { ...up, [down]: gauge(day, () => 0) }, { "60m": [] });
  });

  it("on traces that can be read without a login fires for a single answer", () => {
    const once: Course = [
      [20, 0],
      [0.5, 1],
      [40, 0],
    ];
    const series = { [ofProbe(probeMetrics.openAnswers)]: events(once, (value) => value / 30) };
    firing("TracingReadableWithoutLogin", series, { "19m": [], "23m": [namespace], "30m": [] });
  });

  it("on the disk takes the mounts of a node together, and each node by itself", () => {
    const disk = (name: string, mount: string, available: number): Record<string, string> => ({
      [kube("elasticsearch_filesystem_data_size_bytes", { name, mount })]: gauge(day, () => 100),
      [kube("elasticsearch_filesystem_data_available_bytes", { name, mount })]: gauge(day, () => available),
    });
    const series = { ...disk("es-0", "/a", 5), ...disk("es-0", "/b", 95), ...disk("es-1", "/a", 5) };
    firing("ElasticsearchDiskHigh", series, { "30m": [{ ...namespace, name: "es-1" }] });
  });

  it("on a snapshot counts, while there is none, from when the bootstrap asked for them", () => {
    const none = {
      [kube("elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds", { repository: "nova-jaeger" })]:
        gauge(day, () => 0),
    };
    const asked = (hours: number): Record<string, string> => ({
      [kube("kube_job_created", { job_name: "elasticsearch-bootstrap-df74e07e" })]: gauge(
        day,
        () => -hours * 3600,
      ),
      [kube("kube_job_created", { job_name: "elasticsearch-index-cleaner-29392005" })]: gauge(day),
    });
    const found = [{ ...namespace, repository: "nova-jaeger" }];
    firing("ElasticsearchSnapshotTooOld", { ...none, ...asked(30) }, { "100m": [] });
    firing("ElasticsearchSnapshotTooOld", { ...none, ...asked(35) }, { "50m": [], "100m": found });
    // Nobody knows when it was asked for: promtool's time begins at 0, so this is in the past as well.
    const longAgo = Object.fromEntries(Object.keys(none).map((name) => [name, gauge(day, () => -40 * 3600)]));
    firing("ElasticsearchSnapshotTooOld", longAgo, { "100m": found });
  });

  it("on metrics of Elasticsearch that are missing is one, and no role of Jaeger, where nothing reads them", () => {
    const down = ofPod("up", { job: "observability/jaeger-elasticsearch" }, "monitor");
    firing("ElasticsearchMetricsMissing", { [down]: gauge(day, () => 0) }, { "60m": [namespace] });
    firing("JaegerTargetDown", { [down]: gauge(day, () => 0) }, { "60m": [] });
    const up = {
      [target("gateway")]: gauge(day),
      [target("collector")]: gauge(day),
      [target("query")]: gauge(day),
    };
    firing("JaegerUnavailable", { ...up, [down]: gauge(day, () => 0) }, { "60m": [] });
  });

  it("on metrics of Elasticsearch that are missing does not ask for what the stack does not have", async () => {
    const plain = new Promtool();
    try {
      await plain.open({ elasticsearchMetrics: { lifecycle: false, snapshots: false } });
      const metrics = [
        "elasticsearch_cluster_health_status",
        "elasticsearch_cluster_health_unassigned_shards",
        "elasticsearch_filesystem_data_size_bytes",
        "elasticsearch_filesystem_data_available_bytes",
        "elasticsearch_thread_pool_rejected_count",
      ];
      const series = Object.fromEntries(metrics.map((metric) => [kube(metric, {}), gauge(day)]));
      plain.firing("sync", "ElasticsearchMetricsMissing", series, { "60m": [] });
    } finally {
      plain.close();
    }
  });
});
