import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { findCluster, type Cluster } from "../../sandbox/node/cluster";
import { markAsTestRun, readState } from "../../sandbox/node/state";
import { deploy, openProject, type Changes, type SandboxProject } from "../../sandbox/stack/deploy";
import { openEngine, type Engine } from "../../sandbox/stack/engine";
import { projectFolder, sandboxPaths } from "../../sandbox/support/paths";
import { isAlive, run } from "../../sandbox/support/process";
import { ensureToolchain, findTools, isComplete, type Toolchain } from "../../sandbox/toolchain/toolchain";

/** What a command of the sandbox did. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export const paths = sandboxPaths();

// As soon as this is loaded: whatever tests or the drill start, and in whichever way, is theirs.
markAsTestRun();

/**
 * Sees to it that no sandbox runs. One that an earlier run of the tests left, which failed or was killed, is taken
 * down; anybody else's is not.
 * @throws where somebody else's runs
 */
export async function clearSandbox(): Promise<void> {
  const { testRun } = readState(paths) ?? {};
  if (testRun && !isAlive(testRun)) await npm("stop");
  assert.equal(
    readState(paths),
    undefined,
    "A sandbox runs on this machine already. Take it down first: npm stop",
  );
}

/** Runs an npm script of the project, as a user would. */
export function npm(...args: string[]): Promise<CommandResult> {
  return command("npm", args);
}

/** Runs a command in the project's folder. @param env added to this process's */
export function command(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const started = Date.now();
  const child = spawn(name, args, {
    cwd: projectFolder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      process.stdout.write(text.replaceAll(/^(?=.)/gm, "      | "));
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code) => {
      resolve({ code, ...output, seconds: (Date.now() - started) / 1000 });
    });
  });
}

/** The sandbox that runs, for tests that look into it. */
export async function runningSandbox(): Promise<{ tools: Toolchain; cluster: Cluster; engine: Engine }> {
  const tools = findTools(paths);
  const cluster = isComplete(tools) ? findCluster(paths, tools) : undefined;
  if (!isComplete(tools) || !cluster)
    throw new Error("the sandbox does not run, although an earlier test started it");
  const engine = await openEngine(paths, tools.pulumi, cluster.kubeconfig, () => undefined);
  return { tools, cluster, engine };
}

/** A project below `tests/e2e/fixtures`. */
export function fixtureProject(
  name: string,
  stack: string,
  config: Readonly<Record<string, unknown>>,
): SandboxProject {
  const overlay = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${name}:${key}`, value]));
  return { name, checkout: projectFolder, folder: `tests/e2e/fixtures/${name}`, stack, overlay };
}

const silent = {
  say: () => undefined,
  step: <T>(_title: string, work: (note: () => void) => Promise<T>) => work(() => undefined),
};

/** `pulumi up` of a project, without its progress. */
export function deployProject(
  engine: Engine,
  project: SandboxProject,
  options: readonly string[] = [],
): Promise<Changes> {
  return deploy(engine, paths, project, { progress: silent, signal: new AbortController().signal }, options);
}

/** Any Pulumi command on a project; the exit code is the test's to judge. */
export async function pulumi(engine: Engine, project: SandboxProject, args: readonly string[]) {
  const folder = await openProject(engine, paths, project);
  return engine.pulumi(folder, [...args, "-s", project.stack], {
    okCodes: Array.from({ length: 256 }, (_, code) => code),
  });
}

/** The name of the running pod of each demo service. */
export async function podsOf(cluster: Cluster, namespace: string): Promise<Record<string, string>> {
  const list = await cluster.api.find(`/api/v1/namespaces/${namespace}/pods`);
  const pods = (list?.items ?? []) as unknown as {
    metadata: { name: string; deletionTimestamp?: string; labels?: Record<string, string> };
  }[];
  const running = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return Object.fromEntries(
    running.map(({ metadata }) => [
      metadata.labels?.["app.kubernetes.io/name"] ?? metadata.name,
      metadata.name,
    ]),
  );
}

/** What a start may add to a machine and a stop has to take away. */
export interface MachineSnapshot {
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
  readonly rules: readonly string[];
  readonly namespaces: readonly string[];
  readonly cgroups: readonly string[];
  readonly settings: readonly string[];
  /** Processes that live in foreign namespaces, or that were started from or with the cache folder. */
  readonly processes: readonly string[];
}

/** Looks at the machine. Each tool has to be there and to answer: a look that fails must not pass for an empty one. */
export async function machineSnapshot(): Promise<MachineSnapshot> {
  const { debian } = await ensureToolchain(paths, silent, new AbortController().signal);
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: debian.libraries,
    XTABLES_LIBDIR: debian.iptablesExtensions,
  };
  const lines = async (name: string, ...args: string[]): Promise<string[]> =>
    (await run(name, args, { env })).stdout.split("\n").filter(Boolean).sort();
  const rules = await lines(path.join(debian.root, "links", "iptables-save"));
  return {
    mounts: fs.readFileSync("/proc/self/mounts", "utf8").split("\n").sort(),
    links: (await lines("ip", "-o", "link")).map((line) => line.split(":")[1]?.trim() ?? ""),
    routes: await lines("ip", "route", "show", "table", "all"),
    // Comments hold times, and counters count what others send.
    rules: rules.filter((line) => !line.startsWith("#")).map((line) => line.replace(/\[\d+:\d+\]/, "")),
    namespaces: fs.existsSync("/run/netns") ? fs.readdirSync("/run/netns").sort() : [],
    cgroups: await lines("find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", "*nova-tracing*"),
    settings: [
      "vm/overcommit_memory",
      "vm/panic_on_oom",
      "kernel/panic",
      "kernel/panic_on_oops",
      "net/ipv4/ip_forward",
    ].map((name) => `${name}=${fs.readFileSync(`/proc/sys/${name}`, "utf8").trim()}`),
    processes: foreignProcesses(),
  };
}

function foreignProcesses(): string[] {
  const own = fs.readlinkSync("/proc/self/ns/mnt");
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const commandLine = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8");
        const ours =
          [commandLine, environment].some((text) => text.includes(paths.cache)) ||
          commandLine.includes("sandbox/forwarder");
        return ours || fs.readlinkSync(`/proc/${pid}/ns/mnt`) !== own ? [commandLine] : [];
      } catch {
        // It ended in between, or it is the kernel's.
        return [];
      }
    })
    .filter(Boolean)
    .sort();
}
