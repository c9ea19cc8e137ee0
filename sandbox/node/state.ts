import * as fs from "node:fs";
import * as path from "node:path";
import type { Paths } from "../support/paths";
import type { ProcessIdentity } from "../support/process";

/** What a run of the node has to be found again by: written as soon as there is anything to take down. */
export interface NodeState {
  readonly holder?: ProcessIdentity;
  readonly forwarder?: ProcessIdentity;
  /** Whether the start came to its end; what was interrupted is taken down by the next start. */
  readonly ready: boolean;
  /** The stack that the sandbox holds. */
  readonly stack?: string;
}

/** Reads the state; undefined where nothing was started. */
export function readState(paths: Paths): NodeState | undefined {
  try {
    return JSON.parse(fs.readFileSync(stateFile(paths), "utf8")) as NodeState;
  } catch {
    return undefined;
  }
}

/** Writes the state, merged into what is there. */
export function updateState(paths: Paths, change: Partial<NodeState>): NodeState {
  fs.mkdirSync(paths.state, { recursive: true, mode: 0o700 });
  const state = { ready: false, ...readState(paths), ...change };
  const partial = `${stateFile(paths)}.partial`;
  fs.writeFileSync(partial, JSON.stringify(state, null, 2), { mode: 0o600 });
  fs.renameSync(partial, stateFile(paths));
  return state;
}

function stateFile(paths: Paths): string {
  return path.join(paths.state, "node.json");
}
