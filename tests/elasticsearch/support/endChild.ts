import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { hasEnded } from "./node";

/** Kills a process, if it is still there, and waits for its end. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}
