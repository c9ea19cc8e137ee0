import { selector, summedRate } from "../alerts/promql";
import type { Panel } from "./panel";

/** Role of the probe's pods, among those that are scraped. */
export const probeRole = "probe";

/** A round of the probe may take a minute: a rate needs several of them. */
const window = "15m";

/** What the probe sees: it writes a trace as a service does, and reads it as a person does. */
export function probePanels(namespace: string): readonly Panel[] {
  const rate = (by: readonly string[], metric: string): string =>
    summedRate(by, selector(`tracing_probe_${metric}`, { namespace }), window);
  const quantiles = (metric: string): Panel["queries"] =>
    [0.5, 0.95, 0.99].map((share) => ({
      expr: `histogram_quantile(${share}, ${rate(["namespace", "le"], `${metric}_bucket`)})`,
      legend: `p${share * 100}`,
    }));
  const perMinute = (expr: string): string => `60 * ${expr}`;
  const minutes = "Over the last 15 minutes.";
  return [
    {
      title: "Probe: rounds",
      description: `Traces a minute that the probe has written and looked for, and those of them that failed. ${minutes}`,
      unit: "count",
      queries: [
        { expr: perMinute(rate(["namespace"], "rounds_total")), legend: "rounds" },
        {
          expr: perMinute(rate(["reason"], "failures_total")),
          legend: "failed: {{reason}}",
        },
      ],
      quiet: "No round has failed yet, so that there is no reason to show.",
    },
    {
      title: "Probe: freshness",
      description: `Seconds from the acknowledgement of a trace until the query API gives it: half of them, 95% and 99%. ${minutes}`,
      unit: "seconds",
      queries: quantiles("freshness_seconds"),
    },
    {
      title: "Probe: time of a write",
      description: `Seconds until a collector acknowledges the probe's trace: half of them, 95% and 99%. ${minutes}`,
      unit: "seconds",
      queries: quantiles("write_seconds"),
    },
    {
      title: "Probe: last success",
      description: "Seconds since a round last succeeded.",
      unit: "seconds",
      queries: [
        {
          expr: `time() - max by (namespace) (${selector("tracing_probe_last_success_timestamp_seconds", { namespace })})`,
          legend: "last success",
        },
      ],
    },
    {
      title: "Probe: answers without a login",
      description: "Requests a minute without a login that were answered with data: any is one too many.",
      unit: "count",
      queries: [{ expr: perMinute(rate(["namespace"], "open_answers_total")), legend: "open answers" }],
    },
  ];
}
