import assert from "node:assert/strict";
import { parse } from "yaml";
import { ruleGroups, rulesFile, type RuleGroupsInput } from "../../../components/alerts/document";
import { conditionText, duration, durationText } from "../../../components/alerts/threshold";
import {
  fullQueue,
  leastEvents,
  objectives,
  thresholds,
  timing,
  type AlertName,
} from "../../../components/alerts/thresholds";
import type { WriteMode } from "../../../components/jaeger/metrics";
import { list } from "../../support/document";

// What the rules say. What Prometheus makes of them is in tests/engine/alerts.spec.ts and tests/engine/alerts/.

const input = {
  namespace: "observability",
  instance: "jaeger",
  metricsPods: [{ role: "gateway" }, { role: "collector" }, { role: "query" }, { role: "probe" }],
  runbookUrl: "https://runbooks.nova.com/",
  certificates: true,
  elasticsearchMetrics: { lifecycle: true, snapshots: true },
} as const;
const groupsOf = (writeMode: WriteMode, change: Partial<RuleGroupsInput> = {}) =>
  ruleGroups({ ...input, writeMode, ...change });
const rulesOf = (writeMode: WriteMode, change: Partial<RuleGroupsInput> = {}) =>
  groupsOf(writeMode, change).flatMap(({ rules }) => rules);
const alertsOf = (writeMode: WriteMode, change: Partial<RuleGroupsInput> = {}) =>
  rulesOf(writeMode, change).flatMap((rule) => ("alert" in rule ? [rule] : []));
/** The selectors of an expression, each with its metric. */
const selectorsOf = (expr: string): string[][] =>
  [...expr.matchAll(/([\w:]+)\{((?:[^"}]|"[^"]*")*)\}/g)].map(([, metric = "", text = ""]) => [metric, text]);

describe("the rules", () => {
  it("record the guide's five names of Jaeger v1 first, and have each alert of the table once", () => {
    const names = rulesOf("sync").map((rule) => ("record" in rule ? rule.record : rule.alert));
    assert.deepEqual(names.slice(0, 5), [
      "jaeger_collector_queue_length",
      "jaeger_collector_spans_received_total",
      "jaeger_collector_spans_dropped_total",
      "jaeger_storage_latency",
      "jaeger_storage_errors_total",
    ]);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      alertsOf("sync")
        .map(({ alert }) => alert)
        .sort(),
      Object.keys(thresholds).sort(),
    );
  });

  it("record each name before it is read, in the same group; budgets of asynchronous writes may read a counter of another", () => {
    for (const writeMode of ["sync", "async"] as const) {
      const groups = groupsOf(writeMode);
      const all = groups.flatMap(({ rules }) =>
        rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
      );
      for (const { name, rules } of groups) {
        const recorded = new Set<string>();
        for (const rule of rules) {
          const read = all.filter((record) => rule.expr.match(/[\w:]+/g)?.includes(record));
          const early = read.filter((record) => !recorded.has(record));
          const allowed =
            writeMode === "async" && name === "nova-tracing-ingest-budget"
              ? ["jaeger_collector_spans_dropped_total"]
              : [];
          assert.deepEqual(
            early.filter((record) => !allowed.includes(record)),
            [],
            JSON.stringify(rule),
          );
          if ("record" in rule) recorded.add(rule.record);
        }
      }
    }
  });

  it("have the guide's numbers", () => {
    assert.deepEqual(
      alertsOf("sync")
        .filter(({ alert }) => ["JaegerSpansDropped", "JaegerQueueFull"].includes(alert))
        .map(({ alert, expr, for: time, labels }) => [alert, expr, time, labels.severity]),
      [
        ["JaegerSpansDropped", "rate(jaeger_collector_spans_dropped_total[5m]) > 100", "10m", "warning"],
        ["JaegerQueueFull", "jaeger_collector_queue_length > 4000", "5m", "critical"],
      ],
    );
    assert.equal(thresholds.JaegerQueueFull.above / fullQueue, 0.8);
  });

  it("have the objectives of 99.9% of the spans, 99% of the requests and of fresh traces, and the usual paces", () => {
    assert.deepEqual(objectives, {
      ingest: { share: 0.999 },
      query: { share: 0.99, seconds: 5 },
      freshness: { share: 0.99, seconds: 30 },
    });
    assert.equal(leastEvents, 50);
    for (const [objective, name] of [
      ["ingest", "JaegerIngest"],
      ["query", "JaegerQuery"],
      ["freshness", "TracingFreshness"],
    ] as const) {
      const limits = (speed: "Fast" | "Slowly"): string[] => {
        const { expr } = alertsOf("sync").find(({ alert }) => alert === `${name}BudgetBurns${speed}`)!;
        return [...expr.matchAll(/ratio_rate(\w+)\{[^}]*\} > (\S+)/g)].map(
          ([, window = "", limit = ""]) => `${window} ${limit}`,
        );
      };
      const budget = objective === "ingest" ? 0.001 : 0.01;
      const expected = (...pairs: [string, number][]): string[] =>
        pairs.map(([window, pace]) => `${window} ${Number((pace * budget).toPrecision(6))}`);
      assert.deepEqual(limits("Fast"), expected(["1h", 14.4], ["5m", 14.4], ["6h", 6], ["30m", 6]));
      assert.deepEqual(limits("Slowly"), expected(["1d", 3], ["2h", 3], ["3d", 1], ["6h", 1]));
    }
  });

  it("have duration and severity from the table, and say value, limit and duration to whoever is called", () => {
    for (const { alert, for: time, labels, annotations, expr } of alertsOf("sync")) {
      const threshold = thresholds[alert as AlertName];
      assert.equal(time, duration(threshold.forMinutes), alert);
      assert.equal(labels.severity, threshold.severity, alert);
      const { description, summary } = annotations;
      assert.match(summary, /^[A-Z].*[^.]$/);
      assert.ok(description.includes(` for ${durationText(threshold.forMinutes)} now: `), description);
      assert.match(description, /\{\{ \$labels\.\w+ \}\}|kube-state-metrics|cert-manager|observability/);
      const limits =
        "paces" in threshold
          ? threshold.paces.map(({ above }) => above)
          : ["above" in threshold ? threshold.above : threshold.below];
      for (const limit of limits) {
        // More than none is said by the finding.
        if (limit === 0) assert.doesNotMatch(description, /more than 0/);
        else assert.ok(description.includes(`${limit}`), description);
      }
      if (!("paces" in threshold)) assert.ok(expr.endsWith(` ${limits[0]!}`), expr);
      // Nothing to count where the alert is about one thing that is not as it should be.
      if (limits[0] !== 0 && alert !== "JaegerNoSpans")
        assert.ok(description.includes("{{ $value"), description);
    }
  });

  it("read series of Jaeger's namespace alone, and no label that not every scrape gives", () => {
    const known = [
      ...["namespace", "exported_namespace", "job", "exporter", "role", "result", "operation", "processor"],
      ...["http_route", "http_response_status_code", "le", "condition", "cronjob", "job_name"],
      ...["color", "type", "operation_mode"],
    ];
    for (const rule of [...rulesOf("sync"), ...rulesOf("async")]) {
      const guide = "alert" in rule && ["JaegerSpansDropped", "JaegerQueueFull"].includes(rule.alert);
      const selectors = selectorsOf(rule.expr);
      assert.ok(guide || selectors.length > 0, rule.expr);
      for (const [metric = "", matchers = ""] of selectors) {
        assert.match(matchers, /namespace="observability"/, metric);
        const labels = [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = ""]) => label);
        assert.deepEqual(
          labels.filter((label) => !known.includes(label)),
          [],
          matchers,
        );
      }
      // A metric without a selector would be everybody's.
      const words = rule.expr.replace(/\{(?:[^"}]|"[^"]*")*\}/g, "{}").replace(/"[^"]*"/g, "");
      const bare =
        words.match(/(?<![\w:])(?:jaeger|otelcol|kube|certmanager|elasticsearch|http|up)\w*(?![\w:{])/g) ??
        [];
      assert.deepEqual(guide ? [] : bare, [], rule.expr);
    }
  });

  it("count Elasticsearch's refusals as drops only where they come after the acknowledgement", () => {
    const dropped = (writeMode: WriteMode): string => {
      const rule = rulesOf(writeMode).find(
        (candidate) => "record" in candidate && candidate.record === "jaeger_collector_spans_dropped_total",
      );
      return rule?.expr ?? "";
    };
    assert.ok(dropped("async").includes("jaeger_storage_bulk_index_errors_total"));
    assert.ok(!dropped("sync").includes("bulk_index"));
    for (const writeMode of ["sync", "async"] as const) {
      assert.ok(dropped(writeMode).includes("otelcol_exporter_enqueue_failed_spans_total"));
      assert.ok(dropped(writeMode).includes("otelcol_exporter_send_failed_spans_total"));
    }
  });

  it("are looked at often enough for a rate that loses a scrape", () => {
    for (const threshold of Object.values(thresholds)) {
      const windows = "paces" in threshold ? threshold.paces.map(({ shortMinutes }) => shortMinutes) : [];
      if ("windowMinutes" in threshold) windows.push(threshold.windowMinutes as never);
      for (const minutes of windows) {
        assert.ok(minutes * 60 >= 4 * Math.max(timing.scrapeSeconds, timing.evaluationSeconds));
      }
    }
    for (const { interval } of groupsOf("sync")) assert.equal(interval, `${timing.evaluationSeconds}s`);
  });

  it("are about Elasticsearch itself only as far as something reads it", () => {
    const names = (elasticsearchMetrics: RuleGroupsInput["elasticsearchMetrics"]): string[] =>
      alertsOf("sync", { elasticsearchMetrics }).map(({ alert }) => alert);
    const own = names({ lifecycle: false, snapshots: false });
    assert.ok(own.includes("ElasticsearchMetricsMissing"));
    assert.ok(
      !own.includes("ElasticsearchLifecycleNotRunning") && !own.includes("ElasticsearchSnapshotTooOld"),
    );
    const none = JSON.stringify(groupsOf("sync", { elasticsearchMetrics: undefined }));
    assert.ok(!none.includes("elasticsearch_"));
  });

  it("are the same in the file as in the groups, and each group has a name of its own", () => {
    const groups = groupsOf("async");
    assert.deepEqual(list(parse(rulesFile(groups)), "groups"), groups);
    assert.equal(new Set(groups.map(({ name }) => name)).size, groups.length);
  });
});

describe("a threshold in words", () => {
  it("says limit, unit and window", () => {
    const base = { forMinutes: 5, severity: "warning" } as const;
    for (const [threshold, words] of [
      [
        { ...base, above: 5, unit: "% of its spans", windowMinutes: 5 },
        "more than 5% of its spans over 5 minutes",
      ],
      [{ ...base, above: 3, unit: "restarts", windowMinutes: 60 }, "more than 3 restarts over 1 hour"],
      [{ ...base, below: 7, unit: "days left" }, "less than 7 days left"],
      [
        { ...base, unit: "times", paces: [{ above: 3, longMinutes: 1440, shortMinutes: 120 }] },
        "more than 3 (over 1 day and over 2 hours) times",
      ],
    ] as const) {
      assert.equal(conditionText(threshold), words);
    }
  });

  it("has durations as Prometheus writes them", () => {
    assert.deepEqual([5, 60, 90, 360, 1440, 4320].map(duration), ["5m", "1h", "90m", "6h", "1d", "3d"]);
  });
});
