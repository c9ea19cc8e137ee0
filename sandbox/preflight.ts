import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { forwardedPorts } from "./node/addresses";
import { SandboxError } from "./support/errors";
import type { Paths } from "./support/paths";
import { debianRelease } from "./toolchain/debianPackages";
import { findTools, isComplete } from "./toolchain/toolchain";

/** What the sandbox needs of a machine. */
const needs = {
  /** GiB of memory that must be free: the control plane takes 1, the pods of dev 1, a cold build 3. */
  freeMemoryGi: 3,
  /** GiB of disk for a cold build (Go's caches, removed afterwards) and for what stays. */
  coldDiskGi: 20,
  warmDiskGi: 2,
  /** What the go.mod files of toolchain/modules say; from 1.21 on, Go can fetch that by itself. */
  go: "1.26",
  goThatFetches: "1.21",
  commands: ["apt-get", "dpkg-deb", "flock", "ip", "ldd", "mount", "nsenter", "tar", "unshare"],
} as const;

/** What a check sees of the machine; a test gives another. */
export interface Machine {
  readonly platform: string;
  readonly uid: number | undefined;
  readonly debian: string | undefined;
  readonly hasCommand: (command: string) => boolean;
  readonly freeMemoryGi: number;
  readonly freeDiskGi: number;
  readonly toolsBuilt: boolean;
  /** Whether Elasticsearch has to be fetched, by a Maven that runs on this machine's Java. @default false */
  readonly needsJava?: boolean;
  /** Version of Go, where it is on PATH and tools have to be built. */
  readonly goVersion?: string | undefined;
  /** Whether Go may fetch a newer toolchain than itself: GOTOOLCHAIN is not `local`. */
  readonly goFetchesToolchain?: boolean;
}

/**
 * The first thing that keeps this machine from running the sandbox, in one line that says what to do; undefined
 * where there is none. Looks only; changes nothing.
 */
export function whatIsMissing(machine: Machine): string | undefined {
  const { hasCommand, freeMemoryGi, freeDiskGi, toolsBuilt } = machine;
  if (machine.platform !== "linux" || !machine.debian) {
    return 'The sandbox needs Debian Linux (its node is made of Debian\'s packages), and this is not one. Use your own cluster: README.md, "On your own cluster".';
  }
  if (machine.uid !== 0)
    return "The sandbox needs root (namespaces, control groups, mounts). Run: sudo npm start";
  const command = needs.commands.find((name) => !hasCommand(name));
  if (command)
    return `The sandbox needs the command ${command}. Run: apt-get install iproute2 util-linux mount libc-bin tar`;
  if (!toolsBuilt && !hasCommand("go")) {
    return "The sandbox builds Kubernetes, Pulumi and Jaeger with Go, and there is no go on PATH. Install Go 1.26 or newer.";
  }
  if (!toolsBuilt && machine.goVersion !== undefined) {
    const least = machine.goFetchesToolchain ? needs.goThatFetches : needs.go;
    if (isOlder(machine.goVersion, least)) {
      return `The sandbox builds its tools with Go ${needs.go}, and the go on PATH is ${machine.goVersion}. Install Go ${needs.go} or newer.`;
    }
  }
  if (machine.needsJava && !hasCommand("java")) {
    return "A stack that stores in Elasticsearch needs Java for its first start (Maven fetches Elasticsearch with it), and there is no java on PATH. Run: apt-get install default-jre-headless";
  }
  if (freeMemoryGi < needs.freeMemoryGi) {
    return `The sandbox needs ${needs.freeMemoryGi} GiB of free memory, and ${oneDecimal(freeMemoryGi)} GiB are free. Close other programs or use a larger machine.`;
  }
  const diskGi = toolsBuilt ? needs.warmDiskGi : needs.coldDiskGi;
  if (freeDiskGi < diskGi) {
    return `The sandbox needs ${diskGi} GiB of free disk in its cache folder${toolsBuilt ? "" : " for the first build"}, and ${oneDecimal(freeDiskGi)} GiB are free. Free some, or set XDG_CACHE_HOME to a larger disk.`;
  }
  return undefined;
}

function isOlder(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** Rounded down: what is too little must not read like enough. */
function oneDecimal(value: number): string {
  return (Math.floor(value * 10) / 10).toFixed(1);
}

/** This machine, as it is. */
export function thisMachine(paths: Paths): Machine {
  const toolsBuilt = isComplete(findTools(paths));
  return {
    ...(!toolsBuilt && goSettings()),
    platform: process.platform,
    uid: process.getuid?.(),
    debian: debianRelease(),
    hasCommand: (command) => findCommand(command) !== undefined,
    freeMemoryGi: availableMemoryGi(),
    freeDiskGi: freeDiskGi(paths.cache),
    toolsBuilt,
  };
}

/** Read from the files of the Go on PATH, not asked: each call of `go` writes counters into the user's home. */
function goSettings(): Pick<Machine, "goVersion" | "goFetchesToolchain"> {
  const binary = findCommand("go");
  if (!binary) return {};
  const root = path.resolve(fs.realpathSync(binary), "../..");
  const read = (name: string, pattern: RegExp): string | undefined => {
    const file = path.join(root, name);
    return fs.existsSync(file) ? pattern.exec(fs.readFileSync(file, "utf8"))?.[1] : undefined;
  };
  const toolchain = process.env.GOTOOLCHAIN ?? read("go.env", /^GOTOOLCHAIN=(.*)$/m) ?? "auto";
  return { goVersion: read("VERSION", /^go(\d+\.\d+)/), goFetchesToolchain: !toolchain.startsWith("local") };
}

function findCommand(command: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, command))
    .find((file) => fs.existsSync(file));
}

/** @throws SandboxError with exit code 2 where something is missing */
export function requireMachine(machine: Machine): void {
  const missing = whatIsMissing(machine);
  if (missing) throw new SandboxError(missing, 2);
}

/** @throws SandboxError naming the port and, where it can be seen, who has it */
export async function requireFreePorts(): Promise<void> {
  for (const { port, what } of forwardedPorts) {
    if (await isFree(port)) continue;
    const { stdout } = spawnSync("ss", ["-Hltnp", `sport = :${port}`], { encoding: "utf8" });
    const owner = /users:\(\("([^"]+)",pid=(\d+)/.exec(stdout);
    throw new SandboxError(
      `Port ${port} on 127.0.0.1 (${what}) is taken${owner ? ` by ${owner[1] ?? ""} (process ${owner[2] ?? ""})` : ""}. End what listens there and try again.`,
      2,
    );
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () =>
      server.close(() => {
        resolve(true);
      }),
    );
  });
}

function availableMemoryGi(): number {
  const meminfo = process.platform === "linux" ? fs.readFileSync("/proc/meminfo", "utf8") : "";
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1];
  return kib ? Number(kib) / 2 ** 20 : os.freemem() / 2 ** 30;
}

function freeDiskGi(folder: string): number {
  for (let existing = folder; ; existing = path.dirname(existing)) {
    if (!fs.existsSync(existing)) continue;
    const { bavail, bsize } = fs.statfsSync(existing);
    return (bavail * bsize) / 2 ** 30;
  }
}
