import { spawnSync } from "node:child_process";
import path from "node:path";
import { type Environment, environments } from "../../../policy/limits";
import { type Declared } from "../../policy/support/evaluate";
import { shippedConfig } from "../../support/stackFiles";
import { type Variant, variantConfig, variants } from "../../support/variants";

const root = path.resolve(__dirname, "../../..");

const recorded = new Map<string, Declared[]>();

function titleOf(stack: Environment, variant: Variant | undefined): string {
  return variant === undefined ? stack : `${stack} ${variant.what}`;
}

/** What the program registers for a shipped stack, or for a variant of it; it runs once for each in a process. */
export function recordedStack(stack: Environment, variant?: Variant): Declared[] {
  const title = titleOf(stack, variant);
  if (!recorded.has(title)) {
    // All that are likely to be asked for at once: loading the program takes longer than running it.
    const usual = recorded.size > 0 ? [] : [...environments.map((name) => [name] as const), ...variants];
    record(usual.some((one) => titleOf(one[0], one[1]) === title) ? usual : [[stack, variant], ...usual]);
  }
  const resources = recorded.get(title);
  if (resources === undefined) throw new Error(`stack ${title} was not recorded`);
  return resources;
}

function record(stacks: readonly (readonly [Environment, (Variant | undefined)?])[]): void {
  const given = stacks.map(([stack, variant]) =>
    variant === undefined ? shippedConfig(stack) : variantConfig(stack, variant),
  );
  const child = spawnSync(
    process.execPath,
    [
      "-r",
      "ts-node/register/transpile-only",
      path.join(__dirname, "recordProgram.ts"),
      JSON.stringify(given),
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
  );
  if (child.status !== 0) throw new Error(`the program was not recorded: ${child.stderr.trim()}`);
  const results = JSON.parse(child.stdout) as Declared[][];
  for (const [index, [stack, variant]] of stacks.entries()) {
    recorded.set(titleOf(stack, variant), results[index] ?? []);
  }
}
