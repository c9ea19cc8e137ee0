import assert from "node:assert/strict";
import { dashboardFiles, type DashboardsInput } from "../../components/dashboards/document";
import { GrafanaDashboards, type GrafanaDashboardsArgs } from "../../components/grafanaDashboards";
import { at, mapping, text } from "../support/document";
import { childrenOf, find, record, type Recording } from "../support/mocks";

// Under mocks: which objects there are, and what is in them. No sidecar has read them.

const shown: DashboardsInput = {
  namespace: "observability",
  instance: "jaeger",
  metricsPods: [{ role: "collector", spanMetrics: true }, { role: "query" }],
  runbookUrl: "https://runbooks.nova.com",
  writeMode: "sync",
  certificates: true,
};
const names = ["ingest", "query", "services", "storage"];

function build(change: Partial<GrafanaDashboardsArgs> = {}): Promise<Recording<GrafanaDashboards>> {
  return record(() => new GrafanaDashboards("jaeger", { shown, ...change }));
}

describe("GrafanaDashboards", () => {
  it("is a ConfigMap for each dashboard, with its file alone, under a name that no other has", async () => {
    const recording = await build();
    assert.deepEqual(
      childrenOf(recording, find(recording, "GrafanaDashboards", "jaeger")),
      names.map((name) => `ConfigMap jaeger-dashboard-${name}`),
    );
    for (const name of names) {
      const { inputs } = find(recording, "ConfigMap", `jaeger-dashboard-${name}`);
      assert.deepEqual(at(inputs, "data"), { [`nova-tracing-${name}.json`]: dashboardFiles(shown)[name] });
    }
  });

  it("carries what Grafana's sidecar goes by, if nothing else is said, beside Jaeger", async () => {
    const { inputs } = find(await build(), "ConfigMap", "jaeger-dashboard-ingest");
    assert.equal(at(inputs, "metadata", "namespace"), "observability");
    assert.equal(at(inputs, "metadata", "labels", "grafana_dashboard"), "1");
    assert.equal(text(inputs, "metadata", "labels", "app.kubernetes.io/instance"), "jaeger");
    assert.deepEqual(at(inputs, "metadata", "annotations"), { grafana_folder: "Nova tracing" });
  });

  it("carries other labels, another folder and another namespace if it is told so", async () => {
    const labels = { dashboards: "yes" };
    const recording = await build({ labels, folder: "Tracing", namespace: "monitoring" });
    for (const name of names) {
      const { inputs } = find(recording, "ConfigMap", `jaeger-dashboard-${name}`);
      assert.equal(at(inputs, "metadata", "namespace"), "monitoring");
      assert.equal(at(inputs, "metadata", "labels", "dashboards"), "yes");
      assert.ok(!("grafana_dashboard" in mapping(inputs, "metadata", "labels")));
      assert.deepEqual(at(inputs, "metadata", "annotations"), { grafana_folder: "Tracing" });
      assert.ok(text(inputs, "data", `nova-tracing-${name}.json`).includes('"value": "observability"'));
    }
  });
});
