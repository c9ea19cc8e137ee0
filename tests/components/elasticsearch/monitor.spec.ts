import assert from "node:assert/strict";
import { elasticsearchMetrics } from "../../../components/alerts/elasticsearchMetrics";
import { retention } from "../../../components/elasticsearch/retention";
import { watcherPodSpec } from "../../../components/kubernetes/watcher";
import { metricsPort, monitorPlan, monitorWatcher } from "../../../components/elasticsearch/monitor/pod";
import { at } from "../../support/document";
import { connection } from "../jaeger/support/distributed";

// Answers as Elasticsearch's documentation shows them. That a real node gives the first two is in
// tests/elasticsearch/monitor.spec.ts; none with lifecycle management and 8.x mappings can be had there.

interface Readings {
  readonly lifecycleFamilies: (answer: unknown) => unknown[];
  readonly snapshotFamilies: (repository: string, answer: unknown) => unknown[];
  readonly nodeFamilies: (answer: unknown) => unknown[];
  readonly render: (families: readonly unknown[]) => string;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a program, not a module of this project
const readings = require("../../../components/elasticsearch/monitor/script/readings.js") as Readings;
const { lifecycleFamilies, nodeFamilies, render, snapshotFamilies } = readings;

const samples = (families: readonly unknown[]): string[] =>
  render(families)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

describe("what the monitor makes of Elasticsearch's answers", () => {
  it("is 1 for the mode of the lifecycle management, and 0 for the others", () => {
    assert.deepEqual(samples(lifecycleFamilies({ operation_mode: "STOPPED" })), [
      `${elasticsearchMetrics.lifecycle}{operation_mode="RUNNING"} 0`,
      `${elasticsearchMetrics.lifecycle}{operation_mode="STOPPING"} 0`,
      `${elasticsearchMetrics.lifecycle}{operation_mode="STOPPED"} 1`,
    ]);
  });

  it("is the beginning of the last snapshot that succeeded, in seconds", () => {
    const snapshots = [
      { state: "FAILED", start_time_in_millis: 1_795_000_300_000 },
      { state: "SUCCESS", start_time_in_millis: 1_795_000_200_000 },
      { state: "SUCCESS", start_time_in_millis: 1_795_000_100_000 },
      { state: "PARTIAL", start_time_in_millis: 1_795_000_400_000 },
    ];
    assert.deepEqual(samples(snapshotFamilies("nova-jaeger", { snapshots })), [
      `${elasticsearchMetrics.lastSnapshot}{repository="nova-jaeger"} 1795000200`,
    ]);
  });

  it("is long ago where no snapshot has succeeded, so that the alert on its age fires", () => {
    assert.deepEqual(samples(snapshotFamilies("nova-jaeger", { snapshots: [] })), [
      `${elasticsearchMetrics.lastSnapshot}{repository="nova-jaeger"} 0`,
    ]);
  });

  it("writes what stands in a label so that Prometheus reads the same", () => {
    const disk = { mount: '/a"b\\c\nd', path: "/", total_in_bytes: 2, available_in_bytes: 1 };
    const node = { name: "n", fs: { data: [disk] }, thread_pool: {} };
    const [size = ""] = samples(nodeFamilies({ cluster_name: "c", nodes: { id: node } }));
    assert.equal(
      size,
      String.raw`elasticsearch_filesystem_data_size_bytes{cluster="c",name="n",mount="/a\"b\\c\nd",path="/"} 2`,
    );
  });
});

describe("the monitor's pod", () => {
  it("asks about the lifecycle and about snapshots only where there are such", () => {
    const staging = monitorPlan(connection("cleaner"), undefined);
    assert.equal(staging.lifecycle, false);
    assert.ok(!("snapshotRepository" in staging));
    const production = monitorPlan(connection("ilm", { retention: retention(90, "ilm") }), "nova-jaeger");
    assert.equal(production.lifecycle, true);
    assert.equal(production.snapshotRepository, "nova-jaeger");
  });

  it("answers before Prometheus gives up (10 s)", () => {
    assert.ok(monitorPlan(connection("ilm"), undefined).timeoutMilliseconds < 10_000);
  });

  it("has its password from Jaeger's Secret, in the file that the plan names, and its port is called metrics", () => {
    const plan = monitorPlan(connection("cleaner"), undefined);
    const spec = watcherPodSpec("elasticsearch-monitor", monitorWatcher(connection("cleaner"), plan));
    const { passwordFile } = plan;
    const mounts = at(spec, "containers", 0, "volumeMounts") as { name: string; mountPath: string }[];
    const mounted = mounts.find(({ name }) => name === "password");
    assert.equal(`${mounted?.mountPath ?? ""}/password`, passwordFile);
    const volumes = spec.volumes as { name: string; secret?: { secretName: string } }[];
    assert.equal(volumes.find(({ name }) => name === "password")?.secret?.secretName, "elasticsearch-jaeger");
    assert.deepEqual(at(spec, "containers", 0, "ports"), [{ name: "metrics", containerPort: metricsPort }]);
  });
});
