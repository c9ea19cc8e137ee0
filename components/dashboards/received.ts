import { selector, summedRate } from "../alerts/promql";
import { scrapeLabels, storageQueueCapacity } from "../alerts/recordingRules";
import { duration } from "../alerts/threshold";
import { fullQueue, thresholds } from "../alerts/thresholds";
import { gatewayExporter } from "../jaeger/gatewayConfig";
import { budgetPanel } from "./budgetPanel";
import { alertValues, orZero, type AlertValue, type DashboardsInput, type Panel } from "./panel";

/** Seconds between two looks are 30: a rate over less would have gaps. */
const window = duration(thresholds.JaegerSpansDropped.windowMinutes);

/** A rate of each pod. */
export const byPod = (series: string): string => summedRate(scrapeLabels, series, window);

const taken = {
  title: "Spans taken",
  description:
    "Spans a second that each collector has taken: of the requests that the services sample, and again each time that a service sends one again.",
  unit: "spansPerSecond",
} as const;
const refused = "Their senders try again for about a minute, and then give them up.";

/** What becomes of spans in the gateway, which keeps none. */
export function gatewayPanels(input: DashboardsInput): readonly Panel[] {
  const { namespace } = input;
  const sent = (result: string): string =>
    byPod(selector(`otelcol_exporter_${result}_spans_total`, { namespace, exporter: gatewayExporter }));
  return [
    {
      title: "Gateway: spans handed on",
      description: "Spans a second that Jaeger's own collectors have taken from the gateway.",
      unit: "spansPerSecond",
      queries: [{ expr: sent("sent"), legend: "{{pod}}" }],
    },
    {
      title: "Gateway: spans refused",
      description: `Share of the spans sent to the gateway that Jaeger, or a step of the gateway, did not take. ${refused}`,
      unit: "percent",
      alerts: ["JaegerGatewayRefuses"],
      queries: [{ expr: alertValues(input)("JaegerGatewayRefuses"), legend: "{{pod}}" }],
    },
  ];
}

/** What becomes of spans in collectors, which have a queue to the storage: alerts and recorded names are about those. */
export function queuedPanels(input: DashboardsInput): readonly Panel[] {
  const { namespace } = input;
  const value = alertValues(input);
  const own = (metric: string): string => selector(metric, { namespace });
  const capacity = storageQueueCapacity(namespace);
  return [
    {
      ...taken,
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
      description: `Share of the spans sent to a collector that it did not take. ${refused}`,
      unit: "percent",
      alerts: ["JaegerSpansRefused"],
      queries: [
        {
          expr: orZero(value("JaegerSpansRefused"), `sum by (${scrapeLabels.join(", ")}) (${capacity})`),
          legend: "{{pod}}",
        },
      ],
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
    memoryLimiter(value, `sum by (${scrapeLabels.join(", ")}) (${capacity})`),
    budgetPanel(namespace, "ingest", "spans that arrive", `sum by (namespace) (${capacity})`),
  ];
}

/** The same of an all-in-one, which has no queue: nothing is recorded of it under the names of Jaeger v1. */
export function unqueuedPanels(input: DashboardsInput): readonly Panel[] {
  const received = (result: string): string =>
    byPod(selector(`otelcol_receiver_${result}_spans_total`, { namespace: input.namespace }));
  return [
    { ...taken, queries: [{ expr: received("accepted"), legend: "{{pod}}" }] },
    {
      title: "Spans refused",
      description: `Spans a second that were sent and not taken. ${refused}`,
      unit: "spansPerSecond",
      queries: [{ expr: received("refused"), legend: "{{pod}}" }],
    },
    memoryLimiter(alertValues(input), received("accepted")),
  ];
}

function memoryLimiter(value: AlertValue, always: string): Panel {
  return {
    title: "Memory limiter",
    description: "Spans a second that were refused because the collector was out of memory for them.",
    unit: "spansPerSecond",
    alerts: ["JaegerMemoryLimiterRefuses"],
    queries: [{ expr: orZero(value("JaegerMemoryLimiterRefuses"), always), legend: "{{pod}}" }],
  };
}
