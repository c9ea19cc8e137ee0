import { ruleGroups } from "../../../components/alerts/document";
import { input } from "../../engine/alerts/support/promtool";

/** A series that an expression reads: its metric, and the labels that Jaeger itself gives it. */
export interface Series {
  readonly metric: string;
  /** `label operator value` */
  readonly matchers: readonly (readonly [label: string, operator: string, value: string])[];
}

/** All selectors of expressions, without what the scrape adds; each once. */
export function seriesOf(exprs: readonly string[]): Series[] {
  const scraped = ["namespace", "exported_namespace", "pod", "job"];
  const found = exprs.flatMap((expr) =>
    [...expr.matchAll(/([\w:]+)\{((?:[^"}]|"[^"]*")*)\}/g)].map(([, metric = "", text = ""]) => ({
      metric,
      matchers: [...text.matchAll(/(\w+)(=~|!=|!~|=)"([^"]*)"/g)]
        .map(([, label = "", operator = "", value = ""]) => [label, operator, value] as const)
        .filter(([label]) => !scraped.includes(label)),
    })),
  );
  return [...new Map(found.map((series) => [JSON.stringify(series), series])).values()];
}

const rules = (["sync", "async"] as const).flatMap((writeMode) =>
  ruleGroups({ ...input, writeMode }).flatMap((group) => group.rules),
);

/** What the rules record. */
export const recorded: ReadonlySet<string> = new Set(
  rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
);

/** All selectors of all rules, without what other rules record. */
export function seriesOfRules(): Series[] {
  return seriesOf(rules.map(({ expr }) => expr)).filter(({ metric }) => !recorded.has(metric));
}

/** Whether a line of a scrape is a sample of a series. */
export function matches(line: string, { metric, matchers }: Series): boolean {
  if (!line.startsWith(`${metric}{`) && !line.startsWith(`${metric} `)) return false;
  return matchers.every(([label, operator, value]) => {
    const found = new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1];
    if (found === undefined) return false;
    const same = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(found) : found === value;
    return operator.startsWith("!") ? !same : same;
  });
}
