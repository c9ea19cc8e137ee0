import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { tellWait, withLock } from "../support/lock";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { fetchDebianTree, findDebianTree, type DebianTree } from "./debianPackages";
import { binaryPath, buildGoModule, missingPackages } from "./goBuild";
import { binaryName, readGoModule, type GoModuleName } from "./goModules";

/** Every tool of the sandbox, by the path of its binary. */
export interface Toolchain {
  readonly pulumi: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kubeProxy: string;
  readonly kubelet: string;
  readonly coredns: string;
  readonly jaeger: string;
  readonly esRollover: string;
  readonly esIndexCleaner: string;
  readonly debian: DebianTree;
}

type GoTool = Exclude<keyof Toolchain, "debian">;

interface Tool {
  readonly module: GoModuleName;
  readonly binary: string;
  /**
   * How a binary on PATH tells its version. Only for tools that run on the machine itself: what goes into an image
   * has to be static, and a foreign build may not be.
   */
  readonly versionArgs?: readonly string[];
}

const tools: Record<GoTool, Tool> = {
  pulumi: { module: "pulumi", binary: "pulumi", versionArgs: ["version"] },
  kubeApiserver: { module: "kubernetes", binary: "kube-apiserver", versionArgs: ["--version"] },
  kubeControllerManager: {
    module: "kubernetes",
    binary: "kube-controller-manager",
    versionArgs: ["--version"],
  },
  kubeScheduler: { module: "kubernetes", binary: "kube-scheduler", versionArgs: ["--version"] },
  kubeProxy: { module: "kubernetes", binary: "kube-proxy", versionArgs: ["--version"] },
  kubelet: { module: "kubernetes", binary: "kubelet", versionArgs: ["--version"] },
  coredns: { module: "coredns", binary: "coredns" },
  jaeger: { module: "jaeger", binary: "jaeger" },
  esRollover: { module: "jaeger", binary: "es-rollover" },
  esIndexCleaner: { module: "jaeger", binary: "es-index-cleaner" },
};

/** Version of what a tool is built from, as its go.mod has it: `3.259.0`, `1.37.2`. */
export function toolVersion(tool: GoTool): string {
  return readGoModule(tools[tool].module).version;
}

/** Lock that keeps two runs from building at once. */
export function buildLock(paths: Paths): string {
  return path.join(paths.cache, "build.lock");
}

/** The tools as far as they are there; a missing one is undefined. */
export function findTools(paths: Paths): Partial<Toolchain> {
  const found: Partial<Record<GoTool, string>> = {};
  for (const tool of Object.keys(tools) as GoTool[]) {
    const file = builtTool(paths, tool) ?? toolOnPath(tool);
    if (file) found[tool] = file;
  }
  const debian = findDebianTree(paths);
  return { ...found, ...(debian && { debian }) };
}

/** Whether nothing has to be built or fetched. */
export function isComplete(found: Partial<Toolchain>): found is Toolchain {
  return (
    found.debian !== undefined && (Object.keys(tools) as GoTool[]).every((tool) => found[tool] !== undefined)
  );
}

/**
 * Builds and fetches what is missing, once: a second run that starts meanwhile waits for the first.
 * @returns every tool
 */
export async function ensureToolchain(
  paths: Paths,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Toolchain> {
  const found = findTools(paths);
  if (isComplete(found)) return found;
  const lock = {
    waitSeconds: 3600,
    onWait: tellWait(progress, "builds the tools"),
  };
  return withLock(buildLock(paths), lock, async () => {
    if (!findDebianTree(paths)) await fetchDebianTree(paths, progress, signal);
    const wanted = new Set(
      (Object.keys(tools) as GoTool[])
        .filter((tool) => !findTools(paths)[tool])
        .map((tool) => tools[tool].module),
    );
    for (const name of wanted) await buildGoModule(paths, readGoModule(name), progress, signal);
    // Go's caches are many times larger than what was built from them.
    await progress.step("remove the build caches", () => run("rm", ["-rf", paths.go]));
    const complete = findTools(paths);
    if (!isComplete(complete)) throw new Error("the toolchain is incomplete after a build");
    return complete;
  });
}

function builtTool(paths: Paths, tool: GoTool): string | undefined {
  const { module: name, binary } = tools[tool];
  const module = readGoModule(name);
  const goPackage = module.packages.find((candidate) => binaryName(candidate) === binary);
  if (!goPackage) throw new Error(`sandbox/toolchain/modules/${name}/go.mod has no tool ${binary}`);
  return missingPackages(paths, module).includes(goPackage)
    ? undefined
    : binaryPath(paths, module, goPackage);
}

function toolOnPath(tool: GoTool): string | undefined {
  const { binary, versionArgs } = tools[tool];
  if (!versionArgs) return undefined;
  const file = (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, binary))
    .find((candidate) => fs.existsSync(candidate));
  if (!file) return undefined;
  const { stdout, status } = spawnSync(file, versionArgs, { encoding: "utf8", timeout: 10_000 });
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  return status === 0 && version === toolVersion(tool) ? file : undefined;
}
