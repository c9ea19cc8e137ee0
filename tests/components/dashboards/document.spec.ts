import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ruleGroups } from "../../../components/alerts/document";
import { thresholds, type AlertName } from "../../../components/alerts/thresholds";
import {
  dashboardFiles,
  dashboardQueries,
  dashboards,
  type DashboardsInput,
} from "../../../components/dashboards/document";
import { alertValues, units } from "../../../components/dashboards/panel";
import { at, list, mapping, text } from "../../support/document";
import { projectFolder } from "../../support/stackFiles";

// The documents alone. That Prometheus understands every query is in tests/engine/dashboards.spec.ts, that Jaeger has what
// they read in tests/elasticsearch/dashboardMetrics.spec.ts. No Grafana has shown them here.

const everything: DashboardsInput = {
  namespace: "observability",
  instance: "jaeger",
  metricsPods: [
    { role: "gateway" },
    { role: "collector", spanMetrics: true },
    { role: "query" },
    { role: "elasticsearch" },
    { role: "probe" },
  ],
  runbookUrl: "https://runbooks.nova.com/",
  writeMode: "sync",
  certificates: true,
  elasticsearchMetrics: { lifecycle: true, snapshots: true },
};
/** One Jaeger with its spans in memory, as dev. */
const memory: DashboardsInput = {
  ...everything,
  metricsPods: [{ role: "all-in-one", spanMetrics: true }],
  writeMode: "async",
  certificates: false,
  elasticsearchMetrics: undefined,
};
const inputs = { everything, memory };

const parsed = (input: DashboardsInput): Record<string, unknown>[] =>
  Object.values(dashboardFiles(input)).map((file) => mapping(JSON.parse(file)));
const titlesOf = (change: Partial<DashboardsInput>): string[] =>
  dashboards({ ...everything, ...change }).flatMap(({ panels }) => panels.map(({ title }) => title));

describe("the dashboards", () => {
  for (const [name, input] of Object.entries(inputs)) {
    describe(`of ${name}`, () => {
      const documents = parsed(input);
      const panels = documents.flatMap((document) => list(document, "panels"));

      it("are ingest, storage, query and services, each at an address that stays", () => {
        assert.deepEqual(Object.keys(dashboardFiles(input)), ["ingest", "storage", "query", "services"]);
        assert.deepEqual(
          documents.map((document) => text(document, "uid")),
          ["ingest", "storage", "query", "services"].map((each) => `nova-tracing-${each}`),
        );
      });

      it("have a title, a description and a unit in every panel, and a name for every curve", () => {
        assert.ok(panels.length >= 15, String(panels.length));
        const known: readonly string[] = Object.values(units);
        for (const panel of panels) {
          assert.match(text(panel, "title"), /^[A-Z].{2,60}$/);
          assert.match(text(panel, "description"), /^[A-Z0-9].{20,}\.$/);
          assert.ok(known.includes(text(panel, "fieldConfig", "defaults", "unit")), text(panel, "title"));
          assert.ok(list(panel, "targets").length > 0);
          for (const target of list(panel, "targets")) assert.notEqual(text(target, "legendFormat"), "");
        }
      });

      it("give each panel a number, a title and a place of its own", () => {
        for (const document of documents) {
          const each = list(document, "panels");
          for (const key of ["id", "title", "gridPos"]) {
            const values = each.map((panel) => JSON.stringify(at(panel, key)));
            assert.equal(new Set(values).size, each.length, `${text(document, "title")}: ${key}`);
          }
          for (const panel of each) {
            const { x, w } = mapping(panel, "gridPos") as { x: number; w: number };
            assert.ok(x + w <= 24);
            const letters = list(panel, "targets").map((target) => text(target, "refId"));
            assert.equal(new Set(letters).size, letters.length);
          }
        }
      });

      it("ask for the chosen namespace alone, of the chosen Prometheus", () => {
        for (const panel of panels) {
          assert.equal(at(panel, "datasource", "uid"), "${datasource}");
          for (const target of list(panel, "targets")) {
            const expr = text(target, "expr");
            const selectors = [...expr.matchAll(/[\w:]+\{((?:[^"}]|"[^"]*")*)\}/g)];
            assert.ok(selectors.length > 0, expr);
            for (const [selector, labels = ""] of selectors) {
              assert.match(labels, /\bnamespace="\$namespace"/, selector);
            }
            // Nothing is read but by a selector: a metric's name has an underscore, a function's is followed by a bracket.
            const rest = expr
              .replace(/[\w:]+\{(?:[^"}]|"[^"]*")*\}/g, "")
              .replace(/"[^"]*"/g, "")
              .replace(/\b(?:by|on) \([^)]*\)/g, "");
            assert.deepEqual(rest.match(/\b[a-z:]+_[\w:]+\b(?!\s*\()/g) ?? [], [], expr);
          }
        }
        for (const document of documents) {
          const variables = list(document, "templating", "list");
          assert.deepEqual(
            variables.map((variable) => at(variable, "name")),
            ["datasource", "namespace"],
          );
          assert.deepEqual(at(variables[1], "current"), { text: "observability", value: "observability" });
        }
      });

      it("draw the limits of the alerts as the table has them, and link their runbooks", () => {
        const shown = dashboards(input).flatMap((dashboard) => dashboard.panels);
        let drawn = 0;
        for (const [index, { title, alerts = [] }] of shown.entries()) {
          const panel = panels[index];
          const drawnHere = at(panel, "fieldConfig", "defaults", "thresholds");
          const steps = drawnHere === undefined ? [] : list(drawnHere, "steps");
          const lines = steps.map((step) => at(step, "value")).filter((value) => value !== null);
          const table: readonly number[] = alerts.flatMap((alert) => {
            const threshold = thresholds[alert];
            if ("paces" in threshold) return threshold.paces.map(({ above }) => above);
            return ["above" in threshold ? threshold.above : threshold.below];
          });
          assert.deepEqual(
            lines,
            [...table].sort((one, other) => one - other),
            title,
          );
          drawn += lines.length;
          assert.deepEqual(
            list(panel, "links").map((link) => text(link, "url")),
            alerts.map((alert) => `https://runbooks.nova.com/${alert}.md`),
          );
          for (const alert of alerts) {
            assert.ok(existsSync(join(projectFolder, "docs", "runbooks", `${alert}.md`)), alert);
          }
        }
        assert.ok(drawn >= 8, String(drawn));
      });

      it("read under recorded names only what is recorded", () => {
        const recorded = ruleGroups(input).flatMap(({ rules }) =>
          rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
        );
        const read = dashboardQueries(input).flatMap(({ expr }) => [
          ...expr.matchAll(/(jaeger_collector_\w+|jaeger_storage_(?:latency|errors_total)|\w+:[\w:]+)\{/g),
        ]);
        assert.ok(read.length >= 2);
        for (const [, name = ""] of read) assert.ok(recorded.includes(name), name);
      });
    });
  }

  it("show the very value that an alert compares", () => {
    const alerts = ruleGroups(everything)
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => ("alert" in rule ? [rule] : []));
    const value = alertValues(everything);
    const { expr } = alerts.find(({ alert }) => alert === "JaegerSpansRefused") ?? { expr: "" };
    assert.equal(`${value("JaegerSpansRefused")} > 5`, expr);
    assert.equal(
      dashboardQueries(everything)
        .find(({ panel }) => panel === "Spans refused")
        ?.expr.split("\nor 0 *")[0],
      `(${value("JaegerSpansRefused")}) >= 0`,
    );
    assert.throws(
      () => alertValues(memory)("ElasticsearchClusterRed"),
      /there is no rule ElasticsearchClusterRed/,
    );
  });

  it("show nothing of what a stack does not have", () => {
    const has = (title: string, change: Partial<DashboardsInput> = {}): boolean =>
      titlesOf(change).includes(title);
    const elsewhere = (lifecycle: boolean, snapshots: boolean): Partial<DashboardsInput> => ({
      elasticsearchMetrics: { lifecycle, snapshots },
    });
    assert.ok(has("Lifecycle management") && !has("Lifecycle management", elsewhere(false, true)));
    const cleaner = "Last success of the index cleaner";
    assert.ok(!has(cleaner) && has(cleaner, elsewhere(false, true)));
    assert.ok(has("Age of the last snapshot") && !has("Age of the last snapshot", elsewhere(true, false)));
    assert.ok(has("Disk used") && !has("Disk used", memory));
    assert.ok(has("Documents written") && !has("Documents written", memory));
    assert.ok(has("Queue") && !has("Queue", memory) && has("Spans taken", memory));
    for (const { expr } of dashboardQueries(memory)) {
      assert.doesNotMatch(expr, /otelcol_exporter_queue|queue_length/, "an all-in-one has no queue");
    }
    const withoutProbe = everything.metricsPods.filter(({ role }) => role !== "probe");
    assert.ok(has("Probe: freshness") && !has("Probe: freshness", { metricsPods: withoutProbe }));
    const uncounted = { ...everything, metricsPods: [{ role: "collector" }, { role: "query" }] };
    assert.deepEqual(Object.keys(dashboardFiles(uncounted)), ["ingest", "storage", "query"]);
  });

  it("say of a write mode what it means", () => {
    const said = (writeMode: "sync" | "async"): string =>
      JSON.stringify(dashboardFiles({ ...everything, writeMode }));
    assert.notEqual(said("sync"), said("async"));
    assert.ok(said("async").includes("They are lost."));
  });

  it("are the same text each time, with their keys in order, and fit into a ConfigMap many times over", () => {
    const files = dashboardFiles(everything);
    assert.deepEqual(files, dashboardFiles(structuredClone(everything)));
    const inOrder = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(inOrder);
      else if (typeof value === "object" && value !== null) {
        const keys = Object.keys(value).filter((key) => !/^\d+$/.test(key));
        assert.deepEqual(keys, [...keys].sort());
        Object.values(value).forEach(inOrder);
      }
    };
    for (const file of Object.values(files)) {
      inOrder(JSON.parse(file));
      assert.doesNotMatch(file, /\d{4}-\d\d-\d\d/);
      assert.ok(Buffer.byteLength(file) < 100_000);
    }
  });

  it("show every alert about the pipeline in some panel", () => {
    const shown = new Set(
      dashboards(everything).flatMap(({ panels }) => panels.flatMap(({ alerts = [] }) => alerts)),
    );
    /** What has no curve that says more than the alert, or another page. */
    const elsewhere: readonly AlertName[] = [
      "ElasticsearchBootstrapFailed",
      "ElasticsearchIndexCleanerNotRunning", // Where there is no lifecycle management.
      "ElasticsearchMetricsMissing",
      "ElasticsearchNodesMissing",
      "JaegerDependenciesNotRunning",
      "JaegerUnavailable",
      "TracingCertificateExpiring",
      "TracingCertificateMetricsMissing",
      "TracingCertificateNotReady",
      "TracingKubernetesMetricsMissing",
    ];
    const known = Object.keys(thresholds).filter((alert) =>
      /^(Jaeger|Elasticsearch)|Restarting$/.test(alert),
    );
    assert.deepEqual(
      known.filter((alert) => !shown.has(alert as AlertName)).sort(),
      elsewhere.filter((alert) => known.includes(alert)).sort(),
    );
  });
});
