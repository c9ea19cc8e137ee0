import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { packageVersion } from "./shared/packageVersion";
import { transpileStandIns } from "./transpile";

/** Where to install, and who is told about it. */
export interface InstallSettings {
  /** The engine's home, where its plugins live: what `PULUMI_HOME` says. */
  readonly pulumiHome: string;
  /** Where the stand-ins' compiled form is kept. */
  readonly cacheFolder: string;
  /** Called with one line for each plugin. */
  readonly log: (line: string) => void;
}

/** A plugin that the engine will find. */
export interface InstalledPlugin {
  /** Such as `pulumi-resource-kubernetes`. */
  readonly executable: string;
  readonly version: string;
  readonly folder: string;
  /** False for one of the vendor's, which is left as it is. */
  readonly isStandIn: boolean;
}

interface StandIn {
  /** The engine's word for what the plugin does. */
  readonly kind: "resource" | "language";
  readonly name: string;
  /** The package whose version decides which version of the plugin the engine asks for. */
  readonly sdkPackage: string;
  /** Where its main.ts lies. */
  readonly source: string;
}

const STAND_INS: readonly StandIn[] = [
  { kind: "language", name: "nodejs", sdkPackage: "@pulumi/pulumi", source: "languageHost" },
  { kind: "resource", name: "kubernetes", sdkPackage: "@pulumi/kubernetes", source: "kubernetes" },
  { kind: "resource", name: "random", sdkPackage: "@pulumi/random", source: "random" },
  {
    kind: "resource",
    name: "kubernetes-cert-manager",
    sdkPackage: "@pulumi/kubernetes-cert-manager",
    source: "kubernetesCertManager",
  },
];

/** A line in each launcher by which a later run tells its own from the vendor's plugin. */
const MARK = "# stand-in of the sandbox";

/**
 * Puts a stand-in in the place of each plugin that is not there. The vendor's plugin of the same version, and a
 * vendor's language host on PATH, are left as they are, and used.
 *
 * @throws Error when a package is not installed, or a folder cannot be written.
 */
export async function installStandIns(settings: InstallSettings): Promise<InstalledPlugin[]> {
  const nodeModules = join(__dirname, "..", "..", "node_modules");
  const compiled = await transpileStandIns(__dirname, nodeModules, settings.cacheFolder);
  return STAND_INS.map((standIn) => install(standIn, compiled, settings));
}

function install(standIn: StandIn, compiled: string, { pulumiHome, log }: InstallSettings): InstalledPlugin {
  const version = packageVersion(standIn.sdkPackage);
  const executable = `pulumi-${standIn.kind}-${standIn.name}`;
  const ownFolder = join(pulumiHome, "plugins", `${standIn.kind}-${standIn.name}-v${version}`);
  // The engine looks for a language host on PATH first; a provider there may have any version.
  const places = [...(standIn.kind === "language" ? pathFolders() : []), ownFolder];
  const vendors = places.find((folder) => isVendors(join(folder, executable)));
  if (vendors !== undefined) {
    log(`${executable} ${version}: the vendor's, from ${vendors}`);
    return { executable, version, folder: vendors, isStandIn: false };
  }
  writeLauncher(join(ownFolder, executable), join(compiled, standIn.source, "main.js"));
  log(`${executable} ${version}: stand-in of the sandbox, since no package registry serves the vendor's`);
  return { executable, version, folder: ownFolder, isStandIn: true };
}

function pathFolders(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** True for an executable that is there and was not written by this file. */
function isVendors(executable: string): boolean {
  if (!existsSync(executable) || !isExecutable(executable)) return false;
  const start = Buffer.alloc(256);
  const file = openSync(executable, "r");
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  return !start.includes(MARK);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function writeLauncher(executable: string, script: string): void {
  const text = [
    "#!/bin/sh",
    MARK,
    `exec ${shellQuoted(process.execPath)} ${shellQuoted(script)} "$@"`,
    "",
  ].join("\n");
  mkdirSync(dirname(executable), { recursive: true });
  // Renamed into place: an engine that starts at this moment must not run half a script.
  const written = `${executable}.${process.pid}`;
  writeFileSync(written, text);
  chmodSync(written, 0o755);
  renameSync(written, executable);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
