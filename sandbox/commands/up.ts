import { startCluster, type Cluster } from "../node/cluster";
import { startForwarder } from "../node/forwarding";
import { readState, updateState } from "../node/state";
import { imageArchive } from "../images/archive";
import { programImages } from "../images/catalog";
import { demoImage } from "../images/demoImage";
import { importImages } from "../images/importImages";
import { requireFreePorts, requireMachine, thisMachine } from "../preflight";
import { demoProject, deploy, tracingProject, type Changes } from "../stack/deploy";
import { openEngine, type Engine } from "../stack/engine";
import { requireValidSettings } from "../stack/settings";
import { viewedConfig } from "../stack/view";
import { SandboxError } from "../support/errors";
import { tellWait, withLock } from "../support/lock";
import { isAlive } from "../support/process";
import { ensureToolchain, type Toolchain } from "../toolchain/toolchain";
import { nodeLock, type Context } from "./context";

/** What is there once the sandbox is up. */
export interface Up {
  readonly cluster: Cluster;
  readonly engine: Engine;
  /** What the deployment of the program changed. */
  readonly changes: Changes;
}

/** Brings the node up, deploys a stack and the demo services, and serves the UI and the collector on localhost. */
export async function up(context: Context, stack: string): Promise<Up> {
  const { paths, progress, signal } = context;
  await checkBefore(context, stack);
  requireValidSettings(stack, viewedConfig(tracingProject(stack)));
  const tools = await ensureToolchain(paths, progress, signal);
  const lock = {
    waitSeconds: 1800,
    onWait: tellWait(progress, "changes the sandbox"),
  };
  return withLock(nodeLock(paths), lock, async () => {
    // Once more: another run may have changed what was found before the wait.
    await checkBefore(context, stack);
    const cluster = await startCluster(paths, tools, progress, signal);
    updateState(paths, { stack });
    const image = await loadImages(context, tools, cluster);
    signal.throwIfAborted();
    const engine = await openEngine(paths, tools.pulumi, cluster.kubeconfig, (line) => {
      progress.say(`  · ${line}`);
    });
    const changes = await deploy(engine, paths, tracingProject(stack), context, ["--policy-pack", "policy"]);
    await deploy(engine, paths, demoProject(stack, image), context);
    await startForwarder(paths);
    return { cluster, engine, changes };
  });
}

/** Refuses what cannot work before anything is built or started. */
async function checkBefore({ paths }: Context, stack: string): Promise<void> {
  const state = readState(paths);
  const running = state?.ready === true && state.holder !== undefined && isAlive(state.holder);
  const machine = thisMachine(paths);
  // A node that runs has its memory already.
  requireMachine(running ? { ...machine, freeMemoryGi: Infinity } : machine);
  if (running && state.stack && state.stack !== stack) {
    throw new SandboxError(
      `The sandbox holds the stack ${state.stack}, and it holds one at a time. Take it down first: npm run sandbox -- down`,
    );
  }
  if (!state?.forwarder || !isAlive(state.forwarder)) await requireFreePorts();
}

/** Gives the node the images that the program and the demo name. @returns the name of the demo's */
async function loadImages({ paths, progress }: Context, tools: Toolchain, cluster: Cluster): Promise<string> {
  return progress.step("images of Jaeger and the demo services", async (note) => {
    const demo = demoImage();
    const archives = [];
    for (const image of [...programImages(tools), demo]) {
      note(image.name);
      archives.push(await imageArchive(paths.images, image));
    }
    const imported = await importImages(cluster.namespace, paths.containerd, archives);
    note(imported === 0 ? "there already" : `${imported} imported`);
    return demo.name;
  });
}
