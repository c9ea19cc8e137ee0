/**
 * Runs the program under mocks and writes what it registers with a provider, for flat/index.ts. A process of its own:
 * the SDK keeps one stack for each process.
 *
 * Arguments: the stack; a file with its configuration (full keys, values as Pulumi hands them to a program) and the
 * keys of its secrets; the file to write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import main from "../index";
import { packageVersion } from "../sandbox/providers/shared/packageVersion";
import type { FlatResource } from "./flat";

/** What the bench gives this process. */
export interface Given {
  readonly config: Record<string, string>;
  readonly secretKeys: string[];
}

/** The mark that the SDK's wire format gives a secret, and an output whose value is known. */
const signature = "4dabf18193072939515e22adb298388d";

async function record(stack: string, given: Given, target: string): Promise<void> {
  const resources: FlatResource[] = [];
  pulumi.runtime.setAllConfig(given.config, given.secretKeys);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const isReference = type === "pulumi:pulumi:StackReference";
        if (custom === true && !isReference) {
          const [first = "", , provided = ""] = type.split(":");
          const version = packageVersion(`@pulumi/${first === "pulumi" ? provided : first}`);
          resources.push({ type, name, inputs: plain(inputs) as FlatResource["inputs"], version });
        }
        return {
          id: `${name}-id`,
          state: isReference ? { outputs: {} } : { ...(inputs as object), ...madeUpOutputs(type) },
        };
      },
      call: () => ({}),
    },
    "nova-tracing",
    stack,
    true,
    "organization",
  );
  await main();
  // Present at run time, and marked internal: registrations go on after the program has returned.
  await (pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> }).waitForRPCs();
  writeFileSync(target, JSON.stringify(resources));
}

/** Outputs that another resource's inputs are made of. */
function madeUpOutputs(type: string): Record<string, string> {
  return type === "random:index/randomPassword:RandomPassword"
    ? { result: "made-up", bcryptHash: "$2a$10$made-up" }
    : {};
}

/** A value without the marks of the wire format. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) return "value" in value ? plain(value.value) : undefined;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

const [stack = "", givenFile = "", target = ""] = process.argv.slice(2);
record(stack, JSON.parse(readFileSync(givenFile, "utf8")) as Given, target).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
