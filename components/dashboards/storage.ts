import { selector, summedRate } from "../alerts/promql";
import { scrapeLabels } from "../alerts/recordingRules";
import { duration } from "../alerts/threshold";
import { thresholds } from "../alerts/thresholds";
import { clusterPanels } from "./cluster";
import { alertValues, orZero, type Dashboard, type DashboardsInput, type Panel } from "./panel";

/** What Jaeger says of its storage, and Elasticsearch of itself where there is one. */
export function storageDashboard(input: DashboardsInput): Dashboard {
  const { namespace, elasticsearchMetrics } = input;
  const value = alertValues(input);
  const rate = (by: readonly string[], metric: string, minutes: number, labels = {}): string =>
    summedRate(by, selector(metric, { namespace, role: "tracestore", ...labels }), duration(minutes));
  const { JaegerStorageWriteErrors: writes, JaegerStorageReadErrors: reads } = thresholds;
  const bulk = (metric: string): string =>
    rate(scrapeLabels, `jaeger_storage_bulk_index_${metric}_total`, writes.windowMinutes);
  const unwritten = "Nothing has been written since the collector has started.";
  const unread = "Nobody has read anything over the last minutes.";
  const written: readonly Panel[] = [
    {
      title: "Documents written",
      description:
        "Documents a second that Elasticsearch has taken from each collector: spans, and the names of services and operations.",
      unit: "documentsPerSecond",
      quiet: unwritten,
      queries: [{ expr: bulk("inserts"), legend: "{{pod}}" }],
    },
    {
      title: "Documents refused",
      description:
        input.writeMode === "sync"
          ? "Documents a second that Elasticsearch did not take. Those that it will never take are lost, the spans of the others are sent again."
          : "Documents a second that Elasticsearch did not take. They are lost.",
      unit: "documentsPerSecond",
      quiet: unwritten,
      alerts: ["JaegerStorageWriteErrors"],
      queries: [{ expr: orZero(value("JaegerStorageWriteErrors"), bulk("attempts")), legend: "{{pod}}" }],
    },
    {
      title: "Share of documents refused",
      description: "Share of the documents of each collector that Elasticsearch did not take.",
      unit: "percent",
      alerts: ["JaegerStorageWriteErrorRatio"],
      quiet: unwritten,
      queries: [{ expr: orZero(value("JaegerStorageWriteErrorRatio"), bulk("attempts")), legend: "{{pod}}" }],
    },
    {
      title: "Time of a write",
      description: "Mean seconds of a bulk write that succeeded.",
      unit: "seconds",
      alerts: ["JaegerStorageWritesSlow"],
      quiet: "Nothing has been written over the last minutes.",
      queries: [{ expr: value("JaegerStorageWritesSlow"), legend: "{{pod}}" }],
    },
  ];
  return {
    name: "storage",
    title: "Nova tracing / Storage",
    description: "Where the spans are: what is written and read, how long it takes, what fails.",
    panels: [
      // Spans in memory are not written by bulk.
      ...(elasticsearchMetrics === undefined ? [] : written),
      {
        title: "Time of a read",
        description: "Mean seconds of each operation that reads, where it succeeded.",
        unit: "seconds",
        alerts: ["JaegerStorageReadsSlow"],
        quiet: unread,
        queries: [{ expr: value("JaegerStorageReadsSlow"), legend: "{{operation}} {{pod}}" }],
      },
      {
        title: "Share of reads that fail",
        description: "Share of Jaeger's reads from its storage that end with an error.",
        unit: "percent",
        alerts: ["JaegerStorageReadErrors"],
        quiet: "Nobody has read anything since Jaeger has started.",
        queries: [
          {
            expr: orZero(
              value("JaegerStorageReadErrors"),
              rate(["namespace"], "jaeger_storage_requests_total", reads.windowMinutes),
            ),
            legend: "all reads",
          },
        ],
      },
      {
        title: "Errors of the storage",
        description: "Errors a second of reads and of writes, by the pod that met them.",
        unit: "perSecond",
        queries: [
          {
            expr: summedRate(
              scrapeLabels,
              selector("jaeger_storage_errors_total", { namespace }),
              duration(writes.windowMinutes),
            ),
            legend: "{{pod}}",
          },
        ],
      },
      ...(elasticsearchMetrics === undefined ? [] : clusterPanels(value, elasticsearchMetrics)),
    ],
  };
}
