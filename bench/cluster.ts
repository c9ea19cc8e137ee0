import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { installCrds } from "../sandbox/node/customResources";
import { startEmptyCluster } from "../sandbox/node/emptyCluster";
import type { KubernetesApi } from "../sandbox/node/kubernetesApi";
import { openEngine, type Engine } from "../sandbox/stack/engine";
import { sandboxPaths, type Paths } from "../sandbox/support/paths";
import { lineProgress, type Progress } from "../sandbox/support/progress";
import { ensureCrds } from "../sandbox/toolchain/crds";
import { ensureToolchain } from "../sandbox/toolchain/toolchain";
import { runProgram } from "./program";

/** What a benchmark measures with: the real engine before an API server that knows the operators' kinds. */
export interface Bench {
  readonly engine: Engine;
  readonly api: KubernetesApi;
  readonly paths: Paths;
  /** For files; gone when the benchmark ends. */
  readonly folder: string;
  readonly progress: Progress;
}

/** Runs a benchmark on such a cluster as a program of its own; see `runProgram`. */
export function runBench(measure: (bench: Bench) => Promise<boolean>): void {
  runProgram((signal) => withBench(measure, signal));
}

async function withBench(measure: (bench: Bench) => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const progress = lineProgress();
  const cached = sandboxPaths();
  const tools = await ensureToolchain(cached, progress, signal);
  const crds = await ensureCrds(cached, progress, signal);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-bench-"));
  const paths = { ...cached, state: path.join(folder, "state") };
  try {
    const cluster = await startEmptyCluster(tools, path.join(folder, "server"));
    try {
      await installCrds(cluster.api, crds);
      const engine = await openEngine(paths, tools.pulumi, cluster.kubeconfig, () => undefined);
      const stoppable: Engine = {
        ...engine,
        pulumi: (project, args, options) => engine.pulumi(project, args, { ...options, signal }),
      };
      return await measure({ engine: stoppable, api: cluster.api, paths, folder, progress });
    } finally {
      await cluster.stop();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
