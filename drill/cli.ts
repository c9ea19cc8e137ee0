// `npm run drill -- alerts`: breaks staging on the sandbox, and holds the alerts to it.
import { parseArgs } from "node:util";
import { runProgram } from "../bench/program";
import { createContext } from "../sandbox/commands/context";
import { messageOf, SandboxError } from "../sandbox/support/errors";
import { lineProgress } from "../sandbox/support/progress";
import { drillAlerts } from "./alerts";
import { greatestFactor } from "./configuration";
import { faults } from "./faults/index";

const quietName = "quiet";
const names = [...faults.map(({ name }) => name), quietName];

const usage = `npm run drill -- alerts [--factor N] [--only NAME]
  --factor N   divides every "for" and every window of the rules, 1 to ${greatestFactor} (default 10)
  --only NAME  one alone, and docs/drills.md stays as it is: ${names.join(", ")}`;

runProgram(async (signal) => {
  try {
    const { factor, only } = readArguments(process.argv.slice(2));
    return await drillAlerts(createContext(lineProgress(), signal), {
      factor,
      faults: faults.filter(({ name }) => only === undefined || name === only),
      quiet: only === undefined || only === quietName,
      writes: only === undefined,
    });
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    if (!signal.aborted) process.stderr.write(`\n${error.message}\n`);
    process.exitCode ??= error.exitCode;
    return false;
  }
});

function readArguments(args: readonly string[]): { factor: number; only: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { factor: { type: "string" }, only: { type: "string" } },
    });
    const [drill, ...rest] = positionals;
    if (drill !== "alerts" || rest.length > 0) {
      throw new Error(`"${positionals.join(" ")}" is no drill; there is: alerts`);
    }
    const factor = Number(values.factor ?? 10);
    if (!(factor >= 1 && factor <= greatestFactor)) {
      throw new Error(`--factor is "${values.factor ?? ""}"; it takes a number from 1 to ${greatestFactor}`);
    }
    if (values.only !== undefined && !names.includes(values.only)) {
      throw new Error(`--only is "${values.only}"; it takes one of ${names.join(", ")}`);
    }
    return { factor, only: values.only };
  } catch (error) {
    throw new SandboxError(`${messageOf(error)}\n${usage}`, 2);
  }
}
