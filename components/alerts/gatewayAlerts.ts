import { limitAlert, podText, valueText } from "./alert";
import type { AvailabilityAlertsInput } from "./availabilityAlerts";
import { combined, lines, selector, summedRate } from "./promql";
import { scrapeLabels } from "./recordingRules";
import type { AlertingRule } from "./rule";
import { scrapeJob } from "./scraping";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/** Role of the pods before Jaeger's own collectors. */
export const gatewayRole = "gateway";

/** Alerts on the gateway; whether its pods are there, the alerts on availability say. */
export function gatewayAlerts({
  namespace,
  instance,
  runbookUrl,
}: AvailabilityAlertsInput): readonly AlertingRule[] {
  const window = duration(thresholds.JaegerGatewayRefuses.windowMinutes);
  const received = (result: string): string =>
    summedRate(scrapeLabels, selector(`otelcol_receiver_${result}_spans_total`, { namespace }), window);
  // What a step of its own or Jaeger does not take; the second is a fault of a step.
  const refused = { refused: received("refused"), failed: received("failed") };
  const gateways = selector("up", { namespace, job: scrapeJob(namespace, instance, gatewayRole) });
  return [
    limitAlert(
      runbookUrl,
      "JaegerGatewayRefuses",
      lines(
        `100 * (${combined("sum", scrapeLabels, refused)}`,
        `/ ${combined("sum", scrapeLabels, { accepted: received("accepted"), ...refused })}`,
        `and on (${scrapeLabels.join(", ")}) ${gateways})`,
      ),
      {
        summary: "The gateway before Jaeger refuses spans",
        finding: `${podText} sends back ${valueText(1)}% of the spans that it is sent`,
        consequence: "their senders try again for about a minute and then give them up",
      },
    ),
  ];
}
