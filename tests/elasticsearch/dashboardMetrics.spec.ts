import assert from "node:assert/strict";
import { dashboardQueries } from "../../components/dashboards/document";
import { until } from "../../sandbox/support/process";
import { input } from "../engine/alerts/support/promtool";
import { sendTrace } from "../support/sentTrace";
import { startGateway } from "./support/gateway";
import { startJaeger } from "./support/jaeger";
import { matches, recorded, seriesOf, seriesOfRules } from "./support/series";
import { sharedNode } from "./support/sharedNode";

// Whether what the dashboards read is there. What the alerts read too is shown in alertMetrics.spec.ts; the rest is looked
// for in a gateway, a collector and a query (Jaeger 2.13) before a real Elasticsearch, with the rendered configurations. Nothing here
// proves the metrics of other programs, nor those of later releases.

/** Series that no Jaeger has, by the beginning of their names: who gives them. */
const elsewhere: Readonly<Record<string, string>> = {
  tracing_probe_: "the probe",
};

/** Matchers that no span of this test meets; the label is there. */
const unmet: Readonly<Record<string, string>> = {
  "traces_span_metrics_calls_total status_code": "no span of the test has failed",
};

describe("the metrics of the dashboards", function () {
  this.timeout(120_000);

  it("are recorded, or read by alerts, or there in a real Jaeger", async () => {
    const shown = {
      ...input,
      metricsPods: [
        { role: "gateway" },
        { role: "collector", spanMetrics: true },
        { role: "query" },
        { role: "elasticsearch" },
        { role: "probe" },
      ],
    };
    const exprs = (["sync", "async"] as const).flatMap((writeMode) =>
      [true, false].flatMap((lifecycle) =>
        dashboardQueries({
          ...shown,
          writeMode,
          elasticsearchMetrics: { lifecycle, snapshots: true },
        }).map(({ expr }) => expr),
      ),
    );
    exprs.push(
      ...dashboardQueries({
        ...shown,
        metricsPods: [{ role: "all-in-one", spanMetrics: true }],
        writeMode: "async",
        elasticsearchMetrics: undefined,
      }).map(({ expr }) => expr),
    );
    const alerted = new Set(seriesOfRules().map((series) => JSON.stringify(series)));
    const own = seriesOf(exprs).filter(
      (series) => !recorded.has(series.metric) && !alerted.has(JSON.stringify(series)),
    );
    const given = (metric: string): boolean => Object.keys(elsewhere).some((name) => metric.startsWith(name));
    const lines = await scrapes();
    const missing = own.filter((series) => !lines.some((line) => matches(line, series)));
    assert.ok(own.length - missing.length >= 6, "the dashboards read hardly more than the alerts");
    assert.deepEqual(
      missing
        .filter(({ metric }) => !given(metric))
        .map(({ metric, matchers }) => {
          const label = matchers.map(([name]) => name).find((name) => `${metric} ${name}` in unmet);
          return label === undefined ? metric : `${metric} ${label}`;
        }),
      Object.keys(unmet),
    );
    for (const name of Object.keys(elsewhere)) {
      assert.ok(!lines.some((line) => line.startsWith(name)), `${name}: Jaeger has it`);
    }
  });

  it("of the services count each span once, by service, kind and status, in seconds", async () => {
    const text = (await scrapes()).join("\n");
    const labels = 'service_name="auth-service",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_UNSET"';
    assert.match(text, new RegExp(`^traces_span_metrics_calls_total\\{[^}]*${labels}\\} 3$`, "m"));
    assert.match(
      text,
      new RegExp(`^traces_span_metrics_duration_seconds_bucket\\{[^}]*${labels},le="0\\.005"\\} 3$`, "m"),
    );
    assert.doesNotMatch(text, /^traces_span_metrics_.*(span_name|collector_instance_id)=/m);
  });
});

let scraped: Promise<readonly string[]> | undefined;

/** The lines of everything that a collector and a query tell, once spans were written and read. */
function scrapes(): Promise<readonly string[]> {
  return (scraped ??= run());
}

async function run(): Promise<readonly string[]> {
  const node = await sharedNode();
  const common = { url: node.url, username: "elastic", password: node.password, indexPrefix: "dashboards" };
  const collector = await startJaeger({ ...common, role: "collector" });
  const gateway = await startGateway(collector.portOf("otlpHttp"));
  try {
    const query = await startJaeger({ ...common, role: "query" });
    try {
      await sendTrace(`127.0.0.1:${gateway.portOf("otlpHttp")}`, {
        service: "auth-service",
        spans: 3,
        startMs: Date.now() - 1000,
        kind: 2,
      });
      const ask = async (): Promise<boolean> =>
        (await fetch(`http://127.0.0.1:${query.portOf("queryHttp")}/api/v3/services`)).status === 200;
      const spans = async (): Promise<string> =>
        (await fetch(`http://127.0.0.1:${collector.portOf("spanMetrics")}/metrics`)).text();
      assert.ok(await until(ask, 20_000, 500), query.log());
      // Told every 15 s; at first 0 of them.
      const counted = async (): Promise<boolean> =>
        /^traces_span_metrics_calls_total\{.* 3$/m.test(await spans());
      assert.ok(await until(counted, 60_000, 500), await spans());
      const told = [await gateway.metrics(), await collector.metrics(), await query.metrics(), await spans()];
      return told.join("\n").split("\n");
    } finally {
      await query.stop();
    }
  } finally {
    await gateway.stop();
    await collector.stop();
  }
}
