import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { type Environment } from "../../../policy/limits";
import { type Declared } from "../../policy/support/evaluate";

const root = path.resolve(__dirname, "../../..");

/** What a shipped stack registers, or the message with which the program refuses to. */
export type RecordedStack = { readonly resources: Declared[] } | { readonly refused: string };

/** The configuration of a shipped stack file as Pulumi hands it to a program: texts, and JSON for anything else. */
export function stackConfiguration(stack: Environment): Record<string, string> {
  const file = readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(file) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

const recorded = new Map<Environment, RecordedStack>();

/** Runs the program for a shipped stack, once for each process. */
export function recordedStack(stack: Environment): RecordedStack {
  const known = recorded.get(stack);
  if (known !== undefined) return known;
  const child = spawnSync(
    process.execPath,
    [
      "-r",
      "ts-node/register/transpile-only",
      path.join(__dirname, "recordProgram.ts"),
      stack,
      JSON.stringify(stackConfiguration(stack)),
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  const result: RecordedStack =
    child.status === 0
      ? { resources: JSON.parse(child.stdout) as Declared[] }
      : { refused: child.stderr.trim() };
  recorded.set(stack, result);
  return result;
}
