import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxError } from "./errors";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Given to the command's standard input. */
  readonly input?: string;
  /** Called with each line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
  /** Exit codes that are no failure. @default [0] */
  readonly okCodes?: readonly number[];
  /** Ends the command. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. @throws SandboxError with the last lines that it printed */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    // Not in the terminal's group, where Ctrl-C is given: Pulumi takes a second signal as "at once".
    detached: options.signal !== undefined,
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // Asked, not killed: Pulumi then ends its update in order.
  const interrupt = (): void => void child.kill("SIGINT");
  options.signal?.addEventListener("abort", interrupt, { once: true });
  const output = { stdout: "", stderr: "" };
  const collect = (name: "stdout" | "stderr"): void => {
    let rest = "";
    child[name]
      .setEncoding("utf8")
      .on("data", (text: string) => {
        output[name] += text;
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) options.onLine?.(line);
      })
      .on("end", () => {
        if (rest) options.onLine?.(rest);
      });
  };
  collect("stdout");
  collect("stderr");
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", (error) => {
      reject(new SandboxError(`${command} could not be run: ${error.message}`));
    });
    child.on("close", (exitCode, signal) => {
      resolve(exitCode ?? (signal ? 128 : 1));
    });
  });
  options.signal?.removeEventListener("abort", interrupt);
  if (options.signal?.aborted) throw new SandboxError(`${path.basename(command)} was ended by the user`);
  if (!(options.okCodes ?? [0]).includes(code)) {
    // Each by itself: else a long standard output would hide the reason, which stands on standard error.
    const tail = [output.stdout, output.stderr]
      .flatMap((text) => text.trim().split("\n").filter(Boolean).slice(-12))
      .join("\n    ");
    throw new SandboxError(`${[command, ...args].join(" ")} ended with code ${code}:\n    ${tail}`);
  }
  return { code, ...output };
}

/** Starts a command that outlives this process, its output in a log file. */
export function startDetached(
  command: string,
  args: readonly string[],
  options: { readonly logFile: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
): ProcessIdentity {
  const log = fs.openSync(options.logFile, "a", 0o600);
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ["ignore", log, log],
      env: options.env ?? process.env,
      cwd: options.cwd ?? "/",
    });
    child.on("error", () => undefined);
    child.unref();
    if (child.pid === undefined) throw new SandboxError(`${command} could not be started`);
    return { pid: child.pid, startTicks: startTicks(child.pid) ?? "" };
  } finally {
    fs.closeSync(log);
  }
}

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks from boot to the process's start. */
  readonly startTicks: string;
}

/** When a process was started, or undefined where there is none (or only its zombie). */
export function startTicks(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in brackets and may hold spaces, so count from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return startTicks(identity.pid) === identity.startTicks;
}

/** Ends exactly this process: asks first, then kills. */
export async function endProcess(identity: ProcessIdentity, graceMs = 3000): Promise<void> {
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (isAlive(identity)) process.kill(identity.pid, signal);
    } catch {
      // It ended in between.
    }
  };
  send("SIGTERM");
  await until(() => !isAlive(identity), graceMs);
  send("SIGKILL");
  await until(() => !isAlive(identity), 5000);
}

/** Asks again and again until the answer is true. @returns whether it was, within the time */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 100,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() >= deadline) return false;
    await sleep(everyMs);
  }
}
