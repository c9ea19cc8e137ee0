/**
 * Runs the program under mocks, once for each stack that it is given, and prints what it registers, as JSON. A process
 * of its own: the classes of the Kubernetes SDK are too many to load beside the other specs.
 *
 * Argument: a list of stack, configuration (full keys, values as Pulumi hands them to a program) and secret keys, as
 * JSON.
 */
import main from "../../../index";
import { record, type RecordOptions } from "../../support/mocks";
import { withoutMarks } from "../../support/secretMarks";

async function recordAll(): Promise<void> {
  const recorded = [];
  for (const given of JSON.parse(process.argv[2] ?? "[]") as RecordOptions[]) {
    const { resources } = await record(main, given);
    recorded.push(
      resources.map(({ type, name, urn, inputs }) => ({ type, name, urn, props: withoutMarks(inputs) })),
    );
  }
  process.stdout.write(JSON.stringify(recorded));
}

recordAll().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
