import { limitAlert, valueText, type NamespaceAlertsInput } from "./alert";
import { lines, selector, summedRate } from "./promql";
import type { AlertingRule } from "./rule";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/**
 * Series of the duration of requests to the query API; those for the pages and for health have no route.
 *
 * @param part of the histogram: `bucket`, `count`
 */
export function apiRequests(namespace: string, part: string, labels = {}): string {
  const route = { http_route: "=~/api/.+" };
  return selector(`http_server_request_duration_seconds_${part}`, { namespace, ...route, ...labels });
}

/** Alerts on what who reads traces sees. */
export function queryAlerts({ namespace, runbookUrl }: NamespaceAlertsInput): readonly AlertingRule[] {
  const { JaegerQueryErrors: errors, JaegerQuerySlow: slow } = thresholds;
  const requests = (labels = {}): string =>
    summedRate(["namespace"], apiRequests(namespace, "count", labels), duration(errors.windowMinutes));
  const durations = summedRate(
    ["namespace", "le"],
    apiRequests(namespace, "bucket"),
    duration(slow.windowMinutes),
  );
  return [
    limitAlert(
      runbookUrl,
      "JaegerQueryErrors",
      lines(`100 * ${requests({ http_response_status_code: "=~5.." })}`, `/ ${requests()}`),
      {
        summary: "Jaeger's query API fails",
        finding: `${valueText(1)}% of the requests to the query API in {{ $labels.namespace }} fail`,
        consequence: "who looks for a trace gets an error",
      },
    ),
    limitAlert(runbookUrl, "JaegerQuerySlow", `histogram_quantile(0.99, ${durations})`, {
      summary: "Jaeger's query API is slow",
      finding: `One in a hundred requests to the query API in {{ $labels.namespace }} takes ${valueText(1)} seconds or longer`,
      consequence: "who looks for a trace waits",
    }),
  ];
}
