import { ratioName, type Objective } from "../alerts/budgetRules";
import { lines, selector } from "../alerts/promql";
import { durationText } from "../alerts/threshold";
import { objectives, thresholds } from "../alerts/thresholds";
import type { BurnAlert } from "../alerts/alert";
import type { Panel } from "./panel";

/** The alerts on an objective, the faster pace first. */
const burnAlerts = {
  ingest: ["JaegerIngestBudgetBurnsFast", "JaegerIngestBudgetBurnsSlowly"],
  query: ["JaegerQueryBudgetBurnsFast", "JaegerQueryBudgetBurnsSlowly"],
  freshness: ["TracingFreshnessBudgetBurnsFast", "TracingFreshnessBudgetBurnsSlowly"],
} as const satisfies Record<Objective, readonly BurnAlert[]>;

/**
 * How fast an error budget is spent, over the long window of each pace.
 *
 * @param what `spans that arrive at a collector`
 * @param always an expression that is there whenever there is something to say, with the label `namespace` alone
 */
export function budgetPanel(namespace: string, objective: Objective, what: string, always: string): Panel {
  const { share } = objectives[objective];
  const alerts = burnAlerts[objective];
  // Without the dust of binary fractions.
  const budget = Number((1 - share).toPrecision(12));
  return {
    title: `Pace of the error budget of ${objective}`,
    description: `How many times faster than allowed failures come: at 1, ${share * 100}% of the ${what} of 30 days succeed. An alert is raised when the curve of its window and that of a shorter one are both above its line: ${alerts
      .flatMap((alert) =>
        thresholds[alert].paces.map(({ above, longMinutes }) => `${above} over ${durationText(longMinutes)}`),
      )
      .join(", ")}.`,
    unit: "pace",
    alerts,
    queries: alerts.flatMap((alert) =>
      thresholds[alert].paces.map(({ longMinutes }) => ({
        expr: lines(
          `${selector(ratioName(objective, longMinutes), { namespace })} / ${budget}`,
          `or 0 * ${always}`,
        ),
        legend: `over ${durationText(longMinutes)}`,
      })),
    ),
  };
}
