// `npm run bench:policy`: how much longer a preview of production takes with the policy pack. The same program, by the
// real engine against the same API server: without a pack, with a pack that has no policies, and with ours, in turns.
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../sandbox/support/paths";
import { writeSection } from "../tests/support/markedSections";
import { runBench } from "./cluster";
import { machine, median, preview, type Preview } from "./measure";
import { realProgram } from "./programs";

const services = 1000;
const repetitions = 5;
/** How much longer a preview may take with the pack than with one without policies, which nobody can make faster here. */
const allowed = 0.25;

const readme = path.join(projectFolder, "policy", "README.md");

interface Measured {
  readonly without: Preview[];
  readonly empty: Preview[];
  readonly pack: Preview[];
}

runBench(async ({ api, engine, folder, paths, progress }) => {
  // As in a cluster in use: only with its namespace can an object be judged.
  await api.applyAll([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "observability" } }]);
  const program = await realProgram(engine, paths, services);
  const empty = emptyPack(path.join(folder, "empty"));
  const measured: Measured = { without: [], empty: [], pack: [] };
  // The first run of each is thrown away: it fills the caches of the file system, of Node.js and of the pack.
  for (let round = 0; round <= repetitions; round++) {
    const runs = await progress.step(`${services} services, round ${round}`, async (note) => {
      const without = await preview(engine, program);
      const withEmpty = await preview(engine, program, ["--policy-pack", empty]);
      const withPack = await preview(engine, program, ["--policy-pack", "policy"]);
      note([without, withEmpty, withPack].map(({ seconds }) => `${seconds.toFixed(1)} s`).join(", "));
      return { without, empty: withEmpty, pack: withPack };
    });
    if (round === 0) continue;
    for (const which of ["without", "empty", "pack"] as const) measured[which].push(runs[which]);
  }
  const figures = table(measured);
  await writeSection(readme, "cost", figures);
  process.stdout.write(`${figures}\n`);
  return ratio(measured.pack, measured.empty, "seconds") <= 1 + allowed;
});

/** What the engine, the host and the SDK take by themselves. */
function emptyPack(folder: string): string {
  fs.mkdirSync(folder);
  const files = {
    "PulumiPolicy.yaml": "runtime: nodejs\n",
    "package.json": JSON.stringify({ name: "empty", version: "1.0.0", main: "index.js" }),
    "index.js": 'new (require("@pulumi/policy").PolicyPack)("empty", { policies: [] });\n',
  };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  fs.symlinkSync(path.join(projectFolder, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

type Quantity = "seconds" | "cpuSeconds";

function values(previews: readonly Preview[], quantity: Quantity): number[] {
  return previews.map((one) => one[quantity]);
}

function ratio(previews: readonly Preview[], base: readonly Preview[], quantity: Quantity): number {
  return median(values(previews, quantity)) / median(values(base, quantity));
}

function table({ without, empty, pack }: Measured): string {
  const line = (name: string, previews: readonly Preview[]): string => {
    const seconds = values(previews, "seconds");
    const range = `${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)}`;
    const more = (quantity: Quantity): string =>
      previews === without ? "" : `${((ratio(previews, without, quantity) - 1) * 100).toFixed(0)}%`;
    const cpu = median(values(previews, "cpuSeconds"));
    return `| ${name} | ${median(seconds).toFixed(1)} s (${range}) | ${more("seconds")} | ${cpu.toFixed(1)} s | ${more("cpuSeconds")} |`;
  };
  return [
    `Preview of production with ${services} services (${without[0]?.resources ?? 0} resources), ${repetitions} rounds in turns, median and range:`,
    "",
    "| | time | more | processor time | more |",
    "| --- | ---: | ---: | ---: | ---: |",
    line("without a pack", without),
    line("with a pack without policies", empty),
    line("with this pack", pack),
    "",
    `Machine: ${machine()}.`,
  ].join("\n");
}
