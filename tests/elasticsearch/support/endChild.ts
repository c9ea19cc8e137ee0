import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Whether a process is no more; its `close` has then been, and is not to be waited for. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Ends a process, if it is still there, and waits for its end: a minute, then it is killed. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (hasEnded(child)) return;
  const closed = once(child, "close");
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), 60_000);
  await closed;
  clearTimeout(late);
}
