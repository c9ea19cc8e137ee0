import assert from "node:assert/strict";
import { parse } from "yaml";
import { ruleGroups, rulesFile } from "../../components/alerts/document";
import { scrapeFile } from "../../components/alerts/scraping";
import { divided, dividedRules, holdOf, prometheusConfiguration } from "../../drill/configuration";
import { podTargets } from "../../drill/discovery";
import { at, list } from "../support/document";

const namespace = "observability";
const metricsPods = [{ role: "collector", selector: { "app.kubernetes.io/component": "collector" } }];
const rules = rulesFile(
  ruleGroups({
    namespace,
    instance: "jaeger",
    metricsPods,
    writeMode: "sync",
    runbookUrl: "https://nova.example/runbooks",
  }),
);

interface Rule {
  readonly expr: string;
  readonly for?: string;
}

const rulesIn = (file: string): Rule[] =>
  list(parse(file), "groups").flatMap((group) => list(group, "rules")) as Rule[];

describe("drill/configuration: the rules", () => {
  it("are the program's own, to the letter, where time is not divided", () => {
    assert.equal(dividedRules(rules, 1), rules);
  });

  it("have every `for` divided, and every window, but none of those below a minute; nothing else is changed", () => {
    const [before, after] = [rulesIn(rules), rulesIn(dividedRules(rules, 10))];
    assert.equal(after.length, before.length);
    const windows = /\[\d+[smhd]\]/g;
    for (const [index, rule] of before.entries()) {
      const now = after[index]!;
      assert.equal(now.for, rule.for && divided(rule.for, 10));
      const [one, other] = [rule.expr, now.expr];
      assert.equal(other.replaceAll(windows, "[]"), one.replaceAll(windows, "[]"));
      assert.deepEqual(
        [...other.matchAll(windows)].map(([window]) => window),
        [...one.matchAll(windows)].map(([window]) => `[${divided(window.slice(1, -1), 10, 60)}]`),
      );
      assert.deepEqual({ ...now, for: "", expr: "" }, { ...rule, for: "", expr: "" });
    }
  });

  it("are divided as people would: seconds, minutes, hours and days", () => {
    assert.equal(divided("5m", 10), "30s");
    assert.equal(divided("1h", 10), "360s");
    assert.equal(divided("3d", 10), "25920s");
    assert.equal(divided("5m", 10, 60), "60s");
    assert.equal(divided("30s", 10, 60), "30s", "what was shorter before stays");
    assert.throws(() => divided("5 minutes", 10), /5 minutes/);
  });

  it("tell how long an alert has to hold", () => {
    assert.equal(holdOf(rules, "JaegerUnavailable"), "5m");
    assert.equal(holdOf(rules, "NoSuchAlert"), undefined);
  });
});

describe("drill/configuration: the scraping", () => {
  const scrape = scrapeFile(namespace, "jaeger", metricsPods);
  const jobs = (factor: number): unknown[] =>
    list(
      parse(prometheusConfiguration(scrape, (name) => `/pods-${name}.json`, "/rules.yaml", factor)),
      "scrape_configs",
    );

  it("is the program's own, but for who finds the pods, and how often it looks where time is divided", () => {
    const [own] = list(parse(scrape), "scrape_configs");
    const found = {
      kubernetes_sd_configs: undefined,
      file_sd_configs: [{ files: [`/pods-${namespace}.json`] }],
    };
    assert.deepEqual(
      { kubernetes_sd_configs: undefined, ...(jobs(1)[0] as object) },
      { ...(own as object), ...found },
    );
    assert.equal(at(jobs(10)[0], "scrape_interval"), "5s");
    assert.deepEqual(at(jobs(10)[0], "relabel_configs"), at(own, "relabel_configs"));
  });

  it("finds pods with the labels that the program's relabelling reads, a target for each port", () => {
    const pod = {
      metadata: {
        namespace,
        name: "jaeger-collector-1",
        labels: { "app.kubernetes.io/component": "collector" },
      },
      spec: {
        containers: [
          { name: "jaeger", ports: [{ name: "metrics", containerPort: 8888 }, { containerPort: 4317 }] },
        ],
      },
      status: { podIP: "10.244.0.9", phase: "Running" },
    };
    const [first, second] = podTargets(pod);
    assert.deepEqual(first!.targets, ["10.244.0.9:8888"]);
    assert.deepEqual(second!.targets, ["10.244.0.9:4317"]);
    const sources = list(list(parse(scrape), "scrape_configs")[0], "relabel_configs").flatMap((one) =>
      list(one, "source_labels"),
    );
    assert.ok(sources.length > 0);
    for (const source of sources) assert.ok(String(source) in first!.labels, String(source));
    assert.deepEqual(podTargets({ ...pod, status: { phase: "Pending" } }), [], "no address yet");
  });
});
