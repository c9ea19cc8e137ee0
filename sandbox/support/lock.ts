import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { once } from "node:events";
import { SandboxError } from "./errors";
import { orderly } from "./orderly";
import type { Progress } from "./progress";

/** Tells the user that another run has to be waited for. @param does what that one does, such as `builds the tools` */
export function tellWait(progress: Progress, does: string): (owner: string) => void {
  return (owner) => {
    progress.say(`  … another run (process ${owner}) ${does}; waiting for it`);
  };
}

/**
 * Runs `work` while this process alone holds the lock. The kernel's own file lock is used (util-linux `flock`),
 * so it is free again the moment its owner is gone, however it went.
 * @param options.waitSeconds how long to wait for another owner
 * @param options.onWait called once when another owner has to be waited for
 * @throws SandboxError naming the owner, where it did not let go in time
 */
export async function withLock<T>(
  file: string,
  options: { readonly waitSeconds: number; readonly onWait?: (owner: string) => void },
  work: () => Promise<T>,
): Promise<T> {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const holder = (await hold(file, 0)) ?? (await waitFor(file, options));
  try {
    fs.writeFileSync(file, String(process.pid));
    return await orderly(work);
  } finally {
    holder.release();
    await holder.released;
  }
}

async function waitFor(
  file: string,
  options: { readonly waitSeconds: number; readonly onWait?: (owner: string) => void },
) {
  options.onWait?.(ownerOf(file));
  const holder = await hold(file, options.waitSeconds);
  if (holder) return holder;
  throw new SandboxError(
    `Another run of the sandbox (process ${ownerOf(file)}) holds ${file} since more than ${options.waitSeconds} s. Wait for it to end, or end it, then try again.`,
  );
}

/** Takes the lock for as long as this process lives and keeps the pipe open. */
async function hold(file: string, waitSeconds: number) {
  // cat ends when its input does: on release, or with this process.
  const child = spawn("flock", ["--wait", String(waitSeconds), file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
    // Not in the terminal's group: Ctrl-C must not free the lock while this process still cleans up.
    detached: true,
  });
  const ended = once(child, "close");
  // flock reads no input while it waits, so it would wait on for a process that the user has ended.
  const stopWaiting = (): void => {
    child.kill();
  };
  process.once("exit", stopWaiting);
  const taken = await Promise.race([once(child.stdout, "data").then(() => true), ended.then(() => false)]);
  process.off("exit", stopWaiting);
  return taken ? { release: () => child.stdin.end(), released: ended } : undefined;
}

function ownerOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8") || "unknown";
  } catch {
    return "unknown";
  }
}
