import * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as CurveBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { NamespaceAlertsInput } from "../alerts/alert";
import { thresholds, type AlertName } from "../alerts/thresholds";
import { units, type Dashboard, type Panel } from "./panel";

/** From what is shown to Grafana's own document. */

/** Two panels side by side, of the 24 columns that Grafana has. */
const size = { width: 12, height: 8 } as const;

const datasource = { type: "prometheus", uid: "${datasource}" };
const tag = "nova-tracing";
const colors = { good: "green", warning: "orange", critical: "red" } as const;

/** The text of a dashboard's file: the same for the same input, with its keys in order. */
export function grafanaDashboard(
  { name, title, description, panels }: Dashboard,
  { namespace, runbookUrl }: NamespaceAlertsInput,
): string {
  const links = [
    new grafana.DashboardLinkBuilder("Nova tracing")
      .type(grafana.DashboardLinkType.Dashboards)
      .tags([tag])
      .includeVars(true)
      .keepTime(true),
  ];
  const variables = [
    new grafana.DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"),
    namespaceVariable(namespace),
  ];
  // The form that Grafana reads from files; the SDK would rather have the one of Grafana's newer API.
  const document = {
    ...grafana.defaultDashboard(),
    uid: `${tag}-${name}`,
    title,
    description,
    tags: [tag],
    editable: false,
    time: { from: "now-3h", to: "now" },
    refresh: "1m",
    graphTooltip: grafana.DashboardCursorSync.Crosshair,
    links: links.map((link) => link.build()),
    templating: { list: variables.map((variable) => variable.build()) },
    panels: panels.map((panel, index) => grafanaPanel(panel, index, runbookUrl).build()),
  };
  return `${JSON.stringify(sorted(document), null, 1)}\n`;
}

/** Every namespace that has a Jaeger; the stack's own at first. */
function namespaceVariable(namespace: string): grafana.QueryVariableBuilder {
  return new grafana.QueryVariableBuilder("namespace")
    .label("Namespace")
    .datasource(datasource)
    .query("label_values(otelcol_process_uptime_seconds_total, namespace)")
    .refresh(grafana.VariableRefresh.OnTimeRangeChanged)
    .sort(grafana.VariableSort.AlphabeticalAsc)
    .current({ text: namespace, value: namespace });
}

/** @param index of the panel on its page */
function grafanaPanel(panel: Panel, index: number, runbookUrl: string): CurveBuilder | StatBuilder {
  const { title, description, unit, queries, alerts = [], state } = panel;
  const builder = state === undefined ? curve(alerts) : stat(state);
  builder
    .id(index + 1)
    .title(title)
    .description(description)
    .unit(units[unit])
    .datasource(datasource)
    .gridPos({
      x: (index * size.width) % 24,
      y: Math.floor((index * size.width) / 24) * size.height,
      w: size.width,
      h: size.height,
    })
    .min(0);
  if (alerts.length > 0) builder.thresholds(limitLines(alerts));
  builder.links(
    alerts.map((alert) =>
      new grafana.DashboardLinkBuilder(`Runbook: ${alert}`)
        .type(grafana.DashboardLinkType.Link)
        .url(`${runbookUrl.replace(/\/+$/, "")}/${alert}.md`)
        .targetBlank(true),
    ),
  );
  for (const [place, { expr, legend }] of queries.entries()) {
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + place))
        .datasource(datasource)
        .expr(expr)
        .legendFormat(legend)
        .range(),
    );
  }
  return builder;
}

function curve(alerts: readonly AlertName[]): CurveBuilder {
  const builder = new CurveBuilder()
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom),
    );
  return alerts.length === 0
    ? builder
    : builder.thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
      );
}

function stat(state: Readonly<Record<number, string>>): StatBuilder {
  return new StatBuilder()
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false))
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .mappings([
      {
        type: grafana.MappingType.ValueToText,
        options: Object.fromEntries(
          Object.entries(state).map(([value, text], index) => [
            value,
            { text, index, color: value === "0" ? colors.good : colors.warning },
          ]),
        ),
      },
    ]);
}

/** The limits of alerts as lines: from the table that the rules are made from. */
function limitLines(alerts: readonly AlertName[]): grafana.ThresholdsConfigBuilder {
  const limits = alerts.flatMap((alert) => {
    const threshold = thresholds[alert];
    const values =
      "paces" in threshold
        ? threshold.paces.map(({ above }) => above)
        : ["above" in threshold ? threshold.above : threshold.below];
    return values.map((value) => ({ value, color: colors[threshold.severity] }));
  });
  const isFloor = alerts.some((alert) => "below" in thresholds[alert]);
  limits.sort((one, other) => one.value - other.value);
  // A color is that of the values from its line on: under a floor is what is bad.
  const colorsBetween = isFloor
    ? [...limits.map(({ color }) => color), colors.good]
    : [colors.good, ...limits.map(({ color }) => color)];
  const steps = colorsBetween.map((color, index) => ({ value: limits[index - 1]?.value ?? null, color }));
  return new grafana.ThresholdsConfigBuilder().mode(grafana.ThresholdsMode.Absolute).steps(steps);
}

/** With the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
