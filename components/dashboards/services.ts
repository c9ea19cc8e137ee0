import { lines, selector, summedRate } from "../alerts/promql";
import { errorStatus, spanMetrics } from "../jaeger/spanMetrics";
import { orZero, type Dashboard, type DashboardsInput, type Panel } from "./panel";

const window = "5m";
/** A service without a span for so long is called silent, and one without any in a day is forgotten. */
const silence = "15m";
const memory = "1d";

/** Spans of what a service was asked for, by others or by a queue: not of what it does inside, or asks itself. */
const asked = { span_kind: "=~SPAN_KIND_(SERVER|CONSUMER)" } as const;

const sampled =
  "Of sampled spans alone, each as often as it was sent; for what a service really gets, divide by its sample rate.";

/** What the services do, by their spans. Only for stacks whose collectors count them. */
export function servicesDashboard({ namespace }: DashboardsInput): Dashboard {
  const calls = (labels = {}): string => selector(spanMetrics.calls, { namespace, ...labels });
  const rate = (series: string): string => summedRate(["service_name"], series, window);
  const legend = "{{service_name}}";
  const requests = rate(calls(asked));
  const duration = (share: number): Panel => ({
    title: `Time of a request: p${share * 100}`,
    description: `Seconds that ${share * 100}% of the requests to a service took at most. As exact as the bucket that it falls into; more than 10 seconds look like 10. ${sampled}`,
    unit: "seconds",
    quiet: "No service was asked for anything over the last minutes.",
    queries: [
      {
        expr: `histogram_quantile(${share}, ${summedRate(
          ["service_name", "le"],
          selector(`${spanMetrics.duration}_bucket`, { namespace, ...asked }),
          window,
        )})`,
        legend,
      },
    ],
  });
  return {
    name: "services",
    title: "Nova tracing / Services",
    description: `The traced services, by the spans that reach a collector. ${sampled}`,
    panels: [
      {
        title: "Spans",
        description: `Spans a second of each service, of every kind. ${sampled}`,
        unit: "spansPerSecond",
        quiet: "No service has sent anything yet.",
        queries: [{ expr: rate(calls()), legend }],
      },
      {
        title: "Services that are silent",
        description: `Services of the last day (${memory}) without a span over ${silence}: not used, not running, or not traced any more.`,
        unit: "state",
        quiet: "No service has sent anything within a day.",
        state: { 0: "sends", 1: "silent" },
        queries: [
          {
            expr: lines(
              `(sum by (service_name) (rate(${calls()}[${silence}])) == bool 0)`,
              // Whose series are gone: 1.
              `or 1 + 0 * count by (service_name) (last_over_time(${calls()}[${memory}]))`,
            ),
            legend,
          },
        ],
      },
      {
        title: "Requests",
        description: `Requests a second to each service: spans of the kinds server and consumer. ${sampled}`,
        unit: "requestsPerSecond",
        quiet: "No service has been asked for anything yet.",
        queries: [{ expr: requests, legend }],
      },
      {
        title: "Requests that fail",
        description: `Share of the requests to each service whose span has the status error. ${sampled}`,
        unit: "percent",
        quiet: "No service has been asked for anything yet.",
        queries: [
          {
            expr: orZero(
              lines(`100 * ${rate(calls({ ...asked, status_code: errorStatus }))}`, `/ ${requests}`),
              requests,
            ),
            legend,
          },
        ],
      },
      ...[0.5, 0.95, 0.99].map(duration),
    ],
  };
}
