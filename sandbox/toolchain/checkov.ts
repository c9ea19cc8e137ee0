import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, SandboxError } from "../support/errors";
import { tellWait, withLock } from "../support/lock";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { buildLock } from "./toolchain";

/** checkov as it is started: `python -m checkov.main`, with its packages on PYTHONPATH. */
export interface Checkov {
  /** Path of the interpreter itself, which needs no variable to be found (pyenv's on PATH does). */
  readonly python: string;
  /** Folder of the packages. */
  readonly packages: string;
}

/** An interpreter of this machine. */
export interface Python {
  readonly path: string;
  /** `cpython`. */
  readonly implementation: string;
  readonly major: number;
  readonly minor: number;
  /** `x86_64`. */
  readonly machine: string;
}

/** CPython 3 by its minor version: the packages of requirements.txt have wheels for these, and no others together. */
const pythonMinors = { least: 11, most: 14 } as const;

const requirements = path.join(__dirname, "checkov", "requirements.txt");

/** Its release, as requirements.txt has it: `3.3.30`. */
export function checkovVersion(): string {
  const version = /^checkov==(\S+)/m.exec(fs.readFileSync(requirements, "utf8"))?.[1];
  if (version === undefined) throw new Error(`${requirements} has no line checkov==`);
  return version;
}

/**
 * checkov, which looks for weaknesses in manifests; no part of a sandbox needs it. Installed where it is not there yet
 * (about 30 s, 54 MB to fetch, 270 MB of disk), once: a second run that starts meanwhile waits for the first.
 *
 * Not in a virtual environment: Debian's Python has none without a further package, and one would hold its path.
 *
 * @throws SandboxError where Python or pip are missing or too old, or the packages cannot be had
 */
export async function ensureCheckov(paths: Paths, progress: Progress): Promise<Checkov> {
  const python = await findPython();
  const problem = unfitPython(python);
  if (problem !== undefined) throw new SandboxError(problem, 2);
  const packages = path.join(paths.tools, `checkov-${checkovVersion()}-${keyFor(python)}`);
  if (!fs.existsSync(packages)) {
    const lock = { waitSeconds: 3600, onWait: tellWait(progress, "builds the tools") };
    await withLock(buildLock(paths), lock, () => install(python, packages, progress));
  }
  return { python: python.path, packages };
}

/** Why checkov's packages do not run on an interpreter, with what to do; undefined where they do. */
export function unfitPython({ implementation, major, minor, path: file }: Python): string | undefined {
  const { least, most } = pythonMinors;
  if (implementation === "cpython" && major === 3 && minor >= least && minor <= most) return undefined;
  return `checkov ${checkovVersion()} is pinned for CPython 3.${least} to 3.${most}, and ${file} is ${implementation} ${major}.${minor}. Put such a python3 first on PATH.`;
}

async function findPython(): Promise<Python> {
  const tell = [
    "import json, platform, sys",
    "v = sys.version_info",
    "print(json.dumps(dict(path=sys.executable, implementation=sys.implementation.name, major=v.major, minor=v.minor, machine=platform.machine())))",
  ];
  try {
    const { stdout } = await run("python3", ["-c", tell.join("\n")]);
    return JSON.parse(stdout) as Python;
  } catch (error) {
    throw new SandboxError(
      `checkov needs Python. Run: apt-get install python3 python3-pip (${messageOf(error)})`,
      2,
    );
  }
}

/** Changes whenever what is installed may. */
function keyFor({ implementation, major, minor, machine }: Python): string {
  return createHash("sha256")
    .update([fs.readFileSync(requirements, "utf8"), implementation, major, minor, machine].join("\0"))
    .digest("hex")
    .slice(0, 12);
}

/** The user's own settings for pip (index, proxy, certificates) hold. */
async function install(python: Python, packages: string, progress: Progress): Promise<void> {
  if (fs.existsSync(packages)) return;
  const { code } = await run(python.path, ["-m", "pip", "--version"], { okCodes: [0, 1] });
  if (code !== 0) {
    throw new SandboxError(
      `${python.path} has no pip to install checkov. Run: apt-get install python3-pip`,
      2,
    );
  }
  await progress.step(`install checkov ${checkovVersion()}`, async () => {
    const partial = `${packages}.partial`;
    fs.rmSync(partial, { recursive: true, force: true });
    const exact = ["--require-hashes", "--no-deps", "--only-binary", ":all:"];
    const quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir"];
    await run(python.path, [
      "-m",
      "pip",
      "install",
      ...quiet,
      ...exact,
      "--target",
      partial,
      "-r",
      requirements,
    ]);
    fs.renameSync(partial, packages);
  });
}
