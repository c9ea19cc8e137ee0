import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { aptGet, debianRelease, nothingInstalled } from "../toolchain/debianPackages";

/** What the image has beside Elasticsearch: Debian's Java (17 in Debian 12), and what scripts and probes call. */
const packages = [
  "bash",
  "coreutils",
  "curl",
  "default-jre-headless",
  "findutils",
  "grep",
  "hostname",
  "sed",
] as const;

/** Documentation and the like, of no use in an image. */
const unneeded = [
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "usr/share/info",
  "usr/share/lintian",
];

/** The unpacked tree. */
export function javaTreeFolder(paths: Paths): string {
  const list = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 8);
  return path.join(paths.tools, `debian-java-${debianRelease() ?? "unknown"}-${list}`);
}

/** Whether it is there. */
export function hasJavaTree(paths: Paths): boolean {
  return fs.existsSync(javaTreeFolder(paths));
}

/**
 * Downloads the packages with all that they depend on, and unpacks them, once. Apt checks their signatures, and is
 * told that nothing is installed yet: so it finds everything that they need, and nothing changes on the machine.
 */
export async function fetchJavaTree(paths: Paths, progress: Progress, signal?: AbortSignal): Promise<void> {
  await progress.step("fetch Java and a shell for Elasticsearch's image (Debian)", async (note) => {
    const target = javaTreeFolder(paths);
    const partial = `${target}.partial`;
    const archives = path.join(partial, "archives");
    const root = path.join(partial, "root");
    fs.rmSync(partial, { recursive: true, force: true });
    for (const folder of [path.join(archives, "partial"), root]) {
      fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
    }
    const options = { cwd: partial, ...(signal && { signal }) };
    const settings = [...nothingInstalled(partial), "-o", `Dir::Cache::archives=${archives}`];
    const install = ["--no-install-recommends", "--download-only", "install", ...packages];
    await aptGet(["-y", ...settings, ...install], options, note);
    const files = fs.readdirSync(archives).filter((file) => file.endsWith(".deb"));
    for (const file of files) await run("dpkg-deb", ["--extract", path.join(archives, file), root], options);
    for (const folder of unneeded) fs.rmSync(path.join(root, folder), { recursive: true, force: true });
    completeTree(root);
    fs.renameSync(root, target);
    fs.rmSync(partial, { recursive: true });
    note(`${files.length} packages unpacked`);
  });
}

/** What the packages' own scripts would have made when they are installed. */
function completeTree(root: string): void {
  const shell = path.join(root, "bin/sh");
  if (!fs.existsSync(shell)) fs.symlinkSync("bash", shell);
  const java = fs.readdirSync(path.join(root, "usr/lib/jvm")).find((name) => /^java-\d+-openjdk-/.test(name));
  if (java === undefined) throw new Error(`${root}/usr/lib/jvm has no OpenJDK`);
  fs.symlinkSync(java, path.join(root, "usr/lib/jvm/java"));
}
