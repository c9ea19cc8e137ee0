import { limitAlert, podText, valueText } from "./alert";
import type { AvailabilityAlertsInput } from "./availabilityAlerts";
import { probeMetrics } from "./probeMetrics";
import { combined, lines, selector, summedRate } from "./promql";
import { scrapeLabels } from "./recordingRules";
import type { AlertingRule } from "./rule";
import { collectorPods } from "./spanPods";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/** Alerts on what comes into the collectors, beside the guide's two. */
export function ingestAlerts(input: AvailabilityAlertsInput): readonly AlertingRule[] {
  const { namespace, runbookUrl } = input;
  const { JaegerSpansRefused, JaegerMemoryLimiterRefuses, JaegerNoSpans } = thresholds;
  const perSecond = (metric: string, minutes: number, labels = {}): string =>
    summedRate(scrapeLabels, selector(metric, { namespace, ...labels }), duration(minutes));
  const received = (result: string): string =>
    perSecond(`otelcol_receiver_${result}_spans_total`, JaegerSpansRefused.windowMinutes);
  // The gateway has receivers too.
  const collectors = `and on (${scrapeLabels.join(", ")}) ${collectorPods(input)}`;
  const failed = { refused: received("refused"), failed: received("failed") };
  const taken = (metric: string): string =>
    `sum by (namespace) (increase(${selector(metric, { namespace })}[${duration(JaegerNoSpans.windowMinutes)}]))`;
  const all = taken("jaeger_collector_spans_received_total");
  const limiter = (metric: string): string =>
    perSecond(metric, JaegerMemoryLimiterRefuses.windowMinutes, { processor: "memory_limiter" });

  return [
    limitAlert(
      runbookUrl,
      "JaegerSpansRefused",
      lines(
        `100 * (${combined("sum", scrapeLabels, failed)}`,
        `/ ${combined("sum", scrapeLabels, { accepted: received("accepted"), ...failed })}`,
        `${collectors})`,
      ),
      {
        summary: "Jaeger refuses spans",
        finding: `${podText} refuses ${valueText(1)}% of the spans that it is sent`,
        consequence: "their senders try again for about a minute and then give them up",
      },
    ),
    limitAlert(
      runbookUrl,
      "JaegerMemoryLimiterRefuses",
      combined("sum", scrapeLabels, {
        // Up to 2.13, and from about 2.18 on.
        processor: limiter("otelcol_processor_refused_spans_total"),
        limiter: limiter("otelcol_processor_memory_limiter_refused_spans_total"),
      }),
      {
        summary: "A pod is out of memory for spans",
        finding: `The memory limiter of ${podText} refuses ${valueText(1)} spans a second`,
        consequence: "it has more in memory than its limit allows for, though a full queue should come first",
      },
    ),
    limitAlert(
      runbookUrl,
      "JaegerNoSpans",
      // Without the probe's own, which come whatever the services do; where there is none they are 0.
      lines(all, `- (${taken(probeMetrics.acknowledgedSpans)} or 0 * ${all})`),
      {
        summary: "No spans arrive at Jaeger",
        finding: `All collectors in {{ $labels.namespace }} together have taken ${valueText()} spans of services over ${JaegerNoSpans.windowMinutes} minutes`,
        consequence: "no service is traced, or none reaches the collector",
      },
    ),
  ];
}
