import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import {
  elasticsearchFolder,
  elasticsearchVersion,
  fetchElasticsearch,
  hasElasticsearch,
  type ArchivedVersion,
} from "../../../sandbox/elasticsearch/archive";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { run, until } from "../../../sandbox/support/process";
import { lineProgress } from "../../../sandbox/support/progress";

/** What Elasticsearch answered; a body that is no JSON comes as text. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks as one user. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

/**
 * A genuine Elasticsearch on the loopback of this machine, without Kubernetes: as an unprivileged user, without TLS.
 * What needs TLS, certificates or pods is proved by tests/e2e.
 */
export interface RealNode {
  readonly url: string;
  readonly port: number;
  /** Password of `elastic`, where the release is run with users. */
  readonly password: string;
  /** Asks as `elastic`. */
  readonly ask: Ask;
  /** Asks as another user. */
  readonly askAs: (username: string, password: string) => Ask;
  /** A folder that `path.repo` allows for snapshots. */
  readonly repository: string;
  /** Bytes on disk of the data folder. */
  readonly dataFolder: string;
  /** Ends it as a machine that fails: kill -9. Data stay. */
  readonly kill: () => Promise<void>;
  /** Starts it again, on the same port. */
  readonly start: () => Promise<void>;
  /** Ends it, and removes all that it has left. */
  readonly close: () => Promise<void>;
}

/** A command of Elasticsearch's: a script in its folder, and what the script reads of its environment. */
export interface Command {
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What differs between two releases, as far as a test has to know. */
export interface Release {
  readonly version: ArchivedVersion;
  /** Settings that only this release knows. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Variable that names the Java to use. */
  readonly javaVariable: string;
  readonly server: Command;
  /** With it there are users, and `elastic` has a password. */
  readonly keystore?: Command;
  /** What of its `jvm.options` is taken. @default every line */
  readonly takesOption?: (line: string) => boolean;
}

const cli = (name: string): Command => ({
  script: "bin/elasticsearch-cli",
  environment: {
    CLI_NAME: name,
    CLI_LIBS: `lib/tools/${name}-cli`,
    CLI_JAVA_OPTS: "-Xmx64m -XX:+UseSerialGC -XX:-UsePerfData",
  },
});

/** 8.19.13: users and roles, and no ILM, SLM or S3, whose modules its archive lacks. */
const current: Release = {
  version: elasticsearchVersion,
  settings: {
    "node.store.allow_mmap": false,
    "xpack.security.enabled": true,
    "xpack.security.autoconfiguration.enabled": false,
  },
  javaVariable: "ES_JAVA_HOME",
  server: cli("server"),
  keystore: cli("keystore"),
};

/** Debian's number of nobody: Elasticsearch refuses to run as root. */
const nobody = { uid: 65534, gid: 65534 };
const password = "made-up-for-a-test";

/** Starts an 8.19.13. @param settings added to `elasticsearch.yml` */
export function startNode(settings: Readonly<Record<string, unknown>> = {}): Promise<RealNode> {
  return startRelease(current, settings);
}

/** Starts a node of any release that can be had. @param settings added to `elasticsearch.yml` */
export async function startRelease(
  release: Release,
  settings: Readonly<Record<string, unknown>>,
): Promise<RealNode> {
  const paths = sandboxPaths();
  const { version } = release;
  if (!hasElasticsearch(paths, version)) await fetchElasticsearch(paths, lineProgress(), undefined, version);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-elasticsearch-"));
  fs.chmodSync(folder, 0o755);
  const inside = (name: string): string => path.join(folder, name);
  const port = await freePort();
  // The cache folder is below root's home, where nobody else may look: links to its files cost no space.
  const archive = elasticsearchFolder(paths, version);
  await run("cp", ["--archive", "--link", archive, inside("home")]).catch(() =>
    run("cp", ["--archive", archive, inside("home")]),
  );
  for (const name of ["config", "data", "logs", "repository", "tmp"]) fs.mkdirSync(inside(name));
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
  await run("chown", [
    "-R",
    `${nobody.uid}:${nobody.gid}`,
    ...["config", "data", "logs", "repository", "tmp"].map(inside),
  ]);
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
        ...environment,
      },
    });
  if (release.keystore !== undefined) await fillKeystore(command, release.keystore);

  const url = `http://127.0.0.1:${port}`;
  const askAs =
    (username: string, secret: string): Ask =>
    async (method, where, body) => {
      const isText = typeof body === "string";
      const response = await fetch(`${url}${where}`, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}`,
          "content-type": isText ? "application/x-ndjson" : "application/json",
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") ?? false;
      return { status: response.status, body: isJson && text !== "" ? (JSON.parse(text) as unknown) : text };
    };
  const ask = askAs("elastic", password);
  let server: ChildProcess | undefined;
  let javaPid: number | undefined;
  // Whoever ends the tests ends the node.
  const atExit = (): void => {
    for (const pid of [javaPid, server?.pid]) if (pid !== undefined) killIfThere(pid);
  };
  process.once("exit", atExit);

  async function start(): Promise<void> {
    const pidFile = inside("tmp/pid");
    fs.rmSync(pidFile, { force: true });
    server = command(release.server, ["--pidfile", pidFile]);
    server.stdin?.end();
    server.stderr?.resume();
    const isReady = async (): Promise<boolean> => {
      if (server?.exitCode !== null) throw new Error(`Elasticsearch ended:\n${lastLog(inside("logs"))}`);
      const answer = await ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s").catch(
        () => undefined,
      );
      return answer?.status === 200;
    };
    if (!(await until(isReady, 180_000, 300))) {
      throw new Error(`Elasticsearch was not ready within 180 s:\n${lastLog(inside("logs"))}`);
    }
    javaPid = Number(fs.readFileSync(pidFile, "utf8"));
  }

  async function kill(): Promise<void> {
    const ended = server && server.exitCode === null ? once(server, "close") : undefined;
    atExit();
    await ended;
    server = undefined;
    javaPid = undefined;
  }

  try {
    await start();
  } catch (error) {
    atExit();
    fs.rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url,
    port,
    password,
    ask,
    askAs,
    repository: inside("repository"),
    dataFolder: inside("data"),
    kill,
    start,
    close: async () => {
      await kill();
      process.removeListener("exit", atExit);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
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

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
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
