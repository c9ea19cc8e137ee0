import { probeMetrics } from "../alerts/probeMetrics";
import { selector, summedRate } from "../alerts/promql";
import { durationText } from "../alerts/threshold";
import { objectives, thresholds } from "../alerts/thresholds";
import { budgetPanel } from "./budgetPanel";
import type { AlertValue, Panel } from "./panel";

/** The probe makes two rounds a minute: a quantile needs more than a few of them. */
const window = "15m";

/** What the probe sees: it writes a trace as a service does, and reads it as a person does. */
export function probePanels(namespace: string, value: AlertValue): readonly Panel[] {
  const own = (metric: string): string => selector(metric, { namespace });
  const quantiles = (metric: string): Panel["queries"] =>
    [0.5, 0.95, 0.99].map((share) => ({
      expr: `histogram_quantile(${share}, ${summedRate(["namespace", "le"], own(`${metric}_bucket`), window)})`,
      legend: `p${share * 100}`,
    }));
  const { TracingProbeFailing: failing, TracingProbeMissing: missing } = thresholds;
  const { TracingReadableWithoutLogin: open } = thresholds;
  const quiet = "No round has found its trace over the last minutes.";
  return [
    {
      title: "Probe: rounds",
      description: `Traces that the probe has written and looked for over ${durationText(missing.windowMinutes)}, found or not.`,
      unit: "count",
      alerts: ["TracingProbeMissing"],
      queries: [{ expr: value("TracingProbeMissing"), legend: "rounds" }],
    },
    {
      title: "Probe: rounds that fail",
      description: `Share of the rounds of ${durationText(failing.windowMinutes)} that failed, by what stood in the way.`,
      unit: "percent",
      alerts: ["TracingProbeFailing"],
      queries: [{ expr: value("TracingProbeFailing"), legend: "{{reason}}" }],
    },
    {
      title: "Probe: freshness",
      description: `Seconds from the acknowledgement of a trace until the query API gives it: half of them, 95% and 99%, over 15 minutes. The objective: ${objectives.freshness.share * 100}% within ${objectives.freshness.seconds} seconds.`,
      unit: "seconds",
      quiet,
      queries: quantiles(probeMetrics.freshness),
    },
    budgetPanel(
      namespace,
      "freshness",
      "rounds of the probe",
      `sum by (namespace) (${own(probeMetrics.rounds)})`,
    ),
    {
      title: "Probe: time of a write",
      description:
        "Seconds until a collector acknowledges the probe's trace: half of them, 95% and 99%, over 15 minutes.",
      unit: "seconds",
      quiet: "No collector has acknowledged a trace over the last minutes.",
      queries: quantiles(probeMetrics.write),
    },
    {
      title: "Probe: last success",
      description: "Seconds since a round last succeeded.",
      unit: "seconds",
      queries: [
        {
          expr: `time() - max by (namespace) (${own(probeMetrics.lastSuccess)})`,
          legend: "last success",
        },
      ],
    },
    {
      title: "Probe: answers without a login",
      description: `Questions without a login that Jaeger answered over ${durationText(open.windowMinutes)}: one is one too many.`,
      unit: "count",
      alerts: ["TracingReadableWithoutLogin"],
      queries: [{ expr: value("TracingReadableWithoutLogin"), legend: "open answers" }],
    },
  ];
}
