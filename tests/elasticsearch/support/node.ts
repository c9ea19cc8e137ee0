import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { until } from "../../../sandbox/support/process";
import { asker, type Ask } from "./ask";
import { hasEnded } from "./endChild";
import { makeNodeFolder, password } from "./nodeFolder";
import { current, type Release } from "./release";

export type { Answer, Ask } from "./ask";

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
  /** Folder with its data. */
  readonly dataFolder: string;
  /** Ends it as a machine that fails: kill -9. Data stay. */
  readonly kill: () => Promise<void>;
  /** Starts it again, on the same port. */
  readonly start: () => Promise<void>;
  /** Ends it, and removes all that it has left. */
  readonly close: () => Promise<void>;
}

/** Starts an 8.19.13. @param settings added to `elasticsearch.yml` */
export function startNode(settings: Readonly<Record<string, unknown>> = {}): Promise<RealNode> {
  return startRelease(current, settings);
}

/** Starts a node of any release that can be had. @param settings added to `elasticsearch.yml` */
export async function startRelease(
  release: Release,
  settings: Readonly<Record<string, unknown>>,
): Promise<RealNode> {
  const { command, inside, lastLog, port, remove } = await makeNodeFolder(release, settings);
  const url = `http://127.0.0.1:${port}`;
  const askAs = (username: string, secret: string): Ask => asker(url, username, secret);
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
    const started = command(release.server, ["--pidfile", pidFile]);
    server = started;
    started.stdin?.end();
    started.stderr?.resume();
    const isReady = async (): Promise<boolean> => {
      if (hasEnded(started)) throw new Error(`Elasticsearch ended:\n${lastLog()}`);
      const answer = await ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s").catch(
        () => undefined,
      );
      return answer?.status === 200;
    };
    if (!(await until(isReady, 180_000, 300))) {
      throw new Error(`Elasticsearch was not ready within 180 s:\n${lastLog()}`);
    }
    javaPid = Number(fs.readFileSync(pidFile, "utf8"));
  }

  async function kill(): Promise<void> {
    const ended = server && !hasEnded(server) ? once(server, "close") : undefined;
    atExit();
    await ended;
    server = undefined;
    javaPid = undefined;
  }

  async function close(): Promise<void> {
    await kill();
    process.removeListener("exit", atExit);
    remove();
  }

  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  const [repository, dataFolder] = [inside("repository"), inside("data")];
  return { url, port, password, ask, askAs, repository, dataFolder, kill, start, close };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
