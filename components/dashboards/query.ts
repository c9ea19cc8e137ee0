import { probeRole } from "../alerts/probeMetrics";
import { summedRate } from "../alerts/promql";
import { apiRequests } from "../alerts/queryAlerts";
import { duration } from "../alerts/threshold";
import { objectives, thresholds } from "../alerts/thresholds";
import { budgetPanel } from "./budgetPanel";
import { alertValues, orZero, type Dashboard, type DashboardsInput } from "./panel";
import { probePanels } from "./probe";

const window = duration(thresholds.JaegerQuerySlow.windowMinutes);

/** What who reads traces sees, and what a probe sees where there is one. */
export function queryDashboard(input: DashboardsInput): Dashboard {
  const { namespace, metricsPods } = input;
  const value = alertValues(input);
  const requests = (by: readonly string[], part = "count"): string =>
    summedRate(by, apiRequests(namespace, part), window);
  const quantile = (share: number): string =>
    `histogram_quantile(${share}, ${requests(["namespace", "le"], "bucket")})`;
  const quiet = "Nobody has asked the query API anything yet, or over the last minutes.";
  return {
    name: "query",
    title: "Nova tracing / Query",
    description: "Reading traces: requests to the query API, how long they take, what fails.",
    panels: [
      {
        title: "Requests to the API",
        description: "Requests a second to the query API, by the status that they were answered with.",
        unit: "requestsPerSecond",
        quiet,
        queries: [{ expr: requests(["http_response_status_code"]), legend: "{{http_response_status_code}}" }],
      },
      {
        title: "Requests to the API that fail",
        description: "Share of the requests to the query API that were answered with a fault of the server.",
        unit: "percent",
        alerts: ["JaegerQueryErrors"],
        quiet,
        queries: [
          { expr: orZero(value("JaegerQueryErrors"), requests(["namespace"])), legend: "all requests" },
        ],
      },
      {
        title: "Time of a request to the API",
        description: `Seconds that half, 95% and 99% of the requests to the query API took at most. The objective: ${objectives.query.share * 100}% within ${objectives.query.seconds} seconds.`,
        unit: "seconds",
        alerts: ["JaegerQuerySlow"],
        quiet,
        queries: [
          { expr: quantile(0.5), legend: "p50" },
          { expr: quantile(0.95), legend: "p95" },
          { expr: value("JaegerQuerySlow"), legend: "p99" },
        ],
      },
      {
        ...budgetPanel(namespace, "query", "requests", requests(["namespace"])),
        quiet,
      },
      ...(metricsPods.some(({ role }) => role === probeRole) ? probePanels(namespace, value) : []),
    ],
  };
}
