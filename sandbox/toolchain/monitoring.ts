import * as path from "node:path";
import { tellWait, withLock } from "../support/lock";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { binaryPath, buildGoModule, missingPackages } from "./goBuild";
import { readGoModule } from "./goModules";
import { buildLock, type Toolchain } from "./toolchain";

/** What watches a stack in the drill of its alerts. Paths of binaries. */
export interface MonitoringTools {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly kubeStateMetrics: string;
}

/** Builds what is missing beside the toolchain, once: a second run that starts meanwhile waits for the first. */
export async function ensureMonitoringTools(
  paths: Paths,
  { debian }: Toolchain,
  progress: Progress,
  signal?: AbortSignal,
): Promise<MonitoringTools> {
  const module = readGoModule("kubeStateMetrics");
  if (missingPackages(paths, module).length > 0) {
    const lock = { waitSeconds: 3600, onWait: tellWait(progress, "builds the tools") };
    await withLock(buildLock(paths), lock, async () => {
      await buildGoModule(paths, module, progress, signal);
      await progress.step("remove the build caches", () => run("rm", ["-rf", paths.go]));
    });
  }
  const ofDebian = (name: string): string => path.join(debian.root, "usr/bin", name);
  return {
    prometheus: ofDebian("prometheus"),
    promtool: ofDebian("promtool"),
    alertmanager: ofDebian("prometheus-alertmanager"),
    kubeStateMetrics: binaryPath(paths, module, module.packages[0] ?? ""),
  };
}
