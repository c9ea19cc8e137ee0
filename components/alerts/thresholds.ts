import type { Threshold } from "./threshold";

/**
 * What `jaeger_collector_queue_length` says when the queue is full. Queues count in items, requests or bytes and have
 * the capacity that their memory allows; the guide's 4000 means 80% of any of them.
 */
export const fullQueue = 5000;

/** Objectives over the last 30 days, from which error budgets follow. */
export const objectives = {
  /** Share of the spans that arrive at a collector and are taken. */
  ingest: { share: 0.999 },
  /**
   * Share of the requests to the query API that are answered without a fault of the server, and within so many seconds:
   * the p99. The seconds have to be a bucket of Jaeger's histogram (2.5, 5, 7.5 or 10), or nothing could count them.
   */
  query: { share: 0.99, seconds: 5 },
  /**
   * Share of the probe's rounds whose trace can be read within so many seconds of its acknowledgement; a round that fails
   * is not one of them. The seconds have to be a bucket of the probe's histogram.
   */
  freshness: { share: 0.99, seconds: 30 },
} as const;

/**
 * What spends 2% of a month's budget in an hour, 5% in six hours, 10% in a day, or more than all of it by its end: the
 * paces and windows of Google's SRE workbook, "Alerting on SLOs".
 */
const fast = [
  { above: 14.4, longMinutes: 60, shortMinutes: 5 },
  { above: 6, longMinutes: 360, shortMinutes: 30 },
] as const;
const slow = [
  { above: 3, longMinutes: 1440, shortMinutes: 120 },
  { above: 1, longMinutes: 4320, shortMinutes: 360 },
] as const;
const pace = "times the pace that just spends the error budget of 30 days";

/**
 * Least requests, or rounds of the probe, in the long window before their budget is judged: in a quiet night one slow
 * search would be a third of them, and of a new probe's first rounds some come before all is there.
 */
export const leastEvents = 50;

/** Every number of an alert, by the alert's name. The first two are the guide's, and the policy pack asks for them. */
export const thresholds = {
  JaegerSpansDropped: {
    above: 100,
    unit: "spans a second",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  JaegerQueueFull: { above: 4000, unit: `of ${fullQueue}`, forMinutes: 5, severity: "critical" },

  // What comes in.
  JaegerSpansRefused: {
    above: 5,
    unit: "% of its spans",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  // Of the gateway, where there is one: it takes what Jaeger takes.
  JaegerGatewayRefuses: {
    above: 5,
    unit: "% of its spans",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  JaegerMemoryLimiterRefuses: {
    above: 0,
    unit: "spans a second",
    windowMinutes: 5,
    forMinutes: 5,
    severity: "warning",
  },
  // Five minutes of window and ten of waiting: a quarter of an hour after the last span. The probe's own ten spans are
  // taken off by another counter, and what the growth of two counters is worked out to may differ by a span or two.
  JaegerNoSpans: {
    below: 10,
    unit: "spans of services",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },

  // What Jaeger says of its storage.
  JaegerStorageWriteErrors: {
    above: 0,
    unit: "documents a second",
    windowMinutes: 5,
    forMinutes: 15,
    severity: "warning",
  },
  JaegerStorageWriteErrorRatio: {
    above: 1,
    unit: "% of the documents",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "critical",
  },
  JaegerStorageWritesSlow: {
    above: 2,
    unit: "seconds a write",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  JaegerStorageReadsSlow: {
    above: 5,
    unit: "seconds a read",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  JaegerStorageReadErrors: {
    above: 5,
    unit: "% of the reads",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },

  // What who reads traces sees.
  JaegerQueryErrors: {
    above: 5,
    unit: "% of the requests",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  JaegerQuerySlow: {
    above: objectives.query.seconds,
    unit: "seconds (p99)",
    windowMinutes: 5,
    forMinutes: 15,
    severity: "warning",
  },

  // What the probe sees. Of its ten rounds of a window two may fail.
  TracingProbeFailing: {
    above: 20,
    unit: "% of its rounds",
    windowMinutes: 5,
    forMinutes: 5,
    severity: "critical",
  },
  TracingProbeMissing: { below: 1, unit: "round", windowMinutes: 5, forMinutes: 10, severity: "warning" },
  TracingReadableWithoutLogin: {
    above: 0,
    unit: "answers without a login",
    windowMinutes: 5,
    forMinutes: 1,
    severity: "critical",
  },

  // Error budgets.
  JaegerIngestBudgetBurnsFast: { paces: fast, unit: pace, forMinutes: 2, severity: "critical" },
  JaegerIngestBudgetBurnsSlowly: { paces: slow, unit: pace, forMinutes: 15, severity: "warning" },
  JaegerQueryBudgetBurnsFast: { paces: fast, unit: pace, forMinutes: 2, severity: "critical" },
  JaegerQueryBudgetBurnsSlowly: { paces: slow, unit: pace, forMinutes: 15, severity: "warning" },
  TracingFreshnessBudgetBurnsFast: { paces: fast, unit: pace, forMinutes: 2, severity: "critical" },
  TracingFreshnessBudgetBurnsSlowly: { paces: slow, unit: pace, forMinutes: 15, severity: "warning" },

  // What runs.
  JaegerUnavailable: {
    above: 0,
    unit: "roles without a pod that answers",
    forMinutes: 5,
    severity: "critical",
  },
  JaegerTargetDown: { above: 0, unit: "scrapes without an answer", forMinutes: 5, severity: "warning" },
  TracingPodRestarting: { above: 3, unit: "restarts", windowMinutes: 60, forMinutes: 5, severity: "warning" },
  JaegerReplicasMissing: { above: 0, unit: "pods missing", forMinutes: 15, severity: "warning" },
  ElasticsearchNodesMissing: { above: 0, unit: "nodes missing", forMinutes: 15, severity: "critical" },
  TracingKubernetesMetricsMissing: {
    above: 0,
    unit: "kinds of metrics missing",
    forMinutes: 15,
    severity: "warning",
  },

  // Certificates: Elasticsearch's are renewed 30 days before their end, so a week means that it has failed for long.
  TracingCertificateExpiring: { below: 7, unit: "days left", forMinutes: 60, severity: "critical" },
  TracingCertificateNotReady: { above: 0, unit: "certificates", forMinutes: 15, severity: "warning" },
  TracingCertificateMetricsMissing: {
    above: 0,
    unit: "kinds of metrics missing",
    forMinutes: 15,
    severity: "warning",
  },

  // Jobs. A run of the cleaner that was missed is made up for within six hours and a run takes half an hour at most.
  ElasticsearchBootstrapFailed: { above: 0, unit: "failed Jobs", forMinutes: 5, severity: "critical" },
  ElasticsearchIndexCleanerNotRunning: {
    above: 31,
    unit: "hours since the last success",
    forMinutes: 5,
    severity: "warning",
  },
  // A night without a graph is put up with, a second one is not; a run may take four hours.
  JaegerDependenciesNotRunning: {
    above: 53,
    unit: "hours since the last success",
    forMinutes: 5,
    severity: "warning",
  },

  // What Elasticsearch says of itself, where something reads it.
  ElasticsearchMetricsMissing: {
    above: 0,
    unit: "kinds of metrics missing",
    forMinutes: 10,
    severity: "warning",
  },
  ElasticsearchClusterRed: { above: 0, unit: "clusters", forMinutes: 5, severity: "critical" },
  ElasticsearchClusterYellow: { above: 0, unit: "clusters", forMinutes: 30, severity: "warning" },
  ElasticsearchShardsUnassigned: { above: 0, unit: "shards", forMinutes: 30, severity: "warning" },
  // Elasticsearch's own marks are 85% (low), 90% (high) and 95% (flood stage) by default.
  ElasticsearchDiskFilling: { above: 80, unit: "% of the disk", forMinutes: 15, severity: "warning" },
  ElasticsearchDiskHigh: { above: 90, unit: "% of the disk", forMinutes: 5, severity: "critical" },
  ElasticsearchRejectsWrites: {
    above: 0,
    unit: "writes a second",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  ElasticsearchLifecycleNotRunning: {
    above: 0,
    unit: "clusters that keep no retention",
    forMinutes: 15,
    severity: "warning",
  },
  // For a snapshot a day, and a run of twelve hours.
  ElasticsearchSnapshotTooOld: {
    above: 36,
    unit: "hours since the last snapshot",
    forMinutes: 5,
    severity: "warning",
  },
} as const satisfies Readonly<Record<string, Threshold>>;

/** Name of an alert. */
export type AlertName = keyof typeof thresholds;

/** How often Prometheus looks. A rate over 5 minutes needs several looks within them, and a lost one must not empty it. */
export const timing = {
  scrapeSeconds: 30,
  scrapeTimeoutSeconds: 10,
  evaluationSeconds: 30,
  /** Over how many minutes a recorded latency is averaged. */
  latencyWindowMinutes: 5,
} as const;
