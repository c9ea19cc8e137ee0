import { limitAlert, podText, valueText } from "./alert";
import type { AlertingRule } from "./rule";
import { fullQueue, thresholds } from "./thresholds";

/**
 * The guide's two alerts. Expression, duration and severity are its own, word for word, as the policy pack asks.
 *
 * @param runbookUrl folder of the runbooks; the name of the alert and `.md` come behind it
 */
export function guideAlerts(runbookUrl: string): readonly AlertingRule[] {
  const { JaegerSpansDropped: dropped, JaegerQueueFull: queue } = thresholds;
  return [
    limitAlert(
      runbookUrl,
      "JaegerSpansDropped",
      `rate(jaeger_collector_spans_dropped_total[${dropped.windowMinutes}m])`,
      {
        summary: "Jaeger is dropping spans",
        finding: `${podText} drops ${valueText()} ${dropped.unit}`,
        consequence: "traces are incomplete or missing",
      },
    ),
    limitAlert(runbookUrl, "JaegerQueueFull", "jaeger_collector_queue_length", {
      summary: "Jaeger collector queue nearly full",
      finding: `The queue of ${podText} stands at ${valueText()} ${queue.unit}`,
      consequence: `at ${fullQueue} it is full, and spans are refused`,
    }),
  ];
}
