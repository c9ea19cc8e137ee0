import { rolesOfJaeger } from "../alerts/availabilityAlerts";
import { selector, summedRate } from "../alerts/promql";
import { scrapeLabels, storageQueueCapacity } from "../alerts/recordingRules";
import { duration } from "../alerts/threshold";
import { fullQueue, thresholds } from "../alerts/thresholds";
import { budgetPanel } from "./budgetPanel";
import { alertValues, orZero, type Dashboard, type DashboardsInput } from "./panel";

/** Seconds between two looks are 30: a rate over less would have gaps. */
const window = duration(thresholds.JaegerSpansDropped.windowMinutes);

/** What comes into the collectors, what they refuse and drop, and what they run on. */
export function ingestDashboard(input: DashboardsInput): Dashboard {
  const { namespace, metricsPods } = input;
  const value = alertValues(input);
  const byPod = (series: string): string => summedRate(scrapeLabels, series, window);
  const own = (metric: string): string => selector(metric, { namespace });
  const collectors = `sum by (${scrapeLabels.join(", ")}) (${storageQueueCapacity(namespace)})`;
  return {
    name: "ingest",
    title: "Nova tracing / Ingest",
    description: "Spans on their way into Jaeger: taken, refused, queued, dropped.",
    panels: [
      {
        title: "Spans taken",
        description:
          "Spans a second that each collector has taken: of the requests that the services sample, and again each time that a service sends one again.",
        unit: "spansPerSecond",
        queries: [{ expr: byPod(own("jaeger_collector_spans_received_total")), legend: "{{pod}}" }],
      },
      {
        title: "Spans of the last minutes",
        description: `Spans that all collectors together have taken over ${thresholds.JaegerNoSpans.windowMinutes} minutes. None means that no service is traced, or that none reaches a collector.`,
        unit: "count",
        alerts: ["JaegerNoSpans"],
        queries: [{ expr: value("JaegerNoSpans"), legend: "all collectors" }],
      },
      {
        title: "Spans refused",
        description:
          "Share of the spans sent to a collector that it did not take. Their senders try again for about a minute, and then give them up.",
        unit: "percent",
        alerts: ["JaegerSpansRefused"],
        queries: [{ expr: orZero(value("JaegerSpansRefused"), collectors), legend: "{{pod}}" }],
      },
      {
        title: "Spans dropped",
        description:
          input.writeMode === "sync"
            ? "Spans a second that were not stored. With synchronous writes their senders know, and send them again."
            : "Spans a second that were not stored and that nobody sends again.",
        unit: "spansPerSecond",
        alerts: ["JaegerSpansDropped"],
        queries: [{ expr: byPod(own("jaeger_collector_spans_dropped_total")), legend: "{{pod}}" }],
      },
      {
        title: "Queue",
        description: `How full the queue between receiver and storage is: ${fullQueue} is full, whatever its capacity.`,
        unit: "count",
        alerts: ["JaegerQueueFull"],
        queries: [{ expr: own("jaeger_collector_queue_length"), legend: "{{pod}}" }],
      },
      {
        title: "Memory limiter",
        description: "Spans a second that were refused because the collector was out of memory for them.",
        unit: "spansPerSecond",
        alerts: ["JaegerMemoryLimiterRefuses"],
        queries: [{ expr: orZero(value("JaegerMemoryLimiterRefuses"), collectors), legend: "{{pod}}" }],
      },
      budgetPanel(
        namespace,
        "ingest",
        "spans that arrive",
        `sum by (namespace) (${storageQueueCapacity(namespace)})`,
      ),
      {
        title: "Memory",
        description: "Memory that each process of Jaeger has (resident). Its limit is in the stack file.",
        unit: "bytes",
        queries: [{ expr: own("otelcol_process_memory_rss_bytes"), legend: "{{pod}}" }],
      },
      {
        title: "CPU",
        description: "Cores that each process of Jaeger uses. Its limit is in the stack file.",
        unit: "cores",
        queries: [{ expr: byPod(own("otelcol_process_cpu_seconds_total")), legend: "{{pod}}" }],
      },
      {
        title: "Pods that do not answer Prometheus",
        description: `1 for each pod whose metrics cannot be read: ${rolesOfJaeger(metricsPods).join(", ")}.`,
        unit: "state",
        alerts: ["JaegerTargetDown"],
        queries: [{ expr: value("JaegerTargetDown"), legend: "{{pod}}" }],
      },
      {
        title: "Pods missing",
        description: "Pods that a Deployment of the namespace wants and does not have (kube-state-metrics).",
        unit: "count",
        alerts: ["JaegerReplicasMissing"],
        queries: [{ expr: value("JaegerReplicasMissing"), legend: "{{deployment}}" }],
      },
      {
        title: "Restarts",
        description: "How often each container was restarted over the last hour (kube-state-metrics).",
        unit: "count",
        alerts: ["TracingPodRestarting"],
        queries: [{ expr: value("TracingPodRestarting"), legend: "{{pod}} {{container}}" }],
      },
    ],
  };
}
