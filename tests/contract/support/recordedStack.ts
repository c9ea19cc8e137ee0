import { spawnSync } from "node:child_process";
import path from "node:path";
import { type Environment } from "../../../policy/limits";
import { type Declared } from "../../policy/support/evaluate";
import { shippedConfig } from "../../support/stackFiles";

const root = path.resolve(__dirname, "../../..");

const recorded = new Map<Environment, Declared[]>();

/** What the program registers for a shipped stack; it runs once for each process. */
export function recordedStack(stack: Environment): Declared[] {
  const known = recorded.get(stack);
  if (known !== undefined) return known;
  const child = spawnSync(
    process.execPath,
    [
      "-r",
      "ts-node/register/transpile-only",
      path.join(__dirname, "recordProgram.ts"),
      JSON.stringify(shippedConfig(stack)),
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (child.status !== 0) throw new Error(`stack ${stack}: ${child.stderr.trim()}`);
  const resources = JSON.parse(child.stdout) as Declared[];
  recorded.set(stack, resources);
  return resources;
}
