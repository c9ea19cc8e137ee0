import { gatewayRole, type WriteMode } from "../jaeger/metrics";
import { combined as combinedBy, labelled, lines, selector, summedRate } from "./promql";
import {
  collectorPods,
  has,
  storageExporter,
  storageQueueCapacity,
  upOf,
  type SpanPodsInput,
} from "./spanPods";
import type { RecordingRule } from "./rule";
import { duration } from "./threshold";
import { fullQueue, timing } from "./thresholds";

/** What the recording rules depend on. */
export interface RecordingRulesInput extends SpanPodsInput {
  readonly writeMode: WriteMode;
}

/**
 * The labels that a scrape has to add to Jaeger's metrics; the rules read no other label that is not Jaeger's own. Each
 * pod must be scraped once: twice, under two jobs, would count everything twice.
 */
export const scrapeLabels = ["namespace", "pod"] as const;

/**
 * Of one pod. Some counters appear only with their first event: an absent one counts as 0, so that this first event is
 * an increase too. `always` is in every scrape of the pods that the rule is about.
 */
const combined = (how: "sum" | "max", parts: Readonly<Record<string, string>>, always: string): string =>
  combinedBy(how, scrapeLabels, parts, always);

const perPod = `sum by (${scrapeLabels.join(", ")})`;

/**
 * Jaeger v1's names from the metrics of Jaeger v2, one series for each pod. Counters stay counters: they are never
 * added up over pods, or the restart of one pod would look like a reset of all.
 */
export function recordingRules(input: RecordingRulesInput): readonly RecordingRule[] {
  const { namespace, writeMode } = input;
  /** Picks series of Jaeger's own in its namespace. */
  const series = (metric: string, labels: Readonly<Record<string, string>> = {}): string =>
    selector(metric, { namespace, ...labels });
  const exporter = (metric: string): string => `${perPod} (${series(metric, storageExporter)})`;
  // So is the role of a span store.
  const store = (metric: string, labels = {}): string => series(metric, { role: "tracestore", ...labels });
  const collectors = `${perPod} (${collectorPods(input)})`;
  const bulkErrors = `${perPod} (${store("jaeger_storage_bulk_index_errors_total")})`;

  // The gateway has a process too.
  const hasStorage = has(input, gatewayRole)
    ? ` unless on (${scrapeLabels.join(", ")}) ${upOf(input, gatewayRole)}`
    : "";
  const refused = {
    enqueue_failed: exporter("otelcol_exporter_enqueue_failed_spans_total"),
    send_failed: exporter("otelcol_exporter_send_failed_spans_total"),
  };
  return [
    {
      record: "jaeger_collector_queue_length",
      // Multiplied first: with whole numbers the guide's 4000 is then exact.
      expr: lines(
        `${fullQueue} * ${exporter("otelcol_exporter_queue_size")}`,
        `/ ${perPod} (${storageQueueCapacity(namespace)})`,
      ),
    },
    {
      record: "jaeger_collector_spans_received_total",
      expr: lines(
        `${perPod} (${series("otelcol_receiver_accepted_spans_total")})`,
        `and ${collectors}`,
        `or 0 * ${collectors}`,
      ),
    },
    {
      record: "jaeger_collector_spans_dropped_total",
      // A queue that acknowledges what is stored counts a failed send twice: as failed, and as refused by the queue,
      // which waited for it. An asynchronous store fails after both, when nobody can be told any more.
      expr:
        writeMode === "sync"
          ? combined("max", refused, collectors)
          : combined("sum", { ...refused, bulk_index: bulkErrors }, collectors),
    },
    { record: "jaeger_storage_latency", expr: meanLatencies(store) },
    {
      record: "jaeger_storage_errors_total",
      expr: combined(
        "sum",
        {
          requests: `${perPod} (${store("jaeger_storage_requests_total", { result: "err" })})`,
          bulk_index: bulkErrors,
        },
        `${perPod} (${series("otelcol_process_uptime_seconds_total")}${hasStorage})`,
      ),
    },
  ];
}

/** Mean seconds of each operation on the store, by result. An operation that did not happen has no mean. */
function meanLatencies(store: (metric: string) => string): string {
  const mean = (metric: string, labels: readonly string[] = []): string => {
    const rate = (part: string): string =>
      summedRate(
        [...scrapeLabels, ...labels],
        store(`${metric}_${part}`),
        duration(timing.latencyWindowMinutes),
      );
    return lines(rate("sum"), `/ (${rate("count")} > 0)`);
  };
  // Elasticsearch's writes have a metric for each result, where reads have labels.
  const writes = (["ok", "err"] as const).map((result) => {
    const latency = mean(`jaeger_storage_bulk_index_latency_${result}_seconds`);
    return labelled(labelled(latency, "operation", "bulk_index"), "result", result);
  });
  return [mean("jaeger_storage_latency_seconds", ["operation", "result"]), ...writes].join("\nor ");
}
