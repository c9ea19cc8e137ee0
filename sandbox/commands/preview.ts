import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startApiServer, type ApiServer } from "../node/emptyApiServer";
import { KubernetesApi } from "../node/kubernetesApi";
import { requireMachine, thisMachine } from "../preflight";
import { openProject, tracingProject, type SandboxProject } from "../stack/deploy";
import { openEngine, type Engine } from "../stack/engine";
import { declaredObjects, neededNamespaces, podOf, type DeclaredObject } from "../stack/objects";
import { requireValidSettings } from "../stack/settings";
import { viewedConfig } from "../stack/view";
import { messageOf, SandboxError } from "../support/errors";
import { orderly } from "../support/orderly";
import { ensureToolchain, type Toolchain } from "../toolchain/toolchain";
import type { Context } from "./context";

/**
 * Has a stack judged without deploying it: by the program's settings, the engine, the policy pack, and an empty API
 * server of its own, which validates each object by a server-side dry-run. For a stack that this machine cannot run.
 */
export async function preview(context: Context, stack: string): Promise<void> {
  const { paths, progress, signal } = context;
  const machine = thisMachine(paths);
  // No node, so no root; and memory only where tools have to be built.
  requireMachine({ ...machine, uid: 0, ...(machine.toolsBuilt && { freeMemoryGi: Infinity }) });
  const project: SandboxProject = { ...tracingProject(stack), overlay: {} };
  requireValidSettings(stack, viewedConfig(project));
  const tools = await ensureToolchain(paths, progress, signal);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-preview-"));
  await orderly(async () => {
    let server: ApiServer | undefined;
    try {
      server = await progress.step("start an empty API server", () =>
        startApiServer({
          etcd: path.join(tools.debian.root, "usr/bin/etcd"),
          kubeApiserver: tools.kubeApiserver,
          folder: path.join(folder, "server"),
        }),
      );
      await judgeStack(
        { ...context, paths: { ...paths, state: path.join(folder, "state") } },
        project,
        tools,
        server,
      );
    } finally {
      await server?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function judgeStack(
  context: Context,
  project: SandboxProject,
  tools: Toolchain,
  server: ApiServer,
): Promise<void> {
  const { paths, progress, signal, print } = context;
  const { stack } = project;
  const api = new KubernetesApi(server.kubeconfig);
  try {
    const engine = await openEngine(paths, tools.pulumi, server.kubeconfig, (line) => {
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
    await dryRunPods(api, objects, print);
    print(`
Stack ${stack}: ${objects.length} objects accepted by the settings, the engine, the policy pack and Kubernetes' own validation.
Not proved here: that pods start, and that storage does what it is told.`);
  } finally {
    api.close();
  }
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

/** @throws SandboxError with the API server's own words about each template that it refuses */
async function dryRunPods(
  api: KubernetesApi,
  objects: readonly DeclaredObject[],
  print: Context["print"],
): Promise<void> {
  const refused: string[] = [];
  for (const object of objects) {
    const pod = podOf(object);
    if (!pod) continue;
    const name = `${object.kind} ${pod.metadata.namespace ?? ""}/${object.metadata.name ?? ""}`;
    try {
      await api.dryRunCreate(`/api/v1/namespaces/${pod.metadata.namespace ?? "default"}/pods`, pod);
      print(`Pod template of ${name}: accepted`);
    } catch (error) {
      refused.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (refused.length > 0) throw new SandboxError(`The API server refuses pods of:\n${refused.join("\n")}`);
}
