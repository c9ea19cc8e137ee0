import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";

/** The folders whose sources run in plugin processes. */
const SOURCE_FOLDERS = ["shared", "languageHost", "kubernetes", "random", "kubernetesCertManager"];

/**
 * Turns the stand-ins' TypeScript into plain JavaScript, once for each content: a plugin that loaded ts-node
 * at its start would add seconds to every command.
 *
 * @param sourceFolder the folder `sandbox/providers`.
 * @param nodeModules the project's node_modules, which the result resolves its packages from.
 * @param cacheFolder where results are kept, one folder a content hash.
 * @returns the folder of the result, with the same layout as the sources.
 */
export async function transpileStandIns(
  sourceFolder: string,
  nodeModules: string,
  cacheFolder: string,
): Promise<string> {
  const sources = SOURCE_FOLDERS.flatMap((folder) => typescriptFiles(join(sourceFolder, folder)));
  const target = join(cacheFolder, `stand-ins-${contentHash(sources, sourceFolder, nodeModules)}`);
  if (existsSync(target)) return target;
  const { default: typescript } = await import("typescript");
  mkdirSync(cacheFolder, { recursive: true });
  // Written beside and renamed at the end: a second process never sees half of it.
  const building = mkdtempSync(join(cacheFolder, "stand-ins-building-"));
  for (const source of sources) {
    const { outputText } = typescript.transpileModule(readFileSync(source, "utf8"), {
      fileName: source,
      compilerOptions: {
        module: typescript.ModuleKind.CommonJS,
        target: typescript.ScriptTarget.ES2022,
        esModuleInterop: true,
      },
    });
    const output = join(building, relative(sourceFolder, source).replace(/\.ts$/, ".js"));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, outputText);
  }
  symlinkSync(nodeModules, join(building, "node_modules"));
  putInPlace(building, target);
  return target;
}

function putInPlace(building: string, target: string): void {
  try {
    renameSync(building, target);
  } catch (error) {
    // Another process was first; its result has the same content.
    if (!existsSync(target)) throw error;
    rmSync(building, { recursive: true, force: true });
  }
}

function typescriptFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(folder, name));
}

function contentHash(sources: readonly string[], sourceFolder: string, nodeModules: string): string {
  const hash = createHash("sha256").update(nodeModules);
  for (const source of sources) {
    hash.update(`\n${relative(sourceFolder, source)}\n`).update(readFileSync(source));
  }
  return hash.digest("hex").slice(0, 16);
}
