import { selector, summedRate } from "../alerts/promql";
import { scrapeLabels } from "../alerts/recordingRules";
import { collectorPods, entrancePods, has, upOf } from "../alerts/spanPods";
import { duration } from "../alerts/threshold";
import { fullQueue, thresholds } from "../alerts/thresholds";
import { gatewayExporter } from "../jaeger/gatewayConfig";
import { allInOneRole, gatewayRole } from "../jaeger/metrics";
import { budgetPanel } from "./budgetPanel";
import { alertValues, orZero, type DashboardsInput, type Panel } from "./panel";

/** Seconds between two looks are 30: a rate over less would have gaps. */
const window = duration(thresholds.JaegerSpansDropped.windowMinutes);

/** A rate of each pod. */
export const byPod = (series: string): string => summedRate(scrapeLabels, series, window);

const refused = "Their senders try again for about a minute, and then give them up.";

/** What a panel shows 0 for where nothing has happened: each pod that something is there for. */
const eachPod = (...series: readonly string[]): string =>
  `(${series.map((one) => `sum by (${scrapeLabels.join(", ")}) (${one})`).join(" or ")})`;

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
      queries: [
        {
          expr: orZero(alertValues(input)("JaegerGatewayRefuses"), eachPod(upOf(input, gatewayRole))),
          legend: "{{pod}}",
        },
      ],
    },
  ];
}

/** What becomes of spans in Jaeger's collectors: alerts and recorded names are about those. */
export function collectorPanels(input: DashboardsInput): readonly Panel[] {
  const { namespace } = input;
  const value = alertValues(input);
  const own = (metric: string): string => selector(metric, { namespace });
  const collectors = collectorPods(input);
  const entrance = entrancePods(input);
  return [
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
      description: `Share of the spans sent to a collector that it did not take. ${refused}`,
      unit: "percent",
      alerts: ["JaegerSpansRefused"],
      queries: [{ expr: orZero(value("JaegerSpansRefused"), eachPod(collectors)), legend: "{{pod}}" }],
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
    // An all-in-one writes into its own memory, without a queue.
    ...(has(input, allInOneRole)
      ? []
      : [
          {
            title: "Queue",
            description: `How full the queue between receiver and storage is: ${fullQueue} is full, whatever its capacity.`,
            unit: "count",
            alerts: ["JaegerQueueFull"],
            queries: [{ expr: own("jaeger_collector_queue_length"), legend: "{{pod}}" }],
          } as const,
        ]),
    {
      title: "Memory limiter",
      description: "Spans a second that were refused because the pod was out of memory for them.",
      unit: "spansPerSecond",
      alerts: ["JaegerMemoryLimiterRefuses"],
      queries: [
        {
          expr: orZero(value("JaegerMemoryLimiterRefuses"), eachPod(...new Set([collectors, entrance]))),
          legend: "{{pod}}",
        },
      ],
    },
    budgetPanel(namespace, "ingest", "spans that services send", `sum by (namespace) (${entrance})`),
  ];
}
