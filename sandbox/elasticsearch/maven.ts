import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../support/process";
import { aptGet, nothingInstalled } from "../toolchain/debianPackages";

/** Commands that fetch and unpack an artifact, by their paths. */
export interface ArchiveTools {
  readonly mvn: string;
  readonly unzip: string;
}

const packages = ["maven", "unzip"] as const;

/** Of all that they depend on, what a machine with Java does not have in any case: Maven's own libraries. */
const isUnpacked = (name: string): boolean =>
  ([...packages] as string[]).includes(name) || /^lib.+-java$/.test(name);

/**
 * Has Maven and unzip from Debian's archive, unpacked into a folder: 10 MB, and nothing is installed. They are always
 * had, also where the machine has its own, so that every machine does the same.
 */
export async function fetchArchiveTools(
  folder: string,
  note: (text: string) => void,
  signal?: AbortSignal,
): Promise<ArchiveTools> {
  note("Maven and unzip from Debian");
  const archives = path.join(folder, "archives");
  const root = path.join(folder, "root");
  for (const made of [archives, root]) fs.mkdirSync(made, { recursive: true });
  const options = { cwd: archives, ...(signal && { signal }) };
  const settings = nothingInstalled(folder);
  const simulate = ["--no-install-recommends", "--simulate", "install", ...packages];
  const { stdout } = await aptGet([...settings, ...simulate], options, note);
  await aptGet([...settings, "download", ...packagesToUnpack(stdout)], options, note);
  for (const file of fs.readdirSync(archives)) await run("dpkg-deb", ["--extract", file, root], options);
  for (const link of ["usr/share/maven/conf", "usr/share/maven/bin/m2.conf"]) relink(root, link);
  return { mvn: path.join(root, "usr/share/maven/bin/mvn"), unzip: path.join(root, "usr/bin/unzip") };
}

/** The packages to have, by what `apt-get --simulate install` says. */
export function packagesToUnpack(simulated: string): string[] {
  const names = [...simulated.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? "");
  return names.filter(isUnpacked);
}

/** Turns a link to a place of the machine's into one to the same place of an unpacked tree. */
function relink(root: string, name: string): void {
  const link = path.join(root, name);
  const target = path.join(root, fs.readlinkSync(link));
  fs.unlinkSync(link);
  fs.symlinkSync(target, link);
}
