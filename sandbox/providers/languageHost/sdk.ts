import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * The file of one of the SDK's entry points, looked for from a program's folder upward.
 *
 * @throws Error that says where it was looked for and what to do.
 */
export function sdkEntryPoint(module: string, programFolder: string): string {
  try {
    return createRequire(join(programFolder, "index.js")).resolve(module);
  } catch {
    throw new Error(
      `${module} was not found from ${programFolder} upward. Install the dependencies of the project: npm ci.`,
    );
  }
}

/** A package that the program's package.json names, with the version that is installed. */
export interface InstalledPackage {
  readonly name: string;
  /** `missing` when package.json names the package, but it is not installed. */
  readonly version: string;
}

/** The packages that the nearest package.json names (not its development dependencies), by name. */
export function programDependencies(programFolder: string): InstalledPackage[] {
  const manifest = nearestManifest(programFolder);
  if (manifest === undefined) return [];
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies)
    .sort()
    .map((name) => ({ name, version: installedVersion(name, dirname(manifest)) }));
}

function nearestManifest(folder: string): string | undefined {
  const candidate = join(folder, "package.json");
  try {
    readFileSync(candidate);
    return candidate;
  } catch {
    return dirname(folder) === folder ? undefined : nearestManifest(dirname(folder));
  }
}

function installedVersion(name: string, folder: string): string {
  // Read from the file: many packages do not let their package.json be resolved.
  for (let current = folder; ; current = dirname(current)) {
    try {
      const manifest = readFileSync(join(current, "node_modules", name, "package.json"), "utf8");
      return (JSON.parse(manifest) as { version?: string }).version ?? "missing";
    } catch {
      if (dirname(current) === current) return "missing";
    }
  }
}
