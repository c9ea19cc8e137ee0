import { parseArgs } from "node:util";
import { createContext, type Context } from "./commands/context";
import { down } from "./commands/down";
import { env, kubeconfig, load } from "./commands/small";
import { preview } from "./commands/preview";
import { start } from "./commands/start";
import { status } from "./commands/status";
import { up } from "./commands/up";
import { readState } from "./node/state";
import { messageOf, SandboxError } from "./support/errors";
import { isOrderlyWorkUnderWay } from "./support/orderly";
import { lineProgress } from "./support/progress";

const usage = `npm run sandbox -- COMMAND
  start                 bring the sandbox up and print one trace through four services (npm start)
  up [--stack STACK]    bring it up with a stack: dev (default) or staging
  preview --stack STACK judge any stack without deploying it: engine, policy pack, and an empty API server
  down                  take it down and leave nothing running (npm stop)
  status                what runs
  kubeconfig            path of the cluster's kubeconfig
  env SERVICE           variables for a process of that service outside of the cluster
  load [--requests N] [--concurrency N]   send logins through the demo services (default 100, 8)`;

/** What each command takes behind its name. */
const commands: Readonly<
  Record<string, { readonly arguments?: number; readonly options?: readonly string[] }>
> = {
  start: {},
  up: { options: ["stack"] },
  preview: { options: ["stack"] },
  down: {},
  status: {},
  kubeconfig: {},
  env: { arguments: 1 },
  load: { options: ["requests", "concurrency"] },
  help: {},
};

/** Production's index lifecycle is in no Elasticsearch that a registry serves. */
const deployable = ["dev", "staging"];
const stacks = [...deployable, "production"];

/** Runs one command. @returns the exit code */
async function main(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [command = "help", ...rest] = positionals;
  const takes = commands[command];
  if (!takes) throw new SandboxError(`"${command}" is no command of the sandbox.\n${usage}`, 2);
  const expected = takes.arguments ?? 0;
  for (const option of Object.keys(values))
    if (!takes.options?.includes(option))
      throw new SandboxError(`"${command}" takes no option --${option}.\n${usage}`, 2);
  if (rest.length !== expected)
    throw new SandboxError(
      `"${command}" takes ${expected} argument${expected === 1 ? "" : "s"}, ${rest.length} given.\n${usage}`,
      2,
    );
  switch (command) {
    case "start":
      await start(context);
      return 0;
    case "up": {
      const { cluster } = await up(context, known(values.stack ?? "dev", deployable));
      cluster.api.close();
      return 0;
    }
    case "preview":
      await preview(context, known(values.stack ?? "dev", stacks));
      return 0;
    case "down":
      await down(context);
      return 0;
    case "status":
      return status(context);
    case "kubeconfig":
      await kubeconfig(context);
      return 0;
    case "env":
      await env(context, rest[0] ?? "");
      return 0;
    case "load":
      await load(context, {
        requests: wholeNumber("requests", values.requests, 100),
        concurrency: wholeNumber("concurrency", values.concurrency, 8),
      });
      return 0;
    case "help":
      context.print(usage);
      return 0;
    default:
      throw new SandboxError(`"${command}" is no command of the sandbox.\n${usage}`, 2);
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { stack: { type: "string" }, requests: { type: "string" }, concurrency: { type: "string" } },
    });
  } catch (error) {
    throw new SandboxError(`${messageOf(error)}\n${usage}`, 2);
  }
}

function known(stack: string, among: readonly string[]): string {
  if (among.includes(stack)) return stack;
  const hint = stacks.includes(stack)
    ? ` To have it judged: npm run sandbox -- preview --stack ${stack}`
    : "";
  throw new SandboxError(
    `The sandbox cannot deploy a stack "${stack}"; it can: ${among.join(", ")}.${hint}`,
    2,
  );
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new SandboxError(`--${name} is "${text}"; it takes a whole number from 1 on.`, 2);
}

const abort = new AbortController();
const context = createContext(lineProgress(), abort.signal);

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** A terminal's Ctrl-C comes several times at once: from the terminal, and from each npm in between. */
const oneCtrlCMs = 1000;
let firstSignalMs = 0;

/**
 * Ended by the user. What is under way comes to a good end first: Pulumi is asked to stop, and a node that is half up
 * goes down again. A later second signal does not wait.
 */
function onSignal(signal: keyof typeof exitCodes): void {
  if (abort.signal.aborted && Date.now() - firstSignalMs < oneCtrlCMs) return;
  if (abort.signal.aborted || !isOrderlyWorkUnderWay()) process.exit(exitCodes[signal]);
  firstSignalMs = Date.now();
  process.exitCode = exitCodes[signal];
  process.stderr.write("\nEnding …\n");
  abort.abort();
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    onSignal(signal);
  });
}

main(process.argv.slice(2), context).then(
  (code) => {
    process.exitCode ??= code;
  },
  (error: unknown) => {
    if (abort.signal.aborted) {
      const runs = readState(context.paths)?.ready === true;
      process.stderr.write(
        runs ? "Ended. The sandbox still runs; take it down with: npm stop\n" : "Ended; nothing runs.\n",
      );
      return;
    }
    const expected = error instanceof SandboxError;
    // An unexpected error is a fault of the sandbox: then its stack is what helps.
    const text = expected
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    process.stderr.write(`\n${text}\n`);
    process.exitCode = expected ? error.exitCode : 1;
  },
);
