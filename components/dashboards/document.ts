import { grafanaDashboard } from "./grafana";
import { ingestDashboard } from "./ingest";
import type { Dashboard, DashboardsInput } from "./panel";
import { queryDashboard } from "./query";
import { servicesDashboard } from "./services";
import { storageDashboard } from "./storage";

export type { DashboardsInput } from "./panel";

/** All dashboards of a stack; that of the services only where the collectors count spans. */
export function dashboards(input: DashboardsInput): readonly Dashboard[] {
  const counted = input.metricsPods.some(({ spanMetrics }) => spanMetrics === true);
  return [
    ingestDashboard(input),
    storageDashboard(input),
    queryDashboard(input),
    ...(counted ? [servicesDashboard(input)] : []),
  ];
}

/** A query as Prometheus gets it, for who wants to ask it. */
export interface DashboardQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
  /** Why there may be no answer though all is well. @default there always is one */
  readonly quiet?: string;
}

/** Every query of every panel, for the namespace of the input. */
export function dashboardQueries(input: DashboardsInput): readonly DashboardQuery[] {
  return dashboards(input).flatMap(({ name, panels }) =>
    panels.flatMap(({ title, quiet, queries }) =>
      queries.map(({ expr }) => ({
        dashboard: name,
        panel: title,
        expr,
        ...(quiet === undefined ? {} : { quiet }),
      })),
    ),
  );
}

/** The dashboards as files for Grafana, by name. In there the namespace is a variable, which begins with the stack's. */
export function dashboardFiles(input: DashboardsInput): Readonly<Record<string, string>> {
  const shown = dashboards({ ...input, namespace: "$namespace" });
  return Object.fromEntries(shown.map((dashboard) => [dashboard.name, grafanaDashboard(dashboard, input)]));
}
