import { limitAlert, podText, valueText, type NamespaceAlertsInput } from "./alert";
import { lines, selector, summedRate } from "./promql";
import { scrapeLabels } from "./recordingRules";
import type { AlertingRule } from "./rule";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/** Alerts on the storage as Jaeger sees it: silent where it has not written or read anything. */
export function storageAlerts({ namespace, runbookUrl }: NamespaceAlertsInput): readonly AlertingRule[] {
  const {
    JaegerStorageWriteErrors: errors,
    JaegerStorageWriteErrorRatio: errorRatio,
    JaegerStorageReadErrors: readErrors,
  } = thresholds;
  const perSecond = (by: readonly string[], metric: string, minutes: number, labels = {}): string =>
    summedRate(by, selector(metric, { namespace, role: "tracestore", ...labels }), duration(minutes));
  const bulk = (metric: string, minutes: number): string =>
    perSecond(scrapeLabels, `jaeger_storage_bulk_index_${metric}_total`, minutes);
  const reads = (labels = {}): string =>
    perSecond(["namespace"], "jaeger_storage_requests_total", readErrors.windowMinutes, labels);

  return [
    limitAlert(runbookUrl, "JaegerStorageWriteErrors", bulk("errors", errors.windowMinutes), {
      summary: "Elasticsearch refuses documents of Jaeger",
      finding: `Elasticsearch does not take ${valueText(1)} documents a second of ${podText}`,
      consequence:
        "what it will never take is lost; the rest is sent again with Jaeger 2.22 and later, and lost before",
    }),
    limitAlert(
      runbookUrl,
      "JaegerStorageWriteErrorRatio",
      lines(
        `100 * ${bulk("errors", errorRatio.windowMinutes)}`,
        `/ ${bulk("attempts", errorRatio.windowMinutes)}`,
      ),
      {
        summary: "Elasticsearch refuses many documents of Jaeger",
        finding: `Elasticsearch does not take ${valueText(1)}% of the documents of ${podText}`,
        consequence: "spans are lost, or soon will be",
      },
    ),
    limitAlert(
      runbookUrl,
      "JaegerStorageWritesSlow",
      selector("jaeger_storage_latency", { namespace, operation: "bulk_index", result: "ok" }),
      {
        summary: "Writes to Elasticsearch are slow",
        finding: `A write of ${podText} takes ${valueText(1)} seconds`,
        consequence: "the queue fills once spans come in faster than they are written",
      },
    ),
    limitAlert(
      runbookUrl,
      "JaegerStorageReadsSlow",
      selector("jaeger_storage_latency", { namespace, operation: "!=bulk_index", result: "ok" }),
      {
        summary: "Reads from Elasticsearch are slow",
        finding: `{{ $labels.operation }} of ${podText} takes ${valueText(1)} seconds`,
        consequence: "searches are slow for everybody",
      },
    ),
    limitAlert(
      runbookUrl,
      "JaegerStorageReadErrors",
      lines(`100 * ${reads({ result: "err" })}`, `/ ${reads()}`),
      {
        summary: "Reads from Elasticsearch fail",
        finding: `${valueText(1)}% of Jaeger's reads from Elasticsearch fail in {{ $labels.namespace }}`,
        consequence: "traces cannot be found, though they may be there",
      },
    ),
  ];
}
