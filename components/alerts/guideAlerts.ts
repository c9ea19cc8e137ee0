import type { AlertingRule } from "./rule";
import { fullQueue, thresholds, type AlertName } from "./thresholds";

/**
 * The guide's two alerts. Expression, duration and severity are its own, word for word, as the policy pack asks.
 *
 * @param runbookUrl folder of the runbooks; the name of the alert and `.md` come behind it
 */
export function guideAlerts(runbookUrl: string): readonly AlertingRule[] {
  const { JaegerSpansDropped: dropped, JaegerQueueFull: queue } = thresholds;
  const folder = runbookUrl.replace(/\/+$/, "");
  const rule = (
    alert: AlertName,
    expr: string,
    text: { readonly summary: string; readonly description: string },
  ): AlertingRule => ({
    alert,
    expr,
    for: `${thresholds[alert].forMinutes}m`,
    labels: { severity: thresholds[alert].severity },
    annotations: { ...text, runbook_url: `${folder}/${alert}.md` },
  });
  const pod = "{{ $labels.namespace }}/{{ $labels.pod }}";
  const value = '{{ $value | printf "%.0f" }}';
  return [
    rule(
      "JaegerSpansDropped",
      `rate(jaeger_collector_spans_dropped_total[${dropped.windowMinutes}m]) > ${dropped.above}`,
      {
        summary: "Jaeger is dropping spans",
        description: `${pod} drops ${value} ${dropped.unit}, and more than ${dropped.above} for ${dropped.forMinutes} minutes now: traces are incomplete or missing.`,
      },
    ),
    rule("JaegerQueueFull", `jaeger_collector_queue_length > ${queue.above}`, {
      summary: "Jaeger collector queue nearly full",
      description: `The queue of ${pod} stands at ${value} ${queue.unit}, and above ${queue.above} (${(queue.above / fullQueue) * 100}%) for ${queue.forMinutes} minutes now: when it is full, spans are refused.`,
    }),
  ];
}
