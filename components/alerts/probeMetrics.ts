/** Metrics of the probe (components/jaeger/probe) that the alerts read. */
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
} as const;

/** Role of the pod that gives them, among those that are scraped. */
export const probeRole = "probe";
