import { ruleGroups, type RuleGroupsInput } from "../alerts/document";
import type { LimitAlert } from "../alerts/alert";
import { lines } from "../alerts/promql";
import type { AlertingRule } from "../alerts/rule";
import { thresholds, type AlertName } from "../alerts/thresholds";
import type { MetricsPods } from "../jaeger/metrics";

/** What a panel shows, before it is Grafana's. */
export interface Panel {
  readonly title: string;
  /** What the numbers mean, and what they do not. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Alerts on what is shown: their limits are drawn, and their runbooks linked. @default none */
  readonly alerts?: readonly AlertName[];
  /** The value as it stands, with a text for some values, in place of a curve. @default a curve */
  readonly state?: Readonly<Record<number, string>>;
  /** Why there may be nothing to show though all is well. @default there always is something */
  readonly quiet?: string;
}

/** A curve for each series. */
export interface Query {
  readonly expr: string;
  /** Name of a curve, with labels as `{{pod}}`. */
  readonly legend: string;
}

/** What the numbers of a panel count, by Grafana's name for it. */
export const units = {
  spansPerSecond: "suffix: spans/s",
  documentsPerSecond: "suffix: documents/s",
  requestsPerSecond: "reqps",
  perSecond: "cps",
  count: "short",
  percent: "percent",
  seconds: "s",
  hours: "h",
  bytes: "bytes",
  cores: "suffix: cores",
  /** Times the pace that just spends an error budget. */
  pace: "suffix:x",
  state: "none",
} as const;
export type Unit = keyof typeof units;

/** One page. */
export interface Dashboard {
  /** In file names, and behind `nova-tracing-` in Grafana's address of it: never changed. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
}

/** What the dashboards depend on: the rules, and who is scraped for what. */
export interface DashboardsInput extends RuleGroupsInput {
  readonly metricsPods: readonly Pick<MetricsPods, "role" | "spanMetrics">[];
}

/** The value that an alert compares, as it stands in its rule: the same curve that raises it. */
export type AlertValue = (alert: LimitAlert) => string;

/** Reads them from the rules of a stack. @throws RangeError where the stack has no such alert */
export function alertValues(input: DashboardsInput): AlertValue {
  const rules = ruleGroups(input).flatMap((group) => group.rules);
  return (alert) => {
    const found = rules.find((rule): rule is AlertingRule => "alert" in rule && rule.alert === alert);
    const threshold = thresholds[alert];
    const comparison = "above" in threshold ? ` > ${threshold.above}` : ` < ${threshold.below}`;
    if (found?.expr.endsWith(comparison) !== true) {
      throw new RangeError(`there is no rule ${alert} that ends with${comparison}`);
    }
    return found.expr.slice(0, -comparison.length);
  };
}

/** An expression, and 0 where it has nothing to say, or no number, about what `base` has the same labels for. */
export function orZero(expr: string, base: string): string {
  return lines(`(${expr}) >= 0`, `or 0 * ${base}`);
}
