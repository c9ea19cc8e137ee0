import assert from "node:assert/strict";
import { parse } from "yaml";
import { ruleGroups, rulesFile } from "../../components/alerts/document";
import { scrapeFile } from "../../components/alerts/scraping";
import { divided, dividedRules, holdOf, locatedScraping } from "../../drill/configuration";
import { at, list } from "../support/document";

const namespace = "observability";
const metricsPods = [{ role: "collector", selector: { "app.kubernetes.io/component": "collector" } }];
const rules = rulesFile(
  ruleGroups({
    namespace,
    instance: "jaeger",
    metricsPods,
    writeMode: "sync",
    certificates: true,
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
  const job = (factor: number): unknown =>
    list(parse(locatedScraping(scrape, "/kubeconfig", factor)), "scrape_configs")[0];

  it("is the program's own, but for where the API server is, and how often it looks where time is divided", () => {
    const own = parse(scrape) as { scrape_configs: { kubernetes_sd_configs: object[] }[] };
    for (const found of own.scrape_configs.flatMap((one) => one.kubernetes_sd_configs))
      Object.assign(found, { kubeconfig_file: "/kubeconfig" });
    assert.deepEqual(parse(locatedScraping(scrape, "/kubeconfig", 1)), own);
    assert.equal(at(job(10), "scrape_interval"), "5s");
    assert.equal(at(job(10), "scrape_timeout"), "5s");
    assert.deepEqual(at(job(10), "relabel_configs"), at(job(1), "relabel_configs"));
  });
});
