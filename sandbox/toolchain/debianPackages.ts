import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { SandboxError } from "../support/errors";
import type { Paths } from "../support/paths";
import type { Progress } from "../support/progress";
import { run, type RunOptions, type RunResult } from "../support/process";

/**
 * What comes from Debian's archive. The packages are downloaded by apt, which checks their signatures, and unpacked
 * into the cache folder: nothing is installed on the machine, so no service starts and no other containerd or
 * iptables is touched. Libraries stand here only where a minimal Debian lacks them.
 */
const debianPackages = [
  "etcd-server",
  "containerd",
  "runc",
  "libseccomp2",
  "containernetworking-plugins",
  "iptables",
  "libip4tc2",
  "libip6tc2",
  "libxtables12",
  "libnftnl11",
  "libmnl0",
  "libnetfilter-conntrack3",
  "libnfnetlink0",
  "conntrack",
  "busybox-static",
  // For promtool; nothing else of it is started.
  "prometheus",
  // For `npm run drill -- alerts`.
  "prometheus-alertmanager",
] as const;

/** The unpacked tree and what a program needs to run from it. */
export interface DebianTree {
  readonly root: string;
  /** Folders for PATH. */
  readonly path: readonly string[];
  readonly libraries: string;
  /** iptables' extensions, which it looks for at a fixed place otherwise. */
  readonly iptablesExtensions: string;
}

/** The Debian release that the packages are taken from: `12`, of testing its code name; undefined on another system. */
export function debianRelease(osRelease = readOsRelease()): string | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1];
  return value("ID") === "debian" ? (value("VERSION_ID") ?? value("VERSION_CODENAME") ?? "sid") : undefined;
}

function readOsRelease(): string {
  try {
    return fs.readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}

function treeFolder(paths: Paths): string {
  const list = createHash("sha256").update(debianPackages.join(" ")).digest("hex").slice(0, 8);
  return path.join(paths.tools, `debian-${debianRelease() ?? "unknown"}-${list}`);
}

/** The unpacked tree, or undefined where it still has to be made. */
export function findDebianTree(paths: Paths): DebianTree | undefined {
  const root = treeFolder(paths);
  if (!fs.existsSync(root)) return undefined;
  const libraryBase = path.join(root, "usr", "lib");
  const multiarch = fs.readdirSync(libraryBase).find((name) => name.endsWith("-linux-gnu")) ?? "";
  const libraries = path.join(libraryBase, multiarch);
  return {
    root,
    path: ["links", "usr/sbin", "usr/bin", "sbin", "bin"].map((folder) => path.join(root, folder)),
    libraries,
    iptablesExtensions: path.join(libraries, "xtables"),
  };
}

/** Downloads and unpacks the packages, once. */
export async function fetchDebianTree(paths: Paths, progress: Progress, signal?: AbortSignal): Promise<void> {
  await progress.step(
    "fetch Debian packages (etcd, containerd, runc, CNI plugins, iptables, busybox, promtool, Alertmanager)",
    async (note) => {
      const root = treeFolder(paths);
      const partial = `${root}.partial`;
      const archives = path.join(partial, "archives");
      fs.rmSync(partial, { recursive: true, force: true });
      fs.mkdirSync(archives, { recursive: true });
      const options = { cwd: archives, ...(signal && { signal }) };
      await aptGet([...asRoot, "download", ...debianPackages], options, note);
      const files = fs.readdirSync(archives).filter((file) => file.endsWith(".deb"));
      if (files.length !== debianPackages.length) {
        throw new SandboxError(
          `apt-get download gave ${files.length} of ${debianPackages.length} packages in ${archives}. Run 'apt-get update' and try again.`,
        );
      }
      for (const file of files) await run("dpkg-deb", ["--extract", file, partial], options);
      linkIptables(partial);
      fs.renameSync(archives, `${partial}.archives`);
      fs.rmSync(`${partial}.archives`, { recursive: true });
      fs.renameSync(partial, root);
      note(`${files.length} packages unpacked`);
    },
  );
}

/** Its downloads go into folders that apt's own user may not enter. */
const asRoot = ["-o", "APT::Sandbox::User=root"] as const;

/**
 * Options by which apt-get takes nothing for installed: so it finds all that packages depend on, and the machine's own
 * packages play no part.
 * @param folder for the empty list of what is installed
 */
export function nothingInstalled(folder: string): string[] {
  const status = path.join(folder, "status");
  fs.writeFileSync(status, "");
  // Its answer for the machine's own packages must not be written over.
  const settings = [`Dir::State::status=${status}`, "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache="];
  return [...asRoot, ...settings.flatMap((setting) => ["-o", setting])];
}

/** Runs apt-get; where it fails, once more with new lists of packages, since old ones name files that are gone. */
export async function aptGet(
  args: readonly string[],
  options: RunOptions,
  note: (text: string) => void,
): Promise<RunResult> {
  const first = await run("apt-get", ["-q", ...args], { ...options, okCodes: [0, 100] });
  if (first.code === 0) return first;
  note("package lists are missing or old: apt-get update");
  await run("apt-get", ["-q", "update"], options);
  return run("apt-get", ["-q", ...args], options);
}

/** Debian chooses iptables' back end by its alternatives system when it installs; unpacked, the names are missing. */
function linkIptables(root: string): void {
  const links = path.join(root, "links");
  fs.mkdirSync(links);
  for (const family of ["iptables", "ip6tables"]) {
    for (const suffix of ["", "-save", "-restore"]) {
      fs.symlinkSync("../usr/sbin/xtables-nft-multi", path.join(links, family + suffix));
    }
  }
}
