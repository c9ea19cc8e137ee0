// `npm run bench`: how much longer a preview of production takes than that of a program which registers the same
// resources and does nothing else. Both by the real engine against the same API server, in turns.
import * as fs from "node:fs";
import * as path from "node:path";
import { neededNamespaces, type DeclaredObject } from "../sandbox/stack/objects";
import { projectFolder } from "../sandbox/support/paths";
import { runBench, type Bench } from "./cluster";
import { preview, type Preview } from "./measure";
import { flatProgram, realProgram } from "./programs";
import { allowedRatio, ratioOf, report, type Row } from "./report";

/** How many services, and how often each program is previewed with them; with the policy pack once less. */
const sizes = [
  { services: 10, repetitions: 5 },
  { services: 100, repetitions: 5 },
  { services: 1000, repetitions: 3 },
] as const;

runBench(async (bench) => {
  const rows: Row[] = [];
  for (const size of sizes) {
    const title = `${size.services} services, ${size.repetitions} times`;
    rows.push(await bench.progress.step(title, (note) => measure(bench, size, note)));
  }
  const text = report(rows);
  fs.writeFileSync(path.join(projectFolder, "docs", "benchmarks.md"), text);
  process.stdout.write(text);
  return ratioOf(last(rows)) <= allowedRatio;
});

async function measure(
  { engine, api, paths, folder }: Bench,
  { services, repetitions }: (typeof sizes)[number],
  note: (text: string) => void,
): Promise<Row> {
  const { program: flat, resources } = await flatProgram(engine, folder, services);
  const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  // As in a cluster in use: only with its namespace can an object be judged.
  await api.applyAll(neededNamespaces(objects.map(({ inputs }) => inputs as unknown as DeclaredObject)));
  const real = await realProgram(engine, paths, services);
  const previews = { flat: [] as Preview[], program: [] as Preview[], withPolicy: [] as Preview[] };
  let registered = 0;
  // One run of each is thrown away: it fills the caches of the file system and of Node.js.
  for (let round = services === sizes[0].services ? -1 : 0; round < repetitions; round++) {
    const runs = {
      flat: await preview(engine, flat),
      program: await preview(engine, real),
      ...(round > 0 && { withPolicy: await preview(engine, real, ["--policy-pack", "policy"]) }),
    };
    registered = runs.program.resources;
    if (round < 0) continue;
    previews.flat.push(runs.flat);
    previews.program.push(runs.program);
    if (runs.withPolicy) previews.withPolicy.push(runs.withPolicy);
    note(`flat ${runs.flat.seconds.toFixed(1)} s, program ${runs.program.seconds.toFixed(1)} s`);
  }
  return { services, resources: resources.length, registered, ...previews };
}

function last(rows: readonly Row[]): Row {
  const row = rows.at(-1);
  if (row === undefined) throw new Error("nothing was measured");
  return row;
}
