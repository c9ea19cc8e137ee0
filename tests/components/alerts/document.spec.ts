import assert from "node:assert/strict";
import { parse } from "yaml";
import { ruleGroups, rulesFile } from "../../../components/alerts/document";
import { fullQueue, thresholds, timing } from "../../../components/alerts/thresholds";
import { list } from "../../support/document";

// What the rules say. What Prometheus makes of them is in tests/engine/alerts.spec.ts.

const input = { namespace: "observability", runbookUrl: "https://runbooks.nova.com/" } as const;
const groupsOf = (writeMode: "sync" | "async") => ruleGroups({ ...input, writeMode });
const rulesOf = (writeMode: "sync" | "async") => groupsOf(writeMode).flatMap(({ rules }) => rules);

describe("the rules", () => {
  it("record the guide's five names of Jaeger v1, and alert by the guide's two names", () => {
    const names = rulesOf("sync").map((rule) => ("record" in rule ? rule.record : rule.alert));
    assert.deepEqual(names, [
      "jaeger_collector_queue_length",
      "jaeger_collector_spans_received_total",
      "jaeger_collector_spans_dropped_total",
      "jaeger_storage_latency",
      "jaeger_storage_errors_total",
      "JaegerSpansDropped",
      "JaegerQueueFull",
    ]);
  });

  it("are one group, in which each name is recorded before it is read", () => {
    const [group, ...others] = groupsOf("async");
    assert.deepEqual(others, []);
    const recorded = new Set<string>();
    for (const rule of group?.rules ?? []) {
      if ("record" in rule) recorded.add(rule.record);
      else
        assert.ok(
          [...recorded].some((name) => rule.expr.includes(name)),
          rule.alert,
        );
    }
  });

  it("have the guide's numbers", () => {
    const alerts = rulesOf("sync").flatMap((rule) => ("alert" in rule ? [rule] : []));
    assert.deepEqual(
      alerts.map(({ alert, expr, for: duration, labels }) => [alert, expr, duration, labels.severity]),
      [
        ["JaegerSpansDropped", "rate(jaeger_collector_spans_dropped_total[5m]) > 100", "10m", "warning"],
        ["JaegerQueueFull", "jaeger_collector_queue_length > 4000", "5m", "critical"],
      ],
    );
    assert.equal(thresholds.JaegerQueueFull.above / fullQueue, 0.8);
  });

  it("say value, threshold and duration to whoever is called", () => {
    for (const rule of rulesOf("sync")) {
      if (!("alert" in rule)) continue;
      const { above, forMinutes } = thresholds[rule.alert as keyof typeof thresholds];
      const { description } = rule.annotations;
      for (const part of ["{{ $value", "$labels.pod", ` ${above} `, ` ${forMinutes} minutes`]) {
        assert.ok(description.includes(part), `${part} in ${description}`);
      }
    }
  });

  it("look only at Jaeger's namespace, and at no label that not every scrape gives", () => {
    const known = ["namespace", "exporter", "role", "result"];
    for (const rule of rulesOf("async")) {
      if (!("record" in rule)) continue;
      const selectors = [...rule.expr.matchAll(/\{([^}]*)\}/g)].map(([, matchers = ""]) => matchers);
      assert.ok(selectors.length > 0);
      for (const selector of selectors) {
        assert.ok(selector.includes('namespace="observability"'), selector);
        const labels = [...selector.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
        assert.deepEqual(
          labels.filter((label) => !known.includes(label)),
          [],
        );
      }
      const grouped = [...rule.expr.matchAll(/by \(([^)]*)\)/g)].map(([, labels = ""]) => labels);
      const allowed = ["namespace, pod", "namespace, pod, operation, result"];
      assert.deepEqual(
        grouped.filter((labels) => !allowed.includes(labels)),
        [],
      );
    }
  });

  it("count Elasticsearch's refusals as drops only where they come after the acknowledgement", () => {
    const dropped = (writeMode: "sync" | "async"): string => {
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
    const { windowMinutes } = thresholds.JaegerSpansDropped;
    assert.ok(windowMinutes * 60 >= 4 * Math.max(timing.scrapeSeconds, timing.evaluationSeconds));
    assert.equal(groupsOf("sync")[0]?.interval, `${timing.evaluationSeconds}s`);
  });

  it("are the same in the file as in the groups", () => {
    const groups = groupsOf("async");
    assert.deepEqual(list(parse(rulesFile(groups)), "groups"), groups);
  });
});
