/**
 * Runs the program under mocks and writes what it registers with a provider, for flat/index.ts. A process of its own:
 * the SDK keeps one stack for each process.
 *
 * Arguments: the stack; a file with its configuration (full keys, values as Pulumi hands them to a program) and the
 * keys of its secrets; the file to write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import main from "../index";
import { packageVersion } from "../sandbox/providers/shared/packageVersion";
import { record } from "../tests/support/mocks";
import { withoutMarks } from "../tests/support/secretMarks";
import type { FlatResource } from "./flat";

/** What the bench gives this process. */
export interface Given {
  readonly config: Record<string, string>;
  readonly secretKeys: string[];
}

async function write(stack: string, given: Given, target: string): Promise<void> {
  const { resources } = await record(main, { stack, ...given });
  const flat = resources
    .filter(({ custom, type }) => custom && type !== "pulumi:pulumi:StackReference")
    .map(({ type, name, inputs }): FlatResource => {
      const [first = "", , provided = ""] = type.split(":");
      const version = packageVersion(`@pulumi/${first === "pulumi" ? provided : first}`);
      return { type, name, inputs: withoutMarks(inputs) as FlatResource["inputs"], version };
    });
  writeFileSync(target, JSON.stringify(flat));
}

const [stack = "", givenFile = "", target = ""] = process.argv.slice(2);
write(stack, JSON.parse(readFileSync(givenFile, "utf8")) as Given, target).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
