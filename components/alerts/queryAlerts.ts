import { limitAlert, valueText, type NamespaceAlertsInput } from "./alert";
import { lines, selector } from "./promql";
import type { AlertingRule } from "./rule";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/** Labels of the requests to the query API; those for the pages and for health have no route. */
export const apiRequests = { http_route: "=~/api/.+" } as const;

/** Metric of the duration of HTTP requests, without `_bucket`, `_sum`, `_count`. */
export const requestSeconds = "http_server_request_duration_seconds";

/** Alerts on what who reads traces sees. */
export function queryAlerts({ namespace, runbookUrl }: NamespaceAlertsInput): readonly AlertingRule[] {
  const { JaegerQueryErrors: errors, JaegerQuerySlow: slow } = thresholds;
  const perSecond = (by: string, part: string, minutes: number, labels = {}): string => {
    const series = selector(`${requestSeconds}_${part}`, { namespace, ...apiRequests, ...labels });
    return `sum by (${by}) (rate(${series}[${duration(minutes)}]))`;
  };
  const requests = (labels = {}): string => perSecond("namespace", "count", errors.windowMinutes, labels);
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
    limitAlert(
      runbookUrl,
      "JaegerQuerySlow",
      `histogram_quantile(0.99, ${perSecond("namespace, le", "bucket", slow.windowMinutes)})`,
      {
        summary: "Jaeger's query API is slow",
        finding: `One in a hundred requests to the query API in {{ $labels.namespace }} takes ${valueText(1)} seconds or longer`,
        consequence: "who looks for a trace waits",
      },
    ),
  ];
}
