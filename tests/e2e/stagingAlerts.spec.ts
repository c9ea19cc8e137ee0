// Staging watched by a real Prometheus, with the code of `npm run drill -- alerts`: what rules and dashboards read is
// there, and two of the faults of docs/drills.md, which has them all. Time is divided in the rules; true timing is what
// tests/engine/alerts holds.
import assert from "node:assert/strict";
import { parse } from "yaml";
import { runFault } from "../../drill/drill";
import { collector } from "../../drill/faults/collector";
import type { Fault } from "../../drill/faults/fault";
import { probePassword } from "../../drill/faults/passwords";
import { watchedProject } from "../../drill/program";
import { startTraffic } from "../../drill/traffic";
import { readWatchFiles, startWatch, type WatchFiles } from "../../drill/watch";
import { tracingProject } from "../../sandbox/stack/deploy";
import { until } from "../../sandbox/support/process";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureMonitoringTools, type MonitoringTools } from "../../sandbox/toolchain/monitoring";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { deployProject, paths } from "../support/sandbox";
import { openStaging, type Staging } from "./support/staging";
import { deployedQueries, selectorsOfOthers } from "./support/watched";

const factor = 10;
const options = ["--policy-pack", "policy"];

/** One alert of each: the probe has to wait for rounds, and what it says of a collector is the drill's to show. */
const faults: readonly Fault[] = [
  { ...collector, expected: collector.expected.filter(({ alertname }) => alertname === "JaegerUnavailable") },
  probePassword,
];

/** What the rules read of others than Jaeger, whose metrics are tests/elasticsearch/alertMetrics.spec.ts' part. */
const others = /^(up|kube_|certmanager_|elasticsearch_|tracing_probe_)/;

/** Selectors that pick nothing while all is well, by a part of them; each with the reason. */
const absentInQuiet: Readonly<Record<string, string>> = {
  'exported_namespace="", namespace="observability"': "of a Prometheus that honours labels",
  kube_cronjob_status_last_successful_time: "no CronJob may have run yet",
  kube_job_failed: "no Job has failed",
};

describe("staging, watched by a real Prometheus", function () {
  const progress = lineProgress((line) => process.stdout.write(`      | ${line}\n`));
  let staging: Staging;
  let tools: MonitoringTools;
  let files: WatchFiles;

  before(async function () {
    this.timeout(45 * 60_000); // A cold machine builds Prometheus here.
    tools = await ensureMonitoringTools(paths, await ensureToolchain(paths, progress), progress);
    staging = await openStaging();
    await deployProject(staging.engine, watchedProject(), options);
    files = await readWatchFiles(staging.cluster);
  });
  after(async () => {
    await deployProject(staging.engine, tracingProject("staging"), options);
    staging.close();
  });

  it("has what the rules read of kube-state-metrics, cert-manager, the probe and Elasticsearch, and all that the dashboards ask", async () => {
    const traffic = await startTraffic(staging);
    const watch = await startWatch(staging.cluster, tools, files, factor);
    try {
      const selectors = selectorsOfOthers(parse(files.rules), others).filter(
        (selector) => !Object.keys(absentInQuiet).some((part) => selector.includes(part)),
      );
      const queries = await deployedQueries(staging);
      assert.ok(selectors.length > 20 && queries.length > 50, `${selectors.length}, ${queries.length}`);
      const exprs = [...selectors, ...queries.map(({ expr }) => expr)];
      let found: readonly (number | undefined)[] = [];
      const missing = (): string[] => exprs.filter((_, index) => !found[index]);
      await until(
        async () => {
          found = await watch.seriesOf(exprs);
          return missing().length === 0;
        },
        180_000,
        5000,
      );
      assert.deepEqual(missing(), []);
      process.stdout.write(
        `      ${selectors.length} selectors of the rules and ${queries.length} queries of the dashboards have an answer\n`,
      );
    } finally {
      await watch.close();
      await traffic.end();
    }
  });

  for (const fault of faults) {
    it(`tells of it, and of its end after the repair, where ${fault.broken}`, async () => {
      const { signal } = new AbortController();
      const { alerts } = await runFault({ staging, tools, files, factor, progress, signal }, fault);
      assert.ok(alerts.length > 0);
      for (const { pattern, cameAfter, wentAfter } of alerts) {
        assert.notEqual(cameAfter, undefined, `${pattern.alertname} came`);
        assert.notEqual(wentAfter, undefined, `${pattern.alertname} went after the repair`);
      }
    });
  }
});
