import assert from "node:assert/strict";
import { dashboardQueries, type DashboardsInput } from "../../components/dashboards/document";
import { input, Promtool, withLabels, type Sample } from "./alerts/support/promtool";

// What Prometheus makes of the dashboards' queries: promtool parses every one, and is given invented series for those that
// are more than a rate. That Jaeger has such series is in tests/elasticsearch/dashboardMetrics.spec.ts.

const stacks: readonly DashboardsInput[] = (["sync", "async"] as const).flatMap((writeMode) =>
  [true, false].map((lifecycle) => ({
    ...input,
    metricsPods: [
      { role: "gateway" },
      { role: "collector", spanMetrics: true },
      { role: "query" },
      { role: "probe" },
    ],
    writeMode,
    elasticsearchMetrics: { lifecycle, snapshots: true },
  })),
);
const queries = stacks.flatMap(dashboardQueries);

describe("queries of the dashboards", function () {
  this.timeout(45 * 60_000); // A cold machine fetches promtool here.
  const promtool = new Promtool();

  before(() => promtool.open());

  after(() => {
    promtool.close();
  });

  it("are understood by Prometheus, every one", () => {
    assert.ok(queries.length > 150);
    const { status, output } = promtool.checkExpressions(queries.map(({ expr }) => expr));
    assert.equal(status, 0, output);
  });

  it("would not be if one were wrong", () => {
    const [first] = queries;
    const { status, output } = promtool.checkExpressions([`${first?.expr ?? ""})`]);
    assert.notEqual(status, 0);
    assert.match(output, /could not parse expression/);
  });

  const exprOf = (panel: string): string => queries.find((query) => query.panel === panel)?.expr ?? "";
  const sample = (labels: Readonly<Record<string, string>>, value: number): Sample => ({
    labels: withLabels("", labels),
    value,
  });
  const calls = (service_name: string, status_code = "STATUS_CODE_UNSET"): string =>
    withLabels("traces_span_metrics_calls_total", {
      namespace: "observability",
      pod: "a",
      service_name,
      span_kind: "SPAN_KIND_SERVER",
      status_code,
    });

  it("tell the services that send from those that are silent, and forget one after a day", () => {
    const expr = exprOf("Services that are silent");
    promtool.play(
      "sync",
      {
        [calls("busy")]: "0+300x320",
        // Counted, and the same for ever.
        [calls("still")]: "0+300x2 600x318",
        // No longer told of, as after the collector has forgotten it.
        [calls("gone")]: "0+300x2 stale",
      },
      [
        { at: "10m", services: { busy: 0, still: 0, gone: 0 } },
        { at: "40m", services: { busy: 0, still: 1, gone: 1 } },
        { at: "26h", services: { busy: 0, still: 1 } },
      ].map(({ at, services }) => ({
        at,
        expr,
        samples: Object.entries(services).map(([service_name, value]) => sample({ service_name }, value)),
      })),
      // A day of all rules would take a minute.
      { interval: 300, group: "nova-tracing-query" },
    );
  });

  it("give a share of errors to every service that is asked, 0 where none has come", () => {
    promtool.play(
      "sync",
      {
        [calls("well")]: "0+30x60",
        [calls("ill")]: "0+15x60",
        [calls("ill", "STATUS_CODE_ERROR")]: "0+5x60",
        [calls("idle")]: "7x60",
      },
      [
        {
          at: "20m",
          expr: exprOf("Requests that fail"),
          samples: [
            sample({ service_name: "ill" }, 25),
            sample({ service_name: "well" }, 0),
            sample({ service_name: "idle" }, 0),
          ],
        },
      ],
    );
  });

  it("say 0, and not nothing, of errors that have never happened", () => {
    const labels = { namespace: "observability", pod: "a" };
    const queue = { ...labels, exporter: "jaeger_storage_exporter" };
    promtool.play(
      "sync",
      {
        [withLabels("otelcol_exporter_queue_capacity", queue)]: "100x60",
        [withLabels("otelcol_exporter_queue_size", queue)]: "10x60",
        [withLabels("jaeger_storage_bulk_index_attempts_total", { ...labels, role: "tracestore" })]: "0+9x60",
      },
      [
        "Spans refused",
        "Spans dropped",
        "Memory limiter",
        "Documents refused",
        "Share of documents refused",
      ].map((panel) => ({ at: "20m", expr: exprOf(panel), samples: [sample(labels, 0)] })),
    );
  });
});
