import * as path from "node:path";
import type { Context } from "../sandbox/commands/context";
import { down } from "../sandbox/commands/down";
import { up } from "../sandbox/commands/up";
import { readState } from "../sandbox/node/state";
import { deploy, tracingProject } from "../sandbox/stack/deploy";
import { orderly } from "../sandbox/support/orderly";
import { projectFolder } from "../sandbox/support/paths";
import { ensureMonitoringTools, type MonitoringTools } from "../sandbox/toolchain/monitoring";
import { ensureToolchain } from "../sandbox/toolchain/toolchain";
import { endedForMemory, openStaging } from "../tests/e2e/support/staging";
import { writeSection } from "../tests/support/markedSections";
import { isPassed, runFault, type FaultOutcome } from "./drill";
import type { Fault } from "./faults/fault";
import { watchedProject } from "./program";
import { report } from "./table";
import { runQuiet, type QuietOutcome } from "./quiet";
import { readWatchFiles } from "./watch";

/** What to do. */
export interface DrillOptions {
  /** By which time is divided in the rules. */
  readonly factor: number;
  readonly faults: readonly Fault[];
  /** Whether there is a time without any fault too. */
  readonly quiet: boolean;
  /** Whether the outcome is written into docs/drills.md. */
  readonly writes: boolean;
}

/** As long as the issue of the alerts asks for. */
const quietSeconds = 600;

const page = path.join(projectFolder, "docs", "drills.md");
const options = ["--policy-pack", "policy"];

/**
 * Breaks staging in several ways, and sees whether the right alerts reach whoever is called, and go after the repair.
 * Staging is brought up where it is not, and then also taken down.
 * @returns whether all came and went, nothing was raised in quiet, and each pod had memory enough
 */
export async function drillAlerts(context: Context, wanted: DrillOptions): Promise<boolean> {
  const { paths, progress, signal } = context;
  const wasUp = readState(paths)?.ready === true;
  return orderly(async () => {
    try {
      // First, as it is what judges the machine.
      const { cluster } = await up(context, "staging");
      cluster.api.close();
      const toolchain = await ensureToolchain(paths, progress, signal);
      const tools = await ensureMonitoringTools(paths, toolchain, progress, signal);
      return await drill(context, tools, wanted);
    } finally {
      if (!wasUp && readState(paths) !== undefined) await down(context);
    }
  });
}

async function drill(
  { paths, progress, signal, print }: Context,
  tools: MonitoringTools,
  { factor, faults, quiet, writes }: DrillOptions,
): Promise<boolean> {
  const staging = await openStaging();
  const ending = { progress, signal };
  try {
    await deploy(staging.engine, paths, watchedProject(), ending, options);
    const files = await readWatchFiles(staging.cluster);
    const one = { staging, tools, files, factor, progress, signal };
    const outcomes: FaultOutcome[] = [];
    const quietOutcome = quiet ? await runQuiet(one, quietSeconds) : undefined;
    for (const fault of faults) outcomes.push(await runFault(one, fault));
    const withoutMemory = endedForMemory(await staging.pods());
    const text = report(files.rules, factor, outcomes, quietOutcome, withoutMemory);
    print(text);
    if (writes) await writeSection(page, "alerts", text);
    return outcomes.every(isPassed) && isQuiet(quietOutcome) && withoutMemory.length === 0;
  } finally {
    // As it was, also after Ctrl-C.
    await deploy(
      staging.engine,
      paths,
      tracingProject("staging"),
      { progress, signal: new AbortController().signal },
      options,
    );
    staging.close();
  }
}

function isQuiet(outcome: QuietOutcome | undefined): boolean {
  return outcome === undefined || (outcome.raised.length === 0 && outcome.unrest.length === 0);
}
