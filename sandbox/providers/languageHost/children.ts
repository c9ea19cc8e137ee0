import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

/** How long a program may take to end by itself after an interrupt. */
const GRACE_MILLISECONDS = 5_000;

/** A Node.js process of the language host; stdout and stderr are pipes. */
export type NodeProcess = ChildProcessByStdio<null, Readable, Readable>;

/** How a process ended; `code` is null when a signal ended it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The processes that the language host has started, so that none outlives it. */
export class Children {
  readonly #running = new Set<NodeProcess>();

  /** Starts Node.js with these arguments; the process is forgotten when it ends. */
  start(
    nodeArguments: readonly string[],
    options: { folder: string; environment: NodeJS.ProcessEnv },
  ): NodeProcess {
    const child = spawn(process.execPath, nodeArguments, {
      cwd: options.folder,
      env: options.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    const forget = (): void => {
      this.#running.delete(child);
    };
    child.once("error", forget);
    child.once("close", forget);
    return child;
  }

  /** Interrupts all processes, and kills after five seconds those that are still there. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map(stop));
  }
}

/** Interrupts one process, and kills it after five seconds. */
export async function stop(child: NodeProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = ending(child);
  child.kill("SIGINT");
  const killer = setTimeout(() => child.kill("SIGKILL"), GRACE_MILLISECONDS);
  await ended.catch(() => undefined);
  clearTimeout(killer);
}

/** Resolves when the process has ended and all of its output was read; rejects when it cannot start. */
export function ending(child: NodeProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
}
