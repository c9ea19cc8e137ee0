/** Metrics of the probe (components/jaeger/probe) that the alerts and dashboards read. */
export const probeMetrics = {
  /** Counter of the rounds that have ended. */
  rounds: "tracing_probe_rounds_total",
  /** Counter of those that failed, by `reason` (ingest, storage, query, auth). */
  failures: "tracing_probe_failures_total",
  /** Counter of the spans that the collector has acknowledged to the probe. */
  acknowledgedSpans: "tracing_probe_acknowledged_spans_total",
  /** Counter of the questions without a login that Jaeger has answered. */
  openAnswers: "tracing_probe_open_answers_total",
  /** Histogram of the seconds from an acknowledgement until the trace could be read. */
  freshness: "tracing_probe_freshness_seconds",
  /** Histogram of the seconds until the collector acknowledged a span. */
  write: "tracing_probe_write_seconds",
  /** When a round last succeeded, Unix seconds; 0 before the first. */
  lastSuccess: "tracing_probe_last_success_timestamp_seconds",
} as const;

/** Role of the pod that gives them, among those that are scraped. */
export const probeRole = "probe";
