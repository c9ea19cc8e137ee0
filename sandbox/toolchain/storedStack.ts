import { ensureElasticsearch, hasElasticsearch } from "../elasticsearch/archive";
import { fetchJavaTree, hasJavaTree } from "../elasticsearch/javaTree";
import { tellWait, withLock } from "../support/lock";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { binaryPath, buildGoModule, missingPackages } from "./goBuild";
import { readGoModule, type GoModuleName } from "./goModules";
import { buildLock } from "./toolchain";

/** What a stack that stores in Elasticsearch needs beside the toolchain; dev does without, and is there sooner. */
export interface StoredStackTools {
  /** Path of cert-manager's controllers. */
  readonly certManagerController: string;
  /** Path of the proxy before the UI. */
  readonly oauth2Proxy: string;
  /** Path of the gateway before Jaeger's collector. */
  readonly collectorContrib: string;
}

const modules = {
  certManagerController: "certManager",
  oauth2Proxy: "oauth2Proxy",
  collectorContrib: "collectorContrib",
} as const satisfies Record<keyof StoredStackTools, GoModuleName>;

/** Builds and fetches what is missing, once: a second run that starts meanwhile waits for the first. */
export async function ensureStoredStackTools(
  paths: Paths,
  progress: Progress,
  signal?: AbortSignal,
): Promise<StoredStackTools> {
  if (!isComplete(paths)) {
    const lock = { waitSeconds: 3600, onWait: tellWait(progress, "builds the tools") };
    await withLock(buildLock(paths), lock, () => makeMissing(paths, progress, signal));
  }
  return {
    certManagerController: builtBinary(paths, modules.certManagerController),
    oauth2Proxy: builtBinary(paths, modules.oauth2Proxy),
    collectorContrib: builtBinary(paths, modules.collectorContrib),
  };
}

/** Whether Java has to be there on PATH: Maven, which fetches Elasticsearch, is written in it. */
export function needsJava(paths: Paths): boolean {
  return !hasElasticsearch(paths) && !process.env.JAVA_HOME;
}

function isComplete(paths: Paths): boolean {
  return hasElasticsearch(paths) && hasJavaTree(paths) && unbuiltModules(paths).length === 0;
}

function unbuiltModules(paths: Paths): GoModuleName[] {
  return Object.values(modules).filter((name) => missingPackages(paths, readGoModule(name)).length > 0);
}

async function makeMissing(paths: Paths, progress: Progress, signal: AbortSignal | undefined): Promise<void> {
  await ensureElasticsearch(paths, progress, signal);
  if (!hasJavaTree(paths)) await fetchJavaTree(paths, progress, signal);
  const unbuilt = unbuiltModules(paths);
  for (const name of unbuilt) await buildGoModule(paths, readGoModule(name), progress, signal);
  if (unbuilt.length > 0) {
    await progress.step("remove the build caches", () => run("rm", ["-rf", paths.go]));
  }
}

function builtBinary(paths: Paths, name: GoModuleName): string {
  const module = readGoModule(name);
  return binaryPath(paths, module, module.packages[0] ?? "");
}
