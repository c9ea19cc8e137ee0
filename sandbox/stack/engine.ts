import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { installStandIns } from "../providers/install";
import type { Paths } from "../support/paths";
import { run, type RunOptions, type RunResult } from "../support/process";

/** The Pulumi engine, with a home and a backend of its own that go when the sandbox goes. */
export interface Engine {
  /** Runs a Pulumi command in a project's folder. */
  pulumi(folder: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** What a command needs to find plugins, backend and cluster. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Sets the engine up: the vendor's plugins where this user has them, stand-ins where not.
 * @param pulumi path of the CLI
 * @param kubeconfig path of the kubeconfig that programs use
 * @param log told which plugin is which
 */
export async function openEngine(
  paths: Paths,
  pulumi: string,
  kubeconfig: string,
  log: (line: string) => void,
): Promise<Engine> {
  const home = path.join(paths.state, "pulumi-home");
  const backend = path.join(paths.state, "pulumi-backend");
  const passphrase = path.join(paths.state, "pulumi-passphrase");
  for (const folder of [home, backend]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!fs.existsSync(passphrase))
    fs.writeFileSync(passphrase, randomBytes(24).toString("hex"), { mode: 0o600 });
  linkVendorPlugins(home);
  const plugins = await installStandIns({
    pulumiHome: home,
    cacheFolder: paths.standIns,
    log: () => undefined,
  });
  const list = (standIn: boolean): string =>
    plugins
      .filter(({ isStandIn }) => isStandIn === standIn)
      .map(({ executable, version }) => `${executable} ${version}`)
      .join(", ");
  if (list(false)) log(`the vendor's own: ${list(false)}`);
  if (list(true)) log(`stand-ins, since no package registry serves the vendor's: ${list(true)}`);
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [path.dirname(pulumi), process.env.PATH].join(path.delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Types are checked by `npm run check`; here each command would check them anew.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    KUBECONFIG: kubeconfig,
  };
  // A passphrase of the user's own would win over the file.
  delete environment.PULUMI_CONFIG_PASSPHRASE;
  return {
    environment,
    pulumi: (folder, args, options = {}) =>
      run(pulumi, [...args, "--non-interactive"], {
        cwd: folder,
        ...options,
        env: { ...environment, ...options.env },
      }),
  };
}

/** Makes the plugins that this user installed with the vendor's CLI known to the sandbox's engine; whole ones only. */
function linkVendorPlugins(home: string): void {
  const installed = path.join(process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"), "plugins");
  const target = path.join(home, "plugins");
  fs.mkdirSync(target, { recursive: true });
  // Made anew: a plugin may have gone, and nothing may ever be written through a link into the user's own folder.
  for (const entry of fs.readdirSync(target, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) fs.unlinkSync(path.join(target, entry.name));
  }
  if (!fs.existsSync(installed)) return;
  for (const entry of fs.readdirSync(installed, { withFileTypes: true })) {
    const folder = path.join(installed, entry.name);
    const link = path.join(target, entry.name);
    if (!entry.isDirectory() || !isWhole(folder)) continue;
    fs.rmSync(link, { recursive: true, force: true });
    fs.symlinkSync(folder, link);
  }
}

/** Pulumi marks a download that is not at its end by a file beside the folder. */
function isWhole(folder: string): boolean {
  if (fs.existsSync(`${folder}.partial`)) return false;
  const isExecutable = (name: string): boolean => (fs.statSync(path.join(folder, name)).mode & 0o111) !== 0;
  return fs.readdirSync(folder).some((name) => name.startsWith("pulumi-") && isExecutable(name));
}
