import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const fromHere = createRequire(__filename);

/**
 * The version of an installed package, from its own package.json.
 *
 * @throws Error when the package is not installed.
 */
export function packageVersion(name: string): string {
  let manifest: string;
  try {
    manifest = fromHere.resolve(`${name}/package.json`);
  } catch {
    throw new Error(`${name} is not installed. Run npm ci in the project's folder.`);
  }
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
