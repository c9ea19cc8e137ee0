import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ports } from "../../../components/jaeger/ports";
import {
  proxyArguments,
  proxyFiles,
  proxyPort,
  type ProxyAuthentication,
} from "../../../components/jaeger/uiProxy";
import { bcryptHash } from "../../../sandbox/providers/random/bcryptHash";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { until } from "../../../sandbox/support/process";
import { lineProgress } from "../../../sandbox/support/progress";
import { ensureStoredStackTools } from "../../../sandbox/toolchain/storedStack";
import { endChild, hasEnded } from "./endChild";

export interface ProxyArgs {
  /** How people come in; users of the file come in beside. */
  readonly access: ProxyAuthentication;
  /** Passwords by user, for its file. */
  readonly users: Readonly<Record<string, string>>;
  /** Port of the loopback that jaeger-query listens on. */
  readonly upstreamPort: number;
  /** Port of the loopback for the proxy. */
  readonly port: number;
}

/** A running oauth2-proxy. */
export interface RunningProxy {
  readonly url: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the real oauth2-proxy with the arguments that the program renders, on a port of the loopback. @throws what it
 * printed, where it ends at once
 */
export async function startProxy({ access, users, upstreamPort, port }: ProxyArgs): Promise<RunningProxy> {
  const { oauth2Proxy } = await ensureStoredStackTools(sandboxPaths(), lineProgress());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-proxy-"));
  const write = (name: string, content: string): void => {
    fs.writeFileSync(path.join(folder, name), content);
  };
  write(proxyFiles.cookieSecret, randomBytes(16).toString("hex"));
  write(proxyFiles.clientSecret, "client-secret");
  const lines = Object.entries(users).map(([user, password]) => `${user}:${bcryptHash(password)}\n`);
  write(proxyFiles.users, lines.join(""));
  const args = proxyArguments("jaeger.nova.com", access, true).map((argument) =>
    argument
      .replace(proxyFiles.folder, folder)
      .replace(`=0.0.0.0:${proxyPort}`, `=127.0.0.1:${port}`)
      .replace(`127.0.0.1:${ports.queryHttp}`, `127.0.0.1:${upstreamPort}`),
  );
  const child = spawn(oauth2Proxy, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (log += part));
  }
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  const stop = async (): Promise<void> => {
    await endChild(child, "SIGTERM");
    process.removeListener("exit", atExit);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const isUp = async (): Promise<boolean> =>
    hasEnded(child) || ((await fetch(`${url}/ping`).catch(() => undefined))?.ok ?? false);
  if (!(await until(isUp, 20_000, 100)) || hasEnded(child)) {
    await stop();
    throw new Error(`oauth2-proxy did not start:\n${log.slice(-2000)}`);
  }
  return { url, log: () => log, stop };
}
