import type { WriteMode } from "../jaeger/metrics";
import { burnAlert } from "./alert";
import type { AvailabilityAlertsInput } from "./availabilityAlerts";
import { probeMetrics } from "./probeMetrics";
import { combined, lines, selector, summedRate } from "./promql";
import { apiRequests } from "./queryAlerts";
import type { AlertingRule, RecordingRule } from "./rule";
import { entrancePods } from "./spanPods";
import { duration } from "./threshold";
import { leastEvents, objectives, thresholds } from "./thresholds";

/** What the rules on error budgets depend on. */
export interface BudgetRulesInput extends AvailabilityAlertsInput {
  readonly writeMode: WriteMode;
}

/** Objectives of which a share of failures is recorded. */
export type Objective = keyof typeof objectives;

/** Every window of the alerts, in minutes. */
const windows: readonly number[] = [
  ...new Set(
    [thresholds.JaegerIngestBudgetBurnsFast, thresholds.JaegerIngestBudgetBurnsSlowly].flatMap(({ paces }) =>
      paces.flatMap(({ longMinutes, shortMinutes }) => [shortMinutes, longMinutes]),
    ),
  ),
].sort((one, other) => one - other);

/** Name of the recorded share of failures, 0 to 1. */
export const ratioName = (objective: Objective, minutes: number): string =>
  `namespace:jaeger_${objective}_failures:ratio_rate${duration(minutes)}`;

/**
 * The shares of failures over each window, and the alerts on how fast they spend the error budgets. All pods of a
 * namespace together, also those that are gone by now.
 */
export function budgetRules(
  input: BudgetRulesInput,
): Readonly<Record<Objective, readonly (RecordingRule | AlertingRule)[]>> {
  const { namespace, runbookUrl } = input;
  const ratio = (objective: Objective) => (minutes: number) =>
    selector(ratioName(objective, minutes), { namespace });
  const recorded = (objective: Objective, expr: (window: string) => string): RecordingRule[] =>
    windows.map((minutes) => ({ record: ratioName(objective, minutes), expr: expr(duration(minutes)) }));
  const budget = (objective: Objective): number => 1 - objectives[objective].share;
  const failing = (what: string): string =>
    `{{ $value | humanizePercentage }} of ${what} in {{ $labels.namespace }} fail`;
  const ingest = {
    summary: "Too many spans are refused for the objective of ingest",
    finding: failing("the spans that services send"),
    consequence: `fewer than ${objectives.ingest.share * 100}% of the spans of 30 days will have been taken`,
  };
  const query = {
    summary: "Jaeger's query API misses its objective",
    finding: `${failing("the requests to the query API")} or take more than ${objectives.query.seconds} seconds`,
    consequence: `fewer than ${objectives.query.share * 100}% of the requests of 30 days will have been answered in time`,
  };
  const freshness = {
    summary: "Traces come too late, or not at all, for their objective",
    finding: `{{ $value | humanizePercentage }} of the probe's rounds in {{ $labels.namespace }} fail or take more than ${objectives.freshness.seconds} seconds`,
    consequence: `fewer than ${objectives.freshness.share * 100}% of the traces of 30 days will have been readable in time`,
  };
  const enough =
    (series: string) =>
    (minutes: number): string =>
      `sum by (namespace) (increase(${series}[${duration(minutes)}])) > ${leastEvents}`;
  const enoughRequests = enough(apiRequests(namespace, "count"));
  const enoughRounds = enough(selector(probeMetrics.rounds, { namespace }));
  return {
    ingest: [
      ...recorded("ingest", (window) => ingestFailures(input, window)),
      burnAlert(runbookUrl, "JaegerIngestBudgetBurnsFast", ratio("ingest"), budget("ingest"), ingest),
      burnAlert(runbookUrl, "JaegerIngestBudgetBurnsSlowly", ratio("ingest"), budget("ingest"), ingest),
    ],
    query: [
      ...recorded("query", (window) => queryFailures(namespace, window)),
      burnAlert(
        runbookUrl,
        "JaegerQueryBudgetBurnsFast",
        ratio("query"),
        budget("query"),
        query,
        enoughRequests,
      ),
      burnAlert(
        runbookUrl,
        "JaegerQueryBudgetBurnsSlowly",
        ratio("query"),
        budget("query"),
        query,
        enoughRequests,
      ),
    ],
    freshness: [
      ...recorded("freshness", (window) => freshnessFailures(namespace, window)),
      ...(["TracingFreshnessBudgetBurnsFast", "TracingFreshnessBudgetBurnsSlowly"] as const).map((alert) =>
        burnAlert(runbookUrl, alert, ratio("freshness"), budget("freshness"), freshness, enoughRounds),
      ),
    ],
  };
}

/**
 * Share of the spans that were not taken. With synchronous writes a span that is taken is stored, but for one that
 * Elasticsearch will never take (JaegerStorageWriteErrors). With asynchronous ones what happens to it later counts
 * too; a refused document is a span or the name of a service and operation.
 */
function ingestFailures(input: BudgetRulesInput, window: string): string {
  const { namespace, writeMode } = input;
  const entrance = entrancePods(input);
  // Of those too that have been there within the window and are gone by now.
  const received = (result: string): string =>
    `sum by (namespace) (rate(${selector(`otelcol_receiver_${result}_spans_total`, { namespace })}[${window}]) and on (namespace, pod) last_over_time(${entrance}[${window}]))`;
  const refused = { refused: received("refused"), failed: received("failed") };
  const failures =
    writeMode === "sync"
      ? refused
      : {
          ...refused,
          dropped: summedRate(
            ["namespace"],
            selector("jaeger_collector_spans_dropped_total", { namespace }),
            window,
          ),
        };
  const accepted = { accepted: received("accepted") };
  return lines(
    combined("sum", ["namespace"], failures, received("accepted")),
    `/ (${combined("sum", ["namespace"], { ...accepted, ...refused })} > 0)`,
  );
}

/** Share of the requests to the query API that were answered with a fault of the server, or too late. */
function queryFailures(namespace: string, window: string): string {
  const rate = (part: string, labels = {}): string =>
    summedRate(["namespace"], apiRequests(namespace, part, labels), window);
  const inTime = rate("bucket", {
    le: bound(objectives.query.seconds),
    http_response_status_code: "!~5..",
  });
  const all = rate("count");
  // No request that was in time: 0 of them, and not "nothing to say".
  return lines(`1 - (${inTime} or 0 * ${all})`, `/ (${all} > 0)`);
}

/** Share of the probe's rounds that failed or whose trace came too late; nothing while the probe makes none. */
function freshnessFailures(namespace: string, window: string): string {
  const rate = (metric: string, labels = {}): string =>
    summedRate(["namespace"], selector(metric, { namespace, ...labels }), window);
  const inTime = rate(`${probeMetrics.freshness}_bucket`, { le: bound(objectives.freshness.seconds) });
  return lines(`1 - ${inTime}`, `/ (${rate(probeMetrics.rounds)} > 0)`);
}

/** Matches a bound of a bucket; Prometheus 3 writes whole ones with a decimal. */
function bound(seconds: number): string {
  return `=~${seconds}([.]0)?`;
}
