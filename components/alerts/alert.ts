import type { AlertingRule } from "./rule";
import { duration, durationText, quantityText } from "./threshold";
import { thresholds, type AlertName } from "./thresholds";

/** What alerts on one namespace depend on. */
export interface NamespaceAlertsInput {
  /** Namespace of Jaeger's pods. */
  readonly namespace: string;
  /** Folder of the runbooks, as a URL; the name of an alert and `.md` come behind it. */
  readonly runbookUrl: string;
}

/** What an alert says to whoever is called. */
export interface AlertText {
  /** One line, for a list. */
  readonly summary: string;
  /** What stands at which value: `{{ $labels.pod }} refuses {{ $value }} spans`. Begins the description. */
  readonly finding: string;
  /** What that means for people. Ends the description. */
  readonly consequence: string;
}

/** Names of alerts whose limit is one number, and of those about an error budget. */
export type LimitAlert = {
  [Name in AlertName]: (typeof thresholds)[Name] extends { paces: unknown } ? never : Name;
}[AlertName];
export type BurnAlert = Exclude<AlertName, LimitAlert>;

/** The value of the alert, in its description: whole, or with so many places. */
export function valueText(places = 0): string {
  return `{{ $value | printf "%.${places}f" }}`;
}

/** The pod that a series is about. */
export const podText = "{{ $labels.namespace }}/{{ $labels.pod }}";

/**
 * An alert from its value and its row in the table of thresholds.
 *
 * @param runbookUrl folder of the runbooks; the name of the alert and `.md` come behind it
 * @param value expression in the unit of the threshold, of no lower precedence than `+`
 */
export function limitAlert(
  runbookUrl: string,
  alert: LimitAlert,
  value: string,
  text: AlertText,
): AlertingRule {
  const threshold = thresholds[alert];
  const [comparison, words, limit] =
    "above" in threshold ? [">", "more", threshold.above] : ["<", "less", threshold.below];
  return alertingRule(
    runbookUrl,
    alert,
    `${value} ${comparison} ${limit}`,
    text,
    // More than none needs no saying: the finding does.
    limit === 0 ? undefined : `${words} than ${quantityText(limit, threshold.unit)}`,
  );
}

/**
 * An alert on an error budget.
 *
 * @param ratio names the recorded share of failures over a window
 * @param budget share of failures that is allowed
 * @param guard what else has to hold, by the long window. @default nothing
 */
export function burnAlert(
  runbookUrl: string,
  alert: BurnAlert,
  ratio: (minutes: number) => string,
  budget: number,
  text: AlertText,
  guard?: (minutes: number) => string,
): AlertingRule {
  const { paces, unit } = thresholds[alert];
  const expr = paces.map(({ above, longMinutes, shortMinutes }) => {
    // Without the dust of binary fractions, so that a share that equals the limit is not above it.
    const limit = Number((above * budget).toPrecision(12));
    const windows = [longMinutes, shortMinutes].map((minutes) => `${ratio(minutes)} > ${limit}`);
    const all = guard === undefined ? windows : [...windows, guard(longMinutes)];
    return all.join("\nand ");
  });
  const limits = paces.map(({ above }) => above).join(" or ");
  return alertingRule(runbookUrl, alert, expr.join("\nor "), text, `more than ${limits} ${unit}`);
}

function alertingRule(
  runbookUrl: string,
  alert: AlertName,
  expr: string,
  { summary, finding, consequence }: AlertText,
  limit: string | undefined,
): AlertingRule {
  const { forMinutes, severity } = thresholds[alert];
  return {
    alert,
    expr,
    for: duration(forMinutes),
    labels: { severity },
    annotations: {
      summary,
      description: `${finding}, ${limit === undefined ? "" : `and ${limit} `}for ${durationText(forMinutes)} now: ${consequence}.`,
      runbook_url: `${runbookUrl.replace(/\/+$/, "")}/${alert}.md`,
    },
  };
}
