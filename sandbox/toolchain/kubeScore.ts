import { tellWait, withLock } from "../support/lock";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { binaryPath, buildGoModule, missingPackages } from "./goBuild";
import { readGoModule } from "./goModules";
import { buildLock } from "./toolchain";

/** Its release, as go.mod has it: `1.20.0`. */
export function kubeScoreVersion(): string {
  return readGoModule("kubeScore").version;
}

/**
 * kube-score, which looks for weaknesses in manifests; no part of a sandbox needs it. Built where it is not there yet
 * (about a minute), once: a second run that starts meanwhile waits for the first.
 *
 * @returns path of the binary
 * @throws SandboxError where there is no Go, or its modules cannot be had
 */
export async function ensureKubeScore(paths: Paths, progress: Progress): Promise<string> {
  const module = readGoModule("kubeScore");
  const missing = (): boolean => missingPackages(paths, module).length > 0;
  if (missing()) {
    const lock = { waitSeconds: 3600, onWait: tellWait(progress, "builds the tools") };
    await withLock(buildLock(paths), lock, async () => {
      if (!missing()) return;
      await buildGoModule(paths, module, progress);
      await progress.step("remove the build caches", () => run("rm", ["-rf", paths.go]));
    });
  }
  return binaryPath(paths, module, module.packages[0] ?? "");
}
