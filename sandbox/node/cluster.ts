import * as fs from "node:fs";
import * as path from "node:path";
import { imageArchive } from "../images/archive";
import { nodeImages } from "../images/catalog";
import { containerdCommand, importImages } from "../images/importImages";
import { SandboxError } from "../support/errors";
import type { Paths } from "../support/paths";
import type { Progress } from "../support/progress";
import { endProcess, isAlive, until } from "../support/process";
import type { Toolchain } from "../toolchain/toolchain";
import { cgroupName, nodeName } from "./addresses";
import { createCgroups, removeCgroups } from "./cgroups";
import { clusterDnsObjects } from "./clusterDns";
import { componentStarter, startApi, startControllers, startNode, waitForCertificate } from "./controlPlane";
import { nodeFiles, writeKubeconfigs, writeNodeFiles } from "./files";
import { createNamespace, destroyNamespace, openNamespace, type Namespace } from "./namespace";
import { checkAddressesFree, connect, disconnect } from "./network";
import { readState, testRunOf, updateState, type NodeState } from "./state";
import { KubernetesApi } from "./kubernetesApi";

/** A node that runs. */
export interface Cluster {
  readonly namespace: Namespace;
  readonly api: KubernetesApi;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
}

/** The node as the last start left it, where it still runs; undefined where there is none, or only half of one. */
export function findCluster(paths: Paths, tools: Toolchain): Cluster | undefined {
  const state = readState(paths);
  if (!state?.ready || !state.holder || !isAlive(state.holder)) return undefined;
  return clusterOf(paths, openNamespace(state.holder, tools.debian));
}

function clusterOf(paths: Paths, namespace: Namespace): Cluster {
  const kubeconfig = nodeFiles(paths.state).kubeconfig("admin");
  return { namespace, kubeconfig, api: new KubernetesApi(kubeconfig) };
}

/**
 * Starts the node, or finds it running. What an interrupted start left is taken down first, and so is a node that is
 * no longer whole. A start that fails, or that the user ends, leaves nothing running.
 * @param signal ends the start between two of its steps
 */
export async function startCluster(
  paths: Paths,
  tools: Toolchain,
  progress: Progress,
  signal: AbortSignal,
): Promise<Cluster> {
  const running = findCluster(paths, tools);
  if (running && (await isNodeReady(running.api))) return running;
  running?.api.close();
  if (readState(paths)) {
    await progress.step("take down what is left of an earlier run", () => stopCluster(paths));
  }
  await checkAddressesFree();
  fs.rmSync(paths.logs, { recursive: true, force: true });
  for (const folder of [paths.state, paths.logs, paths.containerd]) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  try {
    const cluster = await startParts(paths, tools, progress, signal);
    updateState(paths, { ready: true });
    return cluster;
  } catch (error) {
    await progress.step("take down what was started", () => stopCluster(paths));
    throw error;
  }
}

async function startParts(
  paths: Paths,
  tools: Toolchain,
  progress: Progress,
  signal: AbortSignal,
): Promise<Cluster> {
  const step = <T>(title: string, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    return progress.step(title, work);
  };
  const files = nodeFiles(paths.state);
  const testRun = testRunOf(process.env);
  updateState(paths, { ready: false, ...(testRun && { testRun }) });
  const namespace = await createNamespace(
    paths.cache,
    tools.debian,
    path.join(paths.logs, "namespace.log"),
    (outer) => updateState(paths, { holder: outer }),
  );
  updateState(paths, { holder: namespace.holder });
  await connect(namespace);
  createCgroups();

  const start = componentStarter(namespace, paths.logs);
  const tokens = writeNodeFiles(files, tools.debian, paths.containerd);
  start("containerd", "containerd", ["--config", files.containerd]);
  startApi(start, tools, files);
  const cluster = await step("start etcd and the API server", async () => {
    await waitForCertificate(files, paths.logs);
    writeKubeconfigs(files, tokens);
    const ready = clusterOf(paths, namespace);
    await ready.api.waitUntilReady(60_000, path.join(paths.logs, "kube-apiserver.log"));
    return ready;
  });
  startControllers(start, tools, files);
  await step("start containerd", () => prepareContainerd(paths, tools, namespace));
  startNode(start, tools, files);
  await step("start kubelet and CoreDNS", async () => {
    await cluster.api.applyAll(clusterDnsObjects());
    await waitForNode(cluster.api, paths.logs);
  });
  signal.throwIfAborted();
  return cluster;
}

/** Takes the node down and leaves nothing of it; images stay for the next start. */
export async function stopCluster(paths: Paths): Promise<void> {
  const state: NodeState | undefined = readState(paths);
  if (state?.forwarder) await endProcess(state.forwarder);
  if (state?.holder) await destroyNamespace(state.holder);
  await disconnect();
  if (!(await until(() => removeCgroups(), 5000, 200))) {
    throw new SandboxError(
      `Control groups named ${cgroupName} are left below /sys/fs/cgroup. Run npm stop again.`,
    );
  }
  fs.rmSync(paths.state, { recursive: true, force: true });
}

/** Waits for containerd, gives it the images of the node, and forgets the containers of the run before. */
async function prepareContainerd(paths: Paths, tools: Toolchain, namespace: Namespace): Promise<void> {
  const answers = async (): Promise<boolean> => {
    try {
      await containerdCommand(namespace, "version");
      return true;
    } catch {
      return false;
    }
  };
  if (!(await until(answers, 30_000, 200))) {
    throw new SandboxError(
      `containerd did not answer within 30 s. Its log: ${path.join(paths.logs, "containerd.log")}`,
    );
  }
  const { stdout } = await containerdCommand(namespace, "containers", "list", "--quiet");
  const leftOver = stdout.split("\n").filter(Boolean);
  if (leftOver.length > 0) await containerdCommand(namespace, "containers", "delete", ...leftOver);
  const archives = [];
  for (const image of nodeImages(tools)) archives.push(await imageArchive(paths.images, image));
  await importImages(namespace, paths.containerd, archives);
}

async function waitForNode(api: KubernetesApi, logsFolder: string): Promise<void> {
  if (await until(() => isNodeReady(api), 60_000)) return;
  throw new SandboxError(
    `The node was not ready within 60 s. Look at ${path.join(logsFolder, "kubelet.log")}`,
  );
}

/** Whether the API server answers and kubelet reported lately. */
async function isNodeReady(api: KubernetesApi): Promise<boolean> {
  try {
    const node = await api.find(`/api/v1/nodes/${nodeName}`);
    const status = node?.status as { conditions?: { type: string; status: string }[] } | undefined;
    return (status?.conditions ?? []).some(({ type, status: value }) => type === "Ready" && value === "True");
  } catch {
    // No answer: it is not ready.
    return false;
  }
}
