import { gatewayRole } from "../jaeger/metrics";
import { limitAlert, podText, valueText } from "./alert";
import type { AvailabilityAlertsInput } from "./availabilityAlerts";
import { combined, lines, selector, summedRate } from "./promql";
import { scrapeLabels } from "./recordingRules";
import type { AlertingRule } from "./rule";
import { upOf } from "./spanPods";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/** Alerts on the gateway; whether its pods are there, the alerts on availability say. */
export function gatewayAlerts(input: AvailabilityAlertsInput): readonly AlertingRule[] {
  const { namespace, runbookUrl } = input;
  const window = duration(thresholds.JaegerGatewayRefuses.windowMinutes);
  const received = (result: string): string =>
    summedRate(scrapeLabels, selector(`otelcol_receiver_${result}_spans_total`, { namespace }), window);
  // What a step of its own or Jaeger does not take; the second is a fault of a step.
  const refused = { refused: received("refused"), failed: received("failed") };
  return [
    limitAlert(
      runbookUrl,
      "JaegerGatewayRefuses",
      lines(
        `100 * (${combined("sum", scrapeLabels, refused)}`,
        `/ ${combined("sum", scrapeLabels, { accepted: received("accepted"), ...refused })}`,
        `and on (${scrapeLabels.join(", ")}) ${upOf(input, gatewayRole)})`,
      ),
      {
        summary: "The gateway before Jaeger refuses spans",
        finding: `${podText} sends back ${valueText(1)}% of the spans that it is sent`,
        consequence: "their senders try again for about a minute and then give them up",
      },
    ),
  ];
}
