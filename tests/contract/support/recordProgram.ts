/**
 * Runs the program under mocks, once for each stack that it is given, and prints what it registers, as JSON. A process
 * of its own: the classes of the Kubernetes SDK are too many to load beside the other specs.
 *
 * Argument: a list of stack, configuration (full keys, values as Pulumi hands them to a program) and secret keys, as
 * JSON.
 */
import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import main from "../../../index";
import { outputsOf } from "../../support/mocks";

interface Given {
  readonly stack: string;
  readonly config: Record<string, string>;
  readonly secretKeys: string[];
}

async function record({ stack, config, secretKeys }: Given): Promise<unknown> {
  pulumi.runtime.setAllConfig(config, secretKeys);
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const inputs = args.inputs as Record<string, unknown>;
        return { id: `${args.name}-id`, state: { ...inputs, ...outputsOf(args.type, args.name, {}) } };
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
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  return [...monitor.getRegisteredResources().values()].map(({ urn, state }) => {
    const [, , types = "", name = ""] = urn.slice("urn:pulumi:".length).split("::");
    return { type: types.split("$").at(-1) ?? "", name, urn, props: state as unknown };
  });
}

async function recordAll(): Promise<void> {
  const recorded = [];
  for (const given of JSON.parse(process.argv[2] ?? "[]") as Given[]) recorded.push(await record(given));
  process.stdout.write(JSON.stringify(recorded));
}

recordAll().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
