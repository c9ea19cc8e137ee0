import assert from "node:assert/strict";
import { parse } from "yaml";
import { ruleGroups } from "../../components/alerts/document";
import { PrometheusAlerts, type PrometheusAlertsArgs } from "../../components/prometheusAlerts";
import { alertsPresent } from "../../policy/rules/alertsPresent";
import { hiddenWorkload } from "../../policy/rules/hiddenWorkload";
import { assertAllowed } from "../policy/support/evaluate";
import { at, list, mapping, text } from "../support/document";
import { childrenOf, find, record, type Recording } from "../support/mocks";

// Under mocks: which objects there are, and what is in them. No operator has read them.

const collector = { "app.kubernetes.io/component": "collector" };
const query = { "app.kubernetes.io/component": "query" };
const args: PrometheusAlertsArgs = {
  namespace: "observability",
  delivery: "operator",
  labels: { release: "kube-prometheus-stack" },
  metricsPods: [
    { role: "collector", selector: collector },
    { role: "query", selector: query },
  ],
  writeMode: "sync",
  certificates: true,
  runbookUrl: "https://runbooks.nova.com",
};

function build(change: Partial<PrometheusAlertsArgs> = {}): Promise<Recording<PrometheusAlerts>> {
  return record(() => new PrometheusAlerts("jaeger", { ...args, ...change }));
}

const objects = (recording: Recording<unknown>) => recording.resources.filter(({ custom }) => custom);

describe("PrometheusAlerts", () => {
  describe("with the Prometheus operator", () => {
    let recording: Recording<PrometheusAlerts>;
    before(async () => {
      recording = await build();
    });

    it("is a PrometheusRule and a PodMonitor for each role, and nothing else", () => {
      assert.deepEqual(childrenOf(recording, find(recording, "PrometheusAlerts", "jaeger")), [
        "PodMonitor jaeger-collector",
        "PodMonitor jaeger-query",
        "PrometheusRule jaeger-alerts",
      ]);
      assert.equal(recording.resources.length, 4);
    });

    it("holds the rules of the write mode that it was given", async () => {
      for (const writeMode of ["sync", "async"] as const) {
        const { inputs } = find(await build({ writeMode }), "PrometheusRule", "jaeger-alerts");
        assert.deepEqual(at(inputs, "spec"), {
          groups: ruleGroups({ ...args, instance: "jaeger", writeMode }),
        });
      }
    });

    it("has alerts on Elasticsearch's own metrics only where something reads them", async () => {
      const groupsOf = async (change: Partial<PrometheusAlertsArgs>): Promise<unknown[]> => {
        const { inputs } = find(await build(change), "PrometheusRule", "jaeger-alerts");
        return list(inputs, "spec", "groups").map((group) => at(group, "name"));
      };
      const name = "nova-tracing-elasticsearch";
      assert.ok(!(await groupsOf({})).includes(name));
      const elasticsearchMetrics = { lifecycle: false, snapshots: false };
      assert.ok((await groupsOf({ elasticsearchMetrics })).includes(name));
    });

    it("alerts on roles by the jobs that the operator makes of its PodMonitors", () => {
      const { inputs } = find(recording, "PrometheusRule", "jaeger-alerts");
      for (const { role } of args.metricsPods) {
        const { name, inputs: monitor } = find(recording, "PodMonitor", `jaeger-${role}`);
        assert.ok(
          JSON.stringify(inputs).includes(`job=\\"${text(monitor, "metadata", "namespace")}/${name}\\"`),
        );
      }
    });

    it("scrapes what spans tell by a PodMonitor of its own, which no alert asks about", async () => {
      const metricsPods = [{ role: "collector", selector: collector, spanMetrics: true }];
      const counting = await build({ metricsPods });
      const { inputs } = find(counting, "PodMonitor", "jaeger-collector-spans");
      assert.equal(at(inputs, "spec", "podMetricsEndpoints", 0, "port"), "spanmetrics");
      const without = await build({ metricsPods: [{ role: "collector", selector: collector }] });
      const rules = (recording: Recording<unknown>): unknown =>
        at(find(recording, "PrometheusRule", "jaeger-alerts").inputs, "spec");
      assert.deepEqual(rules(counting), rules(without));
    });

    it("picks the pods of each role", () => {
      for (const { role, selector } of args.metricsPods) {
        const { inputs } = find(recording, "PodMonitor", `jaeger-${role}`);
        assert.deepEqual(at(inputs, "spec", "selector", "matchLabels"), selector);
      }
    });

    it("carries the labels that its Prometheus asks for, and the namespace of Jaeger", () => {
      for (const { inputs, name } of objects(recording)) {
        assert.equal(text(inputs, "metadata", "name"), name);
        assert.equal(text(inputs, "metadata", "namespace"), "observability");
        assert.equal(text(inputs, "metadata", "labels", "release"), "kube-prometheus-stack");
        assert.equal(text(inputs, "metadata", "labels", "app.kubernetes.io/instance"), "jaeger");
      }
    });

    it("carries no such label if none is asked for", async () => {
      for (const { inputs } of objects(await build({ labels: undefined }))) {
        assert.ok(!("release" in mapping(inputs, "metadata", "labels")));
      }
    });
  });

  describe("without an operator", () => {
    let recording: Recording<PrometheusAlerts>;
    before(async () => {
      recording = await build({ delivery: "configMap" });
    });

    it("is a ConfigMap with the rules and one with the scraping, each with nothing but its file", () => {
      assert.deepEqual(childrenOf(recording, find(recording, "PrometheusAlerts", "jaeger")), [
        "ConfigMap jaeger-alerts",
        "ConfigMap jaeger-scrape",
      ]);
      assert.deepEqual(
        objects(recording).map(({ inputs }) => Object.keys(mapping(inputs, "data"))),
        [["rules.yaml"], ["scrape.yaml"]],
      );
    });

    it("has the same rules as with one", async () => {
      const { inputs } = find(recording, "ConfigMap", "jaeger-alerts");
      const withOperator = find(await build(), "PrometheusRule", "jaeger-alerts").inputs;
      assert.deepEqual(parse(text(inputs, "data", "rules.yaml")), at(withOperator, "spec"));
    });

    it("scrapes the same pods as with one", () => {
      const { inputs } = find(recording, "ConfigMap", "jaeger-scrape");
      const jobs = at(parse(text(inputs, "data", "scrape.yaml")), "scrape_configs") as unknown[];
      assert.deepEqual(
        jobs.map((job) => text(job, "job_name")),
        ["observability/jaeger-collector", "observability/jaeger-query"],
      );
    });
  });

  for (const delivery of ["operator", "configMap"] as const) {
    it(`the policy pack finds both alerts, and nothing hidden, with delivery ${delivery}`, async () => {
      const declared = objects(await build({ delivery })).map(({ type, name, inputs }) => ({
        type,
        name,
        props: inputs,
      }));
      for (const stack of ["staging", "production"]) {
        assertAllowed(alertsPresent, declared, { stack });
        assertAllowed(hiddenWorkload, declared, { stack });
      }
    });

    it(`two in one program do not collide, with delivery ${delivery}`, async () => {
      const both = await record(() => {
        new PrometheusAlerts("one", { ...args, delivery });
        new PrometheusAlerts("two", { ...args, delivery });
      });
      const names = objects(both).map(({ type, inputs }) => `${type} ${text(inputs, "metadata", "name")}`);
      assert.equal(new Set(names).size, names.length);
      assert.equal(new Set(both.resources.map(({ urn }) => urn)).size, both.resources.length);
    });
  }

  const bad: [string, Partial<PrometheusAlertsArgs>, string][] = [
    [
      "no pods to scrape",
      { metricsPods: [] },
      "metricsPods is empty; alerts on what nobody scrapes never fire",
    ],
    [
      "an address that is none",
      { runbookUrl: "docs/runbooks" },
      'runbookUrl is "docs/runbooks"; write the address of a folder, https://...',
    ],
  ];
  for (const [title, change, message] of bad) {
    it(`${title} is refused without a stack trace, before anything is made`, async () => {
      const { resources } = await record(() => {
        assert.throws(
          () => new PrometheusAlerts("jaeger", { ...args, ...change }),
          (error: { message: string; hideStack?: boolean }) =>
            error.hideStack === true && error.message === message,
        );
      });
      assert.deepEqual(
        resources.filter(({ custom }) => custom),
        [],
      );
    });
  }
});
