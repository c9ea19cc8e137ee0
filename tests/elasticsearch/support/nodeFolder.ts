import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ensureElasticsearch } from "../../../sandbox/elasticsearch/archive";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { run } from "../../../sandbox/support/process";
import { lineProgress } from "../../../sandbox/support/progress";
import { freePort } from "./freePort";
import type { Command, Release } from "./release";

/** Password of `elastic`. */
export const password = "made-up-for-a-test";

/** All that a node has on disk. */
export interface NodeFolder {
  readonly port: number;
  readonly inside: (name: string) => string;
  /** Starts a command of Elasticsearch's, as an unprivileged user. */
  readonly command: (which: Command, args: readonly string[]) => ChildProcess;
  /** The last lines of its log. */
  readonly lastLog: () => string;
  readonly remove: () => void;
}

/** Debian's number of nobody: Elasticsearch refuses to run as root. */
const nobody = { uid: 65534, gid: 65534 };

const written = ["config", "data", "logs", "repository", "tmp"];

/** Makes it, with the archive fetched if need be. @param settings added to `elasticsearch.yml` */
export async function makeNodeFolder(
  release: Release,
  settings: Readonly<Record<string, unknown>>,
): Promise<NodeFolder> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-elasticsearch-"));
  const inside = (name: string): string => path.join(folder, name);
  const command = ({ script, environment }: Command, args: readonly string[]): ChildProcess =>
    spawn("bash", [inside(`home/${script}`), ...args], {
      ...nobody,
      cwd: folder,
      stdio: ["pipe", "ignore", "pipe"],
      env: {
        PATH: process.env.PATH,
        HOME: inside("tmp"),
        ES_TMPDIR: inside("tmp"),
        ES_PATH_CONF: inside("config"),
        [release.javaVariable]: javaHome(),
        ES_JAVA_OPTS: "-Xms512m -Xmx512m -XX:-UsePerfData",
        // Its launcher leaves folders of its own in whatever folder Java has for that.
        CLI_JAVA_OPTS: `-Xmx64m -XX:+UseSerialGC -XX:-UsePerfData -Djava.io.tmpdir=${inside("tmp")}`,
        ...environment,
      },
    });
  const remove = (): void => {
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    fs.chmodSync(folder, 0o755);
    const port = await freePort();
    const archive = await linkArchive(release, inside("home"));
    for (const name of written) fs.mkdirSync(inside(name));
    const own = (name: string): string => fs.readFileSync(path.join(archive, "config", name), "utf8");
    fs.writeFileSync(inside("config/log4j2.properties"), own("log4j2.properties"));
    const options = own("jvm.options").split("\n");
    fs.writeFileSync(
      inside("config/jvm.options"),
      options.filter(release.takesOption ?? (() => true)).join("\n"),
    );
    const all = {
      "cluster.name": "test",
      "node.name": "test-0",
      "network.host": "127.0.0.1",
      "http.port": port,
      "transport.port": await freePort(),
      "discovery.type": "single-node",
      "path.data": inside("data"),
      "path.logs": inside("logs"),
      "path.repo": [inside("repository")],
      "xpack.ml.enabled": false,
      // A test's machine may be nearly full.
      "cluster.routing.allocation.disk.threshold_enabled": false,
      ...release.settings,
      ...settings,
    };
    // JSON is YAML.
    fs.writeFileSync(inside("config/elasticsearch.yml"), JSON.stringify(all, null, 2));
    await run("chown", ["-R", `${nobody.uid}:${nobody.gid}`, ...written.map(inside)]);
    if (release.keystore !== undefined) await fillKeystore(command, release.keystore);
    return { port, inside, command, remove, lastLog: () => lastLog(inside("logs")) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The cache folder is below root's home, where nobody else may look: links to its files cost no space. */
async function linkArchive({ version }: Release, target: string): Promise<string> {
  const archive = await ensureElasticsearch(sandboxPaths(), lineProgress(), undefined, version);
  await run("cp", ["--archive", "--link", archive, target]).catch(() => {
    // Another file system takes no links.
    fs.rmSync(target, { recursive: true, force: true });
    return run("cp", ["--archive", archive, target]);
  });
  return archive;
}

/** Makes the keystore, with the password of `elastic`. */
async function fillKeystore(
  command: (which: Command, args: readonly string[]) => ChildProcess,
  keystore: Command,
): Promise<void> {
  for (const [args, input] of [
    [["create"], ""],
    [["add", "-x", "-f", "bootstrap.password"], password],
  ] as const) {
    const child = command(keystore, args);
    child.stdin?.end(input);
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0) throw new Error(`elasticsearch-keystore ${args.join(" ")} ended with code ${code}`);
  }
}

function lastLog(folder: string): string {
  const log = path.join(folder, "test.log");
  return fs.existsSync(log)
    ? fs.readFileSync(log, "utf8").split("\n").slice(-15).join("\n")
    : "it wrote no log";
}

/** Where Java is: two folders above the command. */
function javaHome(): string {
  const command = (process.env.PATH ?? "")
    .split(":")
    .map((one) => path.join(one, "java"))
    .find((one) => fs.existsSync(one));
  if (command === undefined)
    throw new Error("There is no java on PATH. Run: apt-get install default-jre-headless");
  return path.dirname(path.dirname(fs.realpathSync(command)));
}
