import type { LimitAlert } from "../../../../components/alerts/alert";
import { elasticsearchMetrics as metrics } from "../../../../components/alerts/elasticsearchMetrics";
import { probeMetrics } from "../../../../components/alerts/probeMetrics";
import { thresholds } from "../../../../components/alerts/thresholds";
import { withLabels, type Labels, type Series } from "./promtool";
import { capacity, counter, events, gauge, ofPod, podLabels, type Course } from "./series";

/** How an alert is brought to a value. */
export interface AlertCase {
  /** Series by which its value takes a course. */
  readonly series: (course: Course) => Series;
  /** Labels of the alert, beside its name and severity. */
  readonly labels: Labels;
  /** A value that is beyond the limit by little. */
  readonly bad: number;
  /** One that is beyond it though the restart of a counter hides a part of it. @default bad */
  readonly worse?: number;
  /** A value that is far from it. */
  readonly good: number;
  /** What fires where there is no series at all. @default nothing */
  readonly withoutSeries?: readonly Labels[];
}

const namespace = { namespace: "observability" };
const kube = (metric: string, labels: Labels): string => withLabels(metric, { ...namespace, ...labels });
const share = (value: number): number => 100 - value;
const store = { role: "tracestore", kind: "elasticsearch", name: "main" };
const received = (result: string): string =>
  ofPod(`otelcol_receiver_${result}_spans_total`, { receiver: "otlp", transport: "grpc" });
const http = (part: string, labels: Labels = {}): string =>
  ofPod(`http_server_request_duration_seconds_${part}`, {
    http_route: "/api/v3/services",
    http_response_status_code: "200",
    ...labels,
  });
const ofProbe = (metric: string, labels: Labels = {}): string => ofPod(metric, labels, "probe");
const target = (role: string): string =>
  withLabels("up", { ...podLabels({ job: `observability/jaeger-${role}` }, role) });
const elasticsearch = (metric: string, labels: Labels): string =>
  kube(metric, { pod: "probe", cluster: "nova", ...labels });

/** A CronJob whose last success is so many hours ago. */
const cronJob = (alert: LimitAlert, name: string): AlertCase => ({
  series: (course) => ({
    [kube("kube_cronjob_created", { cronjob: name })]: gauge(course, () => -1e7),
    [kube("kube_cronjob_status_last_successful_time", { cronjob: name })]: gauge(
      course,
      (hours, now) => now - hours * 3600,
    ),
  }),
  labels: { ...namespace, cronjob: name },
  bad: limitOf(alert) + 1,
  good: 1,
});

/** A metric that is missing (1) or not (0). */
const missing = (name: string, labels: Labels, series: (course: Course) => Series): AlertCase => ({
  series: (course) => ({ ...series(course), [name]: gauge(course, (value) => (value > 0 ? undefined : 1)) }),
  labels: { ...namespace, ...labels },
  bad: 1,
  good: 0,
});

/** What is too much when there is any of it at all. */
const any = (labels: Labels, series: (course: Course) => Series, bad = 1): AlertCase => ({
  series,
  labels: { ...namespace, ...labels },
  bad,
  good: 0,
});

const disk = (alert: LimitAlert): AlertCase => ({
  series: (course) => ({
    [elasticsearch(metrics.diskBytes, { name: "es-0", mount: "/data" })]: gauge(course, () => 1000),
    [elasticsearch(metrics.diskAvailableBytes, { name: "es-0", mount: "/data" })]: gauge(
      course,
      (percent) => 1000 - 10 * percent,
    ),
  }),
  labels: { ...namespace, name: "es-0" },
  bad: limitOf(alert) + 1,
  good: 50,
});

const color = (name: string): AlertCase =>
  any({ cluster: "nova" }, (course) => ({
    [elasticsearch(metrics.status, { color: name })]: gauge(course),
    [elasticsearch(metrics.status, { color: "green" })]: gauge(course, (value) => 1 - value),
  }));

/** All of Elasticsearch's metrics but the last, which may be missing. */
const elasticsearchMissing = (): AlertCase => {
  const all = Object.values(metrics);
  const last = metrics.lastSnapshot;
  return {
    ...missing(elasticsearch(last, {}), {}, (course) =>
      Object.fromEntries(
        all
          .filter((metric) => metric !== last)
          .map((metric) => [elasticsearch(metric, {}), gauge(course, () => 1)]),
      ),
    ),
    withoutSeries: [namespace],
  };
};

/** The limit of an alert. */
export function limitOf(alert: LimitAlert): number {
  const threshold = thresholds[alert];
  return "above" in threshold ? threshold.above : threshold.below;
}

/** Every alert with one limit; the guide's two have more in alerts.spec.ts. */
export const cases: Readonly<Record<LimitAlert, AlertCase>> = {
  JaegerSpansDropped: {
    series: (course) => ({
      ...capacity(course),
      [ofPod("otelcol_exporter_enqueue_failed_spans_total", { exporter: "jaeger_storage_exporter" })]:
        counter(course),
    }),
    labels: podLabels(),
    bad: 101,
    worse: 150,
    good: 0,
  },
  JaegerQueueFull: {
    series: (course) => ({
      ...capacity(course),
      [ofPod("otelcol_exporter_queue_size", { exporter: "jaeger_storage_exporter" })]: gauge(
        course,
        (value) => value * 4,
      ),
    }),
    labels: podLabels(),
    bad: 4001,
    good: 0,
  },

  JaegerSpansRefused: {
    series: (course) => ({
      ...capacity(course),
      [received("accepted")]: counter(course, share),
      [received("refused")]: counter(course),
      [received("failed")]: counter(course, () => 0),
    }),
    labels: podLabels(),
    bad: 6,
    good: 0,
  },
  JaegerGatewayRefuses: {
    series: (course) => ({
      [ofPod("up", { job: "observability/jaeger-gateway" })]: gauge(course, () => 1),
      [received("accepted")]: counter(course, share),
      [received("refused")]: counter(course),
      [received("failed")]: counter(course, () => 0),
    }),
    labels: podLabels(),
    bad: 6,
    good: 0,
  },
  JaegerMemoryLimiterRefuses: any(podLabels(), (course) => ({
    [ofPod("otelcol_processor_memory_limiter_refused_spans_total", { processor: "memory_limiter" })]:
      counter(course),
  })),
  JaegerNoSpans: {
    series: (course) => ({
      ...capacity(course),
      // The probe's ten in five minutes beside those of services.
      [received("accepted")]: events(course, (spans) => (spans + 10) / 300),
      [ofProbe(probeMetrics.acknowledgedSpans)]: events(course, () => 10 / 300),
    }),
    labels: namespace,
    bad: 9,
    good: 100,
  },

  JaegerStorageWriteErrors: any(podLabels(), (course) => ({
    [ofPod("jaeger_storage_bulk_index_errors_total", store)]: counter(course),
  })),
  JaegerStorageWriteErrorRatio: {
    series: (course) => ({
      [ofPod("jaeger_storage_bulk_index_errors_total", store)]: counter(course),
      [ofPod("jaeger_storage_bulk_index_attempts_total", store)]: counter(course, () => 100),
    }),
    labels: podLabels(),
    bad: 2,
    good: 0,
  },
  JaegerStorageWritesSlow: {
    series: (course) => ({
      [ofPod("jaeger_storage_bulk_index_latency_ok_seconds_sum", store)]: counter(course),
      [ofPod("jaeger_storage_bulk_index_latency_ok_seconds_count", store)]: counter(course, () => 1),
    }),
    labels: podLabels({ operation: "bulk_index", result: "ok" }),
    bad: 3,
    good: 0.1,
  },
  JaegerStorageReadsSlow: {
    series: (course) => {
      const labels = { ...store, operation: "find_traces", result: "ok" };
      return {
        [ofPod("jaeger_storage_latency_seconds_sum", labels)]: counter(course),
        [ofPod("jaeger_storage_latency_seconds_count", labels)]: counter(course, () => 1),
      };
    },
    labels: podLabels({ operation: "find_traces", result: "ok" }),
    bad: 6,
    good: 0.1,
  },
  JaegerStorageReadErrors: {
    series: (course) => {
      const reads = (result: string): string =>
        ofPod("jaeger_storage_requests_total", { ...store, operation: "get_trace", result });
      return { [reads("err")]: counter(course), [reads("ok")]: counter(course, share) };
    },
    labels: namespace,
    bad: 6,
    good: 0,
  },

  JaegerQueryErrors: {
    series: (course) => ({
      [http("count", { http_response_status_code: "500" })]: counter(course),
      [http("count")]: counter(course, share),
    }),
    labels: namespace,
    bad: 6,
    good: 0,
  },
  JaegerQuerySlow: {
    // Of 1000 requests within a time, so many that the quantile is below, at or above the bound of the bucket.
    series: (course) => {
      const within = (below: number, equal: number, above: number) => (value: number) =>
        value < 5 ? below : value === 5 ? equal : above;
      return {
        [http("bucket", { le: "2.5" })]: counter(course, within(1000, 0, 0)),
        [http("bucket", { le: "5" })]: counter(course, within(1000, 990, 989)),
        [http("bucket", { le: "7.5" })]: counter(course, () => 1000),
        [http("bucket", { le: "+Inf" })]: counter(course, () => 1000),
      };
    },
    labels: namespace,
    bad: 6,
    good: 1,
  },

  TracingProbeFailing: {
    series: (course) => ({
      [ofProbe(probeMetrics.failures, { reason: "storage" })]: counter(course),
      [ofProbe(probeMetrics.failures, { reason: "auth" })]: counter(course, () => 0),
      [ofProbe(probeMetrics.rounds)]: counter(course, () => 100),
    }),
    labels: { ...namespace, reason: "storage" },
    bad: 21,
    good: 0,
  },
  TracingProbeMissing: {
    series: (course) => ({ [ofProbe(probeMetrics.rounds)]: events(course, (rounds) => rounds / 300) }),
    labels: namespace,
    bad: 0,
    good: 10,
    withoutSeries: [namespace],
  },
  TracingReadableWithoutLogin: any({}, (course) => ({
    [ofProbe(probeMetrics.openAnswers)]: counter(course, (answers) => answers / 30),
  })),

  JaegerUnavailable: {
    ...any({ role: "query" }, (course) => ({
      [target("gateway")]: gauge(course, () => 1),
      [target("collector")]: gauge(course, () => 1),
      [target("query")]: gauge(course, (value) => 1 - value),
    })),
    withoutSeries: [
      { ...namespace, role: "gateway" },
      { ...namespace, role: "collector" },
      { ...namespace, role: "query" },
    ],
  },
  JaegerTargetDown: any(podLabels({ job: "observability/jaeger-query" }, "query"), (course) => ({
    [target("query")]: gauge(course, (value) => 1 - value),
  })),
  TracingPodRestarting: {
    series: (course) => ({
      [kube("kube_pod_container_status_restarts_total", { pod: "a", container: "jaeger" })]: events(
        course,
        (restarts) => restarts / 3600,
      ),
    }),
    labels: podLabels({ container: "jaeger" }),
    bad: 4,
    good: 0,
  },
  JaegerReplicasMissing: any({ deployment: "jaeger-collector" }, (course) => ({
    [kube("kube_deployment_spec_replicas", { deployment: "jaeger-collector" })]: gauge(course, () => 3),
    [kube("kube_deployment_status_replicas_available", { deployment: "jaeger-collector" })]: gauge(
      course,
      (value) => 3 - value,
    ),
  })),
  ElasticsearchNodesMissing: any({ statefulset: "elasticsearch" }, (course) => ({
    [kube("kube_statefulset_replicas", { statefulset: "elasticsearch" })]: gauge(course, () => 3),
    [kube("kube_statefulset_status_replicas_ready", { statefulset: "elasticsearch" })]: gauge(
      course,
      (value) => 3 - value,
    ),
  })),
  TracingKubernetesMetricsMissing: {
    ...missing(kube("kube_deployment_spec_replicas", { deployment: "jaeger-query" }), {}, () => ({})),
    withoutSeries: [namespace],
  },

  TracingCertificateExpiring: {
    series: (course) => ({
      [withLabels("certmanager_certificate_expiration_timestamp_seconds", {
        namespace: "cert-manager",
        exported_namespace: "observability",
        name: "jaeger-ui",
      })]: gauge(course, (days, now) => now + days * 86_400),
    }),
    labels: { ...namespace, name: "jaeger-ui" },
    bad: 6,
    good: 60,
  },
  TracingCertificateNotReady: any({ name: "jaeger-ui" }, (course) => {
    const ready = (condition: string): string =>
      withLabels("certmanager_certificate_ready_status", {
        namespace: "cert-manager",
        exported_namespace: "observability",
        name: "jaeger-ui",
        condition,
      });
    return { [ready("True")]: gauge(course, (value) => 1 - value), [ready("False")]: gauge(course) };
  }),
  TracingCertificateMetricsMissing: {
    ...missing(
      withLabels("certmanager_certificate_expiration_timestamp_seconds", {
        namespace: "cert-manager",
        exported_namespace: "observability",
        name: "jaeger-ui",
      }),
      {},
      () => ({}),
    ),
    withoutSeries: [namespace],
  },

  ElasticsearchBootstrapFailed: any({ job_name: "elasticsearch-bootstrap-df74e07e" }, (course) => ({
    [kube("kube_job_failed", { job_name: "elasticsearch-bootstrap-df74e07e", condition: "true" })]:
      gauge(course),
  })),
  ElasticsearchIndexCleanerNotRunning: cronJob(
    "ElasticsearchIndexCleanerNotRunning",
    "elasticsearch-index-cleaner",
  ),
  JaegerDependenciesNotRunning: cronJob("JaegerDependenciesNotRunning", "jaeger-dependencies"),

  ElasticsearchMetricsMissing: elasticsearchMissing(),
  ElasticsearchClusterRed: color("red"),
  ElasticsearchClusterYellow: color("yellow"),
  ElasticsearchShardsUnassigned: any({ cluster: "nova" }, (course) => ({
    [elasticsearch(metrics.unassignedShards, {})]: gauge(course),
  })),
  ElasticsearchDiskFilling: disk("ElasticsearchDiskFilling"),
  ElasticsearchDiskHigh: disk("ElasticsearchDiskHigh"),
  ElasticsearchRejectsWrites: any({ name: "es-0" }, (course) => ({
    [elasticsearch(metrics.rejected, { name: "es-0", type: "write" })]: counter(course),
    [elasticsearch(metrics.rejected, { name: "es-0", type: "search" })]: counter(course, () => 5),
  })),
  ElasticsearchLifecycleNotRunning: any({}, (course) => ({
    [elasticsearch(metrics.lifecycle, { operation_mode: "RUNNING" })]: gauge(course, (value) => 1 - value),
    [elasticsearch(metrics.lifecycle, { operation_mode: "STOPPED" })]: gauge(course),
  })),
  ElasticsearchSnapshotTooOld: {
    series: (course) => ({
      [elasticsearch(metrics.lastSnapshot, { repository: "nova-jaeger" })]: gauge(
        course,
        (hours, now) => now - hours * 3600,
      ),
    }),
    labels: { ...namespace, repository: "nova-jaeger" },
    bad: 37,
    good: 1,
  },
};
