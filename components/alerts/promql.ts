/** Pieces of PromQL that several rules are made of. */

/** Picks series: `metric{namespace="observability"}`. A value may begin with another operator: `=~5..`, `!=ok`. */
export function selector(metric: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([label, text]) => {
    const [, operator = "=", value = ""] = /^(=~|!=|!~)?(.*)$/.exec(text) ?? [];
    return `${label}${operator}"${value}"`;
  });
  return `${metric}{${matchers.join(", ")}}`;
}

/** Lines of one expression. */
export function lines(...text: readonly string[]): string {
  return text.join("\n");
}

/** How much a counter grows in a second, added up. @param window of the mean, as Prometheus writes it: `5m` */
export function summedRate(by: readonly string[], series: string, window: string): string {
  return `sum by (${by.join(", ")}) (rate(${series}[${window}]))`;
}

/** The series of an expression with one more label. */
export function labelled(expr: string, label: string, value: string): string {
  return `label_replace(${expr}, "${label}", "${value}", "", "")`;
}

/**
 * Adds expressions up, or takes the greatest, of which each may be absent; nothing if all are. `or` looks at labels
 * alone, and those are the same here: each gets a label of its own on the way.
 *
 * @param by labels of the result
 * @param parts expressions with no more labels than those, by a name
 * @param always an expression that is there whenever there is something to say
 */
export function combined(
  how: "sum" | "max",
  by: readonly string[],
  parts: Readonly<Record<string, string>>,
  always?: string,
): string {
  const tagged = Object.entries(parts).map(([part, expr]) => labelled(expr, "part", part));
  const all = always === undefined ? tagged : [...tagged, `0 * ${always}`];
  return lines(`${how} by (${by.join(", ")}) (`, `  ${all.join("\n  or ")}`, ")");
}
