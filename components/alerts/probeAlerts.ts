import { limitAlert, valueText, type NamespaceAlertsInput } from "./alert";
import { probeMetrics } from "./probeMetrics";
import { labelled, lines, selector, summedRate } from "./promql";
import type { AlertingRule } from "./rule";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/** Alerts on what the probe sees. Only for stacks that have one: one of them asks for it. */
export function probeAlerts({ namespace, runbookUrl }: NamespaceAlertsInput): readonly AlertingRule[] {
  const { TracingProbeFailing: failing, TracingProbeMissing: missing } = thresholds;
  const { TracingReadableWithoutLogin: open } = thresholds;
  const series = (metric: string): string => selector(metric, { namespace });
  const failingWindow = duration(failing.windowMinutes);
  const rounds = `increase(${series(probeMetrics.rounds)}[${duration(missing.windowMinutes)}])`;
  return [
    limitAlert(
      runbookUrl,
      "TracingProbeFailing",
      lines(
        `100 * ${summedRate(["namespace", "reason"], series(probeMetrics.failures), failingWindow)}`,
        // A probe that sleeps has no share of failures.
        `/ on (namespace) group_left () (${summedRate(["namespace"], series(probeMetrics.rounds), failingWindow)} > 0)`,
      ),
      {
        summary: "Tracing does not work: {{ $labels.reason }}",
        finding: `${valueText()}% of the probe's rounds in {{ $labels.namespace }} fail for the reason {{ $labels.reason }}`,
        consequence: "a span that is sent now is not there for who looks for it",
      },
    ),
    limitAlert(
      runbookUrl,
      "TracingProbeMissing",
      lines(
        "(",
        `  sum by (namespace) (${rounds})`,
        `  or 0 * ${labelled(`absent(${rounds})`, "namespace", namespace)}`,
        ")",
      ),
      {
        summary: "The probe of tracing does not work",
        finding: `The probe in {{ $labels.namespace }} has ended ${valueText()} rounds over ${missing.windowMinutes} minutes`,
        consequence: "nothing tells whether spans can be written and read",
      },
    ),
    limitAlert(
      runbookUrl,
      "TracingReadableWithoutLogin",
      `sum by (namespace) (increase(${series(probeMetrics.openAnswers)}[${duration(open.windowMinutes)}]))`,
      {
        summary: "Traces can be read without a login",
        finding: `The query API in {{ $labels.namespace }} has answered ${valueText()} questions without a login`,
        consequence: "everybody who reaches it can read every trace",
      },
    ),
  ];
}
