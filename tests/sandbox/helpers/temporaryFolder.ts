import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { sandboxPaths, type Paths } from "../../../sandbox/support/paths";

/** A fresh folder for each test of the suite that this is called in. @returns its path, while a test runs */
export function useTemporaryFolder(): () => string {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-test-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}

/** The sandbox's layout below a folder, so that no test sees this user's own. */
export function pathsBelow(folder: string): Paths {
  return sandboxPaths({ XDG_CACHE_HOME: folder });
}

/** Everything below a folder, relative to it. */
export function entriesBelow(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

/** Writes a file and the folders above it. */
export function writeFile(file: string, content = "", mode = 0o644): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  fs.chmodSync(file, mode);
  return file;
}

/** Runs `work` while an environment variable has another value. */
export async function withEnvironment<T>(
  name: string,
  value: string,
  work: () => T | Promise<T>,
): Promise<T> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return await work();
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before;
  }
}
