import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { installCrds } from "../../sandbox/node/customResources";
import { startEmptyCluster, type EmptyCluster } from "../../sandbox/node/emptyCluster";
import type { KubernetesApi } from "../../sandbox/node/kubernetesApi";
import { openEngine, type Engine } from "../../sandbox/stack/engine";
import { sandboxPaths, type Paths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureCrds } from "../../sandbox/toolchain/crds";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";

/** Exit codes of a command that may end as it likes. */
export const anyCode = Array.from({ length: 256 }, (_, code) => code);

/** The real engine before a real API server with nothing behind it. All but `folder` and `paths` is there from `before` on. */
export interface EngineUnderTest {
  /** Gone when the suite ends. */
  readonly folder: string;
  readonly paths: Paths;
  readonly engine: Engine;
  readonly api: KubernetesApi;
  readonly kubeconfig: string;
}

/**
 * Gives a suite an engine and a cluster of its own, and takes both away after it. Hooks of the suite that use them come
 * after this call; what it opens to the cluster itself it closes in an `after` before this call.
 * @param crds whether the API server knows the operators' kinds
 * @param deletes whether what belongs to deleted objects is deleted too
 */
export function useEngine({ crds = false, deletes = false } = {}): EngineUnderTest {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-"));
  const paths = { ...sandboxPaths(), state: path.join(folder, "state") };
  const under: { engine?: Engine; api?: KubernetesApi; kubeconfig?: string } = {};
  let cluster: EmptyCluster | undefined;

  before(async () => {
    const tools = await ensureToolchain(paths, lineProgress());
    const definitions = crds ? await ensureCrds(paths, lineProgress()) : [];
    cluster = await startEmptyCluster(tools, path.join(folder, "server"), { deletes });
    if (crds) await installCrds(cluster.api, definitions);
    const engine = await openEngine(paths, tools.pulumi, cluster.kubeconfig, () => undefined);
    Object.assign(under, { engine, api: cluster.api, kubeconfig: cluster.kubeconfig });
  });

  after(async () => {
    await cluster?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  return Object.assign(under, { folder, paths }) as unknown as EngineUnderTest;
}
