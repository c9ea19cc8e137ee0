import * as fs from "node:fs";
import { SandboxError } from "../support/errors";
import {
  isAlive,
  run,
  startDetached,
  startTicks,
  until,
  type ProcessIdentity,
  type RunOptions,
  type RunResult,
} from "../support/process";
import type { DebianTree } from "../toolchain/debianPackages";

/**
 * The node lives in network, mount and process namespaces of its own, held open by one idle process, the first of
 * its process namespace. When that process ends, the kernel ends all others there and drops every mount, interface,
 * bridge and packet rule with them: so nothing can be left behind, not even after a crash.
 */
export interface Namespace {
  readonly holder: ProcessIdentity;
  /** Runs a command inside, to its end. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a command inside that stays until the namespace goes. */
  start(command: string, args: readonly string[], logFile: string, env?: NodeJS.ProcessEnv): void;
}

/**
 * What the holder does before it idles: /run and /var/lib become empty and private (sockets, CNI's leases), the
 * cache folder shows through at its own path even below them. The kernel settings that kubelet insists on are the
 * machine's own, so kubelet sees files that say what it wants, and the machine's stay as they are.
 */
const holderScript = `set -e
mount -t tmpfs tmpfs /run
mkdir /run/keep /run/netns
mount --bind "$1" /run/keep
mount -t tmpfs tmpfs /var/lib
mkdir -p "$1"
mountpoint -q "$1" || mount --bind /run/keep "$1"
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \\
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=/run/kernel-settings/\${setting%=*}
  mkdir -p "\${file%/*}"
  echo "\${setting#*=}" > "$file"
  mount --bind "$file" "/proc/sys/\${setting%=*}"
done
echo 1 > /proc/sys/net/ipv4/ip_forward
exec sleep infinity`;

/**
 * Makes the namespaces.
 * @param cacheFolder stays visible inside
 * @param onStarted told at once which process to end, should the rest not come to its end
 */
export async function createNamespace(
  cacheFolder: string,
  debian: DebianTree,
  logFile: string,
  onStarted: (outer: ProcessIdentity) => void,
): Promise<Namespace> {
  const unshare = [
    "--net",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "--propagation",
    "private",
  ];
  // Ignored child signals survive exec: so the idle first process never collects zombies of what it adopts.
  const script = `trap '' CHLD; exec unshare "$@"`;
  const outer = startDetached(
    "sh",
    ["-c", script, "sh", ...unshare, "sh", "-c", holderScript, "sh", cacheFolder],
    { logFile },
  );
  onStarted(outer);
  let holder: ProcessIdentity | undefined;
  const ready = await until(() => {
    const pid = holder?.pid ?? childOf(outer.pid);
    if (pid === undefined) return !isAlive(outer);
    holder ??= { pid, startTicks: startTicks(pid) ?? "" };
    return commandOf(pid).startsWith("sleep") || !isAlive(outer);
  }, 10_000);
  if (!ready || !holder || !isAlive(holder)) {
    const reason = fs.readFileSync(logFile, "utf8").trim().split("\n").at(-1) ?? "";
    if (holder) killHolder(holder);
    throw new SandboxError(
      `The node's namespaces could not be made: ${reason || "no reason given"} (log: ${logFile}). They need root with CAP_SYS_ADMIN and CAP_NET_ADMIN.`,
    );
  }
  return openNamespace(holder, debian);
}

/** The namespaces of a holder that runs already. */
export function openNamespace(holder: ProcessIdentity, debian: DebianTree): Namespace {
  const enter = ["--target", String(holder.pid), "--net", "--mount", "--pid", "--"];
  const environment: NodeJS.ProcessEnv = {
    PATH: [...debian.path, "/usr/sbin", "/usr/bin", "/sbin", "/bin"].join(":"),
    LD_LIBRARY_PATH: debian.libraries,
    XTABLES_LIBDIR: debian.iptablesExtensions,
    HOME: "/run",
  };
  return {
    holder,
    run: (command, args, options = {}) =>
      run("nsenter", [...enter, command, ...args], { ...options, env: { ...environment, ...options.env } }),
    start(command, args, logFile, env = {}) {
      startDetached("nsenter", [...enter, command, ...args], { logFile, env: { ...environment, ...env } });
    },
  };
}

/** Ends the namespaces and everything in them; returns once they are gone. */
export async function destroyNamespace(holder: ProcessIdentity): Promise<void> {
  // A holder that is gone took all with it, and its number may be another process's by now.
  if (!isAlive(holder)) return;
  const inode = namespaceInode(holder.pid);
  killHolder(holder);
  const gone = await until(() => !isAlive(holder) && (inode === undefined || !isInhabited(inode)), 20_000);
  if (!gone)
    throw new SandboxError(
      `The node's processes did not end within 20 s (holder ${holder.pid}). Look with: lsns -p ${holder.pid}`,
    );
}

function killHolder(holder: ProcessIdentity): void {
  try {
    if (isAlive(holder)) process.kill(holder.pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}

function namespaceInode(pid: number): string | undefined {
  try {
    return fs.readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}

function isInhabited(inode: string): boolean {
  return fs.readdirSync("/proc").some((name) => /^\d+$/.test(name) && namespaceInode(Number(name)) === inode);
}

function childOf(pid: number): number | undefined {
  try {
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children ? Number(children.split(" ")[0]) : undefined;
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
