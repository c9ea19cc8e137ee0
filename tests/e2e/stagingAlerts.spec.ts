// Two faults of `npm run drill -- alerts`, with its code: docs/drills.md has them all. Time is divided in the rules; true
// timing is what tests/engine/alerts holds.
import assert from "node:assert/strict";
import { runFault } from "../../drill/drill";
import { collector } from "../../drill/faults/collector";
import type { Fault } from "../../drill/faults/fault";
import { probePassword } from "../../drill/faults/passwords";
import { watchedProject } from "../../drill/program";
import { readWatchFiles, type WatchFiles } from "../../drill/watch";
import { tracingProject } from "../../sandbox/stack/deploy";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureMonitoringTools, type MonitoringTools } from "../../sandbox/toolchain/monitoring";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { deployProject, paths } from "../support/sandbox";
import { openStaging, type Staging } from "./support/staging";

const factor = 10;
const options = ["--policy-pack", "policy"];

/** One alert of each: the probe has to wait for rounds, and what it says of a collector is the drill's to show. */
const faults: readonly Fault[] = [
  { ...collector, expected: collector.expected.filter(({ alertname }) => alertname === "JaegerUnavailable") },
  probePassword,
];

describe("staging's alerts", () => {
  const progress = lineProgress((line) => process.stdout.write(`      | ${line}\n`));
  let staging: Staging;
  let tools: MonitoringTools;
  let files: WatchFiles;

  before(async () => {
    tools = await ensureMonitoringTools(paths, await ensureToolchain(paths, progress), progress);
    staging = await openStaging();
    await deployProject(staging.engine, watchedProject(), options);
    files = await readWatchFiles(staging.cluster);
  });
  after(async () => {
    await deployProject(staging.engine, tracingProject("staging"), options);
    staging.close();
  });

  for (const fault of faults) {
    it(`reach Alertmanager and end after the repair where ${fault.broken}`, async () => {
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
