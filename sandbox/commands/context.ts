import * as path from "node:path";
import { findCluster, type Cluster } from "../node/cluster";
import { readState } from "../node/state";
import { requireMachine, thisMachine } from "../preflight";
import { openEngine, type Engine } from "../stack/engine";
import { SandboxError } from "../support/errors";
import { sandboxPaths, type Paths } from "../support/paths";
import type { Progress } from "../support/progress";
import { findTools, isComplete, type Toolchain } from "../toolchain/toolchain";

/** What every command has at hand. */
export interface Context {
  readonly paths: Paths;
  readonly progress: Progress;
  /** Results for whoever called, on standard output. */
  readonly print: (text: string) => void;
  /** Aborted when the user ends the command. */
  readonly signal: AbortSignal;
}

/** A running sandbox. */
export interface Running {
  readonly tools: Toolchain;
  readonly cluster: Cluster;
  readonly engine: Engine;
  readonly stack: string | undefined;
}

export function createContext(progress: Progress, signal: AbortSignal): Context {
  return { paths: sandboxPaths(), progress, signal, print: (text) => process.stdout.write(`${text}\n`) };
}

/** The running sandbox. @throws SandboxError where it does not run */
export async function requireRunning({ paths, progress }: Context): Promise<Running> {
  requireMachine({ ...thisMachine(paths), freeMemoryGi: Infinity, freeDiskGi: Infinity });
  const tools = findTools(paths);
  const cluster = isComplete(tools) ? findCluster(paths, tools) : undefined;
  if (!isComplete(tools) || !cluster)
    throw new SandboxError("The sandbox does not run. Start it with: npm start");
  const engine = await openEngine(paths, tools.pulumi, cluster.kubeconfig, (line) => {
    progress.say(`  · ${line}`);
  });
  return { tools, cluster, engine, stack: readState(paths)?.stack };
}

/** Lock that keeps two commands from changing the node at once. */
export function nodeLock(paths: Paths): string {
  return path.join(paths.cache, "node.lock");
}
