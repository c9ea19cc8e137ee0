import * as fs from "node:fs";
import * as path from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** One installed npm package. */
export interface InstalledPackage {
  /** Its folder, relative to the project: `node_modules/a` or `node_modules/a/node_modules/b`. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Everything that must be installed for some packages to run: their dependencies, and theirs, found as Node.js
 * would find them.
 * @param project folder with `node_modules`
 * @param roots names to begin with
 * @throws Error naming a package that is not installed
 */
export function productionClosure(project: string, roots: readonly string[]): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (name: string, from: string): void => {
    const folder = resolveFolder(project, name, from);
    if (found.has(folder)) return;
    const manifest = readManifest(path.join(project, folder));
    found.set(folder, { folder, name, version: manifest.version });
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, folder);
  };
  for (const name of roots) visit(name, "");
  return [...found.values()].sort((a, b) => a.folder.localeCompare(b.folder));
}

function resolveFolder(project: string, name: string, from: string): string {
  for (let base = from; ; base = path.dirname(base)) {
    const folder = path.join(base === "." ? "" : base, "node_modules", name);
    if (path.basename(base) !== "node_modules" && fs.existsSync(path.join(project, folder, "package.json")))
      return folder;
    if (base === "" || base === ".")
      throw new Error(`${name}, needed by ${from || "the image"}, is not installed: run npm ci`);
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
}
