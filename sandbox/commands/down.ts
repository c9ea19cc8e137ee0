import { stopCluster } from "../node/cluster";
import { foreignNode, isSomeNodeRunning } from "../node/network";
import { readState } from "../node/state";
import { SandboxError } from "../support/errors";
import { tellWait, withLock } from "../support/lock";
import { nodeLock, type Context } from "./context";

/** Takes the sandbox down: processes, mounts, network, rules, state. What was built stays in the cache folder. */
export async function down({ paths, progress }: Context): Promise<void> {
  if (!readState(paths)) {
    if (isSomeNodeRunning()) throw new SandboxError(foreignNode);
    progress.say("The sandbox does not run; nothing to take down.");
    return;
  }
  const lock = {
    waitSeconds: 120,
    onWait: tellWait(progress, "changes the sandbox"),
  };
  await withLock(nodeLock(paths), lock, () =>
    progress.step("take the sandbox down", () => stopCluster(paths)),
  );
}
