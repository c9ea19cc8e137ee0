import * as fs from "node:fs";
import * as path from "node:path";
import type { Paths } from "../support/paths";
import { startTicks, type ProcessIdentity } from "../support/process";

/** What a run of the node has to be found again by: written as soon as there is anything to take down. */
export interface NodeState {
  readonly holder?: ProcessIdentity;
  readonly forwarder?: ProcessIdentity;
  /** Whether the start came to its end; what was interrupted is taken down by the next start. */
  readonly ready: boolean;
  /** The stack that the sandbox holds. */
  readonly stack?: string;
  /** The run of the tests that started it; absent where a person did. */
  readonly testRun?: ProcessIdentity;
}

/** Set by a run of the tests for what it starts: the number of its process, and when it was started. */
const testRunVariable = "NOVA_TRACING_TEST_RUN";

/** Marks all that this process starts from now on as a test run's. */
export function markAsTestRun(): void {
  process.env[testRunVariable] = `${process.pid} ${startTicks(process.pid) ?? ""}`;
}

/** The run of the tests that this process belongs to. */
export function testRunOf(env: NodeJS.ProcessEnv): ProcessIdentity | undefined {
  const [pid, ticks] = env[testRunVariable]?.split(" ") ?? [];
  return pid && ticks ? { pid: Number(pid), startTicks: ticks } : undefined;
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
