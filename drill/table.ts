import { divided, holdOf, leastWindowSeconds, lookSeconds } from "./configuration";
import type { FaultOutcome } from "./drill";
import { patternText } from "./notifications";
import type { QuietOutcome } from "./quiet";
import { normal } from "./traffic";

/**
 * The outcome of a drill, in Markdown.
 * @param rules the program's file
 * @param withoutMemory containers that the kernel ended meanwhile
 */
export function report(
  rules: string,
  factor: number,
  outcomes: readonly FaultOutcome[],
  quiet: QuietOutcome | undefined,
  withoutMemory: readonly string[],
): string {
  return [
    ...(outcomes.length === 0 ? [] : [faultsTable(rules, factor, outcomes)]),
    ...(quiet === undefined ? [] : [quietText(quiet)]),
    `Containers that the kernel ended for their memory: ${named(withoutMemory, "none")}.`,
  ].join("\n\n");
}

function faultsTable(rules: string, factor: number, outcomes: readonly FaultOutcome[]): string {
  const rows = outcomes.flatMap(({ fault, alerts, others }) =>
    alerts.map(({ pattern, cameAfter, wentAfter }, index) => {
      const hold = holdOf(rules, pattern.alertname) ?? "";
      const first = index === 0;
      return [
        first ? fault.broken : "",
        `\`${patternText(pattern)}\``,
        `${hold}, here ${divided(hold, factor)}`,
        seconds(cameAfter),
        first ? fault.repaired : "",
        seconds(wentAfter),
        first ? others.map((other) => `\`${other}\``).join(", ") || "nothing" : "",
      ].join(" | ");
    }),
  );
  return [
    `Every \`for\` and every window of the rules is divided by ${factor} (windows to ${leastWindowSeconds} s at the least), and Prometheus looks and evaluates every ${lookSeconds} s: the times below are not how long an alert takes. True timing is what \`tests/engine/alerts\` holds.`,
    "",
    "| broken | alert | `for` | came after | repaired | went after | what else rang |",
    "| --- | --- | --- | ---: | --- | ---: | --- |",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** It did not come, or not go: then the drill has failed, and the page says so. */
function seconds(value: number | undefined): string {
  return value === undefined ? "**never**" : `${value.toFixed(0)} s`;
}

function quietText(outcome: QuietOutcome): string {
  const { raised, unrest, logins, failedLogins, reads, failedReads } = outcome;
  return `Quiet, with the rules undivided: ${outcome.seconds / 60} minutes of ${normal.loginsPerSecond} logins a second (${logins} sent, ${failedLogins} failed) and ${normal.readsPerSecond} search a second (${reads} sent, ${failedReads} failed). Raised: ${named(raised, "nothing")}. Pending, firing or not scraped at the end: ${named(unrest, "nothing")}.`;
}

function named(names: readonly string[], otherwise: string): string {
  return names.length === 0 ? otherwise : names.join(", ");
}
