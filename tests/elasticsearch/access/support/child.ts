import { spawn } from "node:child_process";
import { once } from "node:events";
import * as net from "node:net";
import { endChild, hasEnded } from "../../support/endChild";

/** A program that was started, and what it has printed. */
export interface Child {
  readonly log: () => string;
  readonly hasEnded: () => boolean;
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

/** Starts a program, which ends with this process at the latest. */
export function startChild(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Child {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: environment });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (log += part));
  }
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  return {
    log: () => log,
    hasEnded: () => hasEnded(child),
    end: async (signal) => {
      await endChild(child, signal);
      process.removeListener("exit", atExit);
    },
  };
}

/** Whether somebody listens there. */
export async function canConnect(address: string, port: number): Promise<boolean> {
  const socket = net.connect(port, address);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
