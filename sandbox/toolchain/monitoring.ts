import * as path from "node:path";
import { tellWait, withLock } from "../support/lock";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { binaryPath, buildGoModule, missingPackages } from "./goBuild";
import { readGoModule, type GoModuleName } from "./goModules";
import { buildLock, type Toolchain } from "./toolchain";

/** What watches a stack in the drill of its alerts. Paths of binaries. */
export interface MonitoringTools {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly kubeStateMetrics: string;
}

const modules = { prometheus: "prometheus", kubeStateMetrics: "kubeStateMetrics" } as const;

/** Builds what is missing beside the toolchain, once: a second run that starts meanwhile waits for the first. */
export async function ensureMonitoringTools(
  paths: Paths,
  { debian }: Toolchain,
  progress: Progress,
  signal?: AbortSignal,
): Promise<MonitoringTools> {
  const unbuilt = (): GoModuleName[] =>
    Object.values(modules).filter((name) => missingPackages(paths, readGoModule(name)).length > 0);
  if (unbuilt().length > 0) {
    const lock = { waitSeconds: 3600, onWait: tellWait(progress, "builds the tools") };
    await withLock(buildLock(paths), lock, async () => {
      for (const name of unbuilt()) await buildGoModule(paths, readGoModule(name), progress, signal);
      await progress.step("remove the build caches", () => run("rm", ["-rf", paths.go]));
    });
  }
  const built = (name: GoModuleName): string => {
    const module = readGoModule(name);
    return binaryPath(paths, module, module.packages[0] ?? "");
  };
  return {
    prometheus: built(modules.prometheus),
    kubeStateMetrics: built(modules.kubeStateMetrics),
    // Debian's Prometheus has no discovery of pods, but checks rules as well.
    promtool: path.join(debian.root, "usr/bin/promtool"),
    alertmanager: path.join(debian.root, "usr/bin/prometheus-alertmanager"),
  };
}
