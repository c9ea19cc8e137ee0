import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { installCrds } from "../node/customResources";
import { startEmptyCluster, type EmptyCluster } from "../node/emptyCluster";
import type { KubernetesApi } from "../node/kubernetesApi";
import { requireMachine, thisMachine } from "../preflight";
import { openProject, tracingProject, type SandboxProject } from "../stack/deploy";
import { openEngine, type Engine } from "../stack/engine";
import { declaredObjects, neededNamespaces, podOf, type DeclaredObject } from "../stack/objects";
import { requireValidSettings } from "../stack/settings";
import { describeObject, refusalOf } from "../stack/strictDryRun";
import { SandboxError } from "../support/errors";
import { orderly } from "../support/orderly";
import { ensureCrds, type CustomResourceDefinition } from "../toolchain/crds";
import { ensureToolchain, type Toolchain } from "../toolchain/toolchain";
import type { Context } from "./context";

/**
 * Has a stack judged without deploying it: by the program's settings, the engine, the policy pack, and an empty API
 * server of its own, which knows the kinds of the operators and validates each object. For a stack that this machine
 * cannot run.
 */
export async function preview(context: Context, stack: string): Promise<void> {
  const { paths, progress, signal } = context;
  const machine = thisMachine(paths);
  // No node, so no root; and memory only where tools have to be built.
  requireMachine({ ...machine, uid: 0, ...(machine.toolsBuilt && { freeMemoryGi: Infinity }) });
  const project: SandboxProject = { ...tracingProject(stack), overlay: {} };
  requireValidSettings(project);
  const tools = await ensureToolchain(paths, progress, signal);
  const crds = await ensureCrds(paths, progress, signal);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-preview-"));
  await orderly(async () => {
    let cluster: EmptyCluster | undefined;
    try {
      cluster = await progress.step("start an empty API server", () =>
        startEmptyCluster(tools, path.join(folder, "server")),
      );
      await judgeStack(
        { ...context, paths: { ...paths, state: path.join(folder, "state") } },
        project,
        tools,
        crds,
        cluster,
      );
    } finally {
      await cluster?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function judgeStack(
  context: Context,
  project: SandboxProject,
  tools: Toolchain,
  crds: readonly CustomResourceDefinition[],
  { api, kubeconfig }: EmptyCluster,
): Promise<void> {
  const { paths, progress, signal, print } = context;
  const { stack } = project;
  await progress.step(`install ${crds.length} CRDs`, () => installCrds(api, crds));
  const engine = await openEngine(paths, tools.pulumi, kubeconfig, (line) => {
    progress.say(`  · ${line}`);
  });
  const projectFolder = await openProject(engine, paths, project);
  const objects = await progress.step(`read what stack ${stack} declares`, () =>
    readObjects(engine, projectFolder, stack, signal),
  );
  await api.applyAll(neededNamespaces(objects));
  await progress.step(
    `pulumi preview -s ${stack} --policy-pack policy, each object by server-side dry-run`,
    () => judge(engine, projectFolder, stack, signal, print),
  );
  await progress.step("each object and a pod of each template, to the last field", () =>
    dryRun(api, objects, print),
  );
  print(`
Stack ${stack}: ${objects.length} objects accepted by the settings, the engine, the policy pack and Kubernetes' own validation.
Not proved here: that pods start, and that storage does what it is told.`);
}

async function readObjects(
  engine: Engine,
  folder: string,
  stack: string,
  signal: AbortSignal,
): Promise<DeclaredObject[]> {
  const { code, stdout, stderr } = await engine.pulumi(folder, ["preview", "-s", stack, "--json"], {
    okCodes: [0, 1, 255],
    signal,
  });
  if (code === 0) return declaredObjects(stdout);
  throw new SandboxError(errorsIn(stdout) || (stdout + stderr).trim());
}

/** The errors in what a failed `pulumi preview --json` prints; none where it failed before it printed JSON. */
function errorsIn(previewJson: string): string {
  try {
    const { diagnostics = [] } = JSON.parse(previewJson) as {
      diagnostics?: { severity: string; message: string }[];
    };
    const errors = diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message.trim());
    return [...new Set(errors)].join("\n");
  } catch {
    return "";
  }
}

async function judge(
  engine: Engine,
  folder: string,
  stack: string,
  signal: AbortSignal,
  print: Context["print"],
): Promise<void> {
  const { code, stdout, stderr } = await engine.pulumi(
    folder,
    ["preview", "-s", stack, "--policy-pack", "policy", "--suppress-outputs"],
    { okCodes: [0, 1, 255], signal },
  );
  if (code !== 0) throw new SandboxError(`The stack ${stack} was refused:\n${(stdout + stderr).trim()}`);
  print(stdout.trim());
}

/** @throws SandboxError with the API server's own words about each object and pod template that it refuses */
async function dryRun(
  api: KubernetesApi,
  objects: readonly DeclaredObject[],
  print: Context["print"],
): Promise<void> {
  const refused: string[] = [];
  for (const object of objects) {
    const refusal = await refusalOf(api, object);
    if (refusal !== undefined) refused.push(refusal);
    else if (podOf(object)) print(`Pod template of ${describeObject(object)}: accepted`);
  }
  if (refused.length > 0) throw new SandboxError(`The API server refuses:\n${refused.join("\n")}`);
}
