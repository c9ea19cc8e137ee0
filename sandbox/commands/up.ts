import { startCluster, type Cluster } from "../node/cluster";
import { startForwarder } from "../node/forwarding";
import { readState, updateState } from "../node/state";
import { imageArchive, type Image } from "../images/archive";
import { programImages } from "../images/catalog";
import { demoImage } from "../images/demoImage";
import { importImages } from "../images/importImages";
import { storedStackImages } from "../images/storedStackImages";
import { requireFreePorts, requireMachine, thisMachine } from "../preflight";
import { demoProject, deploy, tracingProject, type Changes, type SandboxProject } from "../stack/deploy";
import { openEngine, type Engine } from "../stack/engine";
import { endedByMissingImage } from "../stack/missingImage";
import type { StackConfig } from "../stack/overlay";
import { requireValidSettings } from "../stack/settings";
import { viewedConfig } from "../stack/view";
import { SandboxError } from "../support/errors";
import { tellWait, withLock } from "../support/lock";
import { isAlive } from "../support/process";
import { ensureCrds } from "../toolchain/crds";
import { ensureStoredStackTools, needsJava } from "../toolchain/storedStack";
import { ensureToolchain, type Toolchain } from "../toolchain/toolchain";
import { nodeLock, type Context } from "./context";
import { installPrerequisites, storesInElasticsearch } from "./prerequisites";

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
  const project = tracingProject(stack);
  requireRunnable(project);
  const config = viewedConfig(project);
  await checkBefore(context, stack, config);
  requireValidSettings(project);
  const tools = await ensureToolchain(paths, progress, signal);
  // Only where it is needed: dev is there some minutes sooner.
  const stored = storesInElasticsearch(config)
    ? {
        tools: await ensureStoredStackTools(paths, progress, signal),
        crds: await ensureCrds(paths, progress, signal),
      }
    : undefined;
  const lock = {
    waitSeconds: 1800,
    onWait: tellWait(progress, "changes the sandbox"),
  };
  return withLock(nodeLock(paths), lock, async () => {
    // Once more: another run may have changed what was found before the wait.
    await checkBefore(context, stack, config);
    const cluster = await startCluster(paths, tools, progress, signal);
    updateState(paths, { stack });
    const image = await loadImages(
      context,
      tools,
      cluster,
      stored ? storedStackImages(paths, tools, stored.tools) : [],
    );
    signal.throwIfAborted();
    if (stored) await installPrerequisites(context, cluster, stored.crds, config);
    signal.throwIfAborted();
    const engine = await openEngine(paths, tools.pulumi, cluster.kubeconfig, (line) => {
      progress.say(`  · ${line}`);
    });
    const changes = await endedByMissingImage(cluster.api, signal, async (deploySignal) => {
      const ending = { progress, signal: deploySignal };
      const made = await deploy(engine, paths, project, ending, ["--policy-pack", "policy"]);
      await deploy(engine, paths, demoProject(stack, image), ending);
      return made;
    });
    await startForwarder(paths);
    return { cluster, engine, changes };
  });
}

/** Refuses a stack that could never get ready here. */
function requireRunnable(project: SandboxProject): void {
  if (project.stack !== "production") return;
  throw new SandboxError(
    `The stack ${project.stack} keeps its indices by lifecycle policies (ILM), which the Elasticsearch that a registry serves has not. To have it judged: npm run sandbox -- preview --stack ${project.stack}`,
    2,
  );
}

/** Refuses what cannot work before anything is built or started. */
async function checkBefore({ paths }: Context, stack: string, config: StackConfig): Promise<void> {
  const state = readState(paths);
  const running = state?.ready === true && state.holder !== undefined && isAlive(state.holder);
  const machine = { ...thisMachine(paths), needsJava: storesInElasticsearch(config) && needsJava(paths) };
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
async function loadImages(
  { paths, progress }: Context,
  tools: Toolchain,
  cluster: Cluster,
  more: readonly Image[],
): Promise<string> {
  return progress.step("images of the stack and the demo services", async (note) => {
    const demo = demoImage();
    const archives = [];
    for (const image of [...programImages(tools), ...more, demo]) {
      note(image.name);
      archives.push(await imageArchive(paths.images, image));
    }
    const imported = await importImages(cluster.namespace, paths.containerd, archives);
    note(imported === 0 ? "there already" : `${imported} imported`);
    return demo.name;
  });
}
