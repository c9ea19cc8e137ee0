import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gatewayConfig } from "../../../components/jaeger/gatewayConfig";
import {
  gatewayClientFolder,
  plainIngest,
  serverFolder,
  type IngestMode,
  type IngestTls,
} from "../../../components/jaeger/ingestTls";
import { ports } from "../../../components/jaeger/ports";
import { renderYaml, type YamlMap } from "../../../components/jaeger/sharedConfig";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { until } from "../../../sandbox/support/process";
import { lineProgress } from "../../../sandbox/support/progress";
import { ensureStoredStackTools } from "../../../sandbox/toolchain/storedStack";
import { endChild, hasEnded } from "./endChild";
import { freePort } from "./freePort";
import { put } from "../../support/document";
import { goMemory, memoryLimiter, type RunningJaeger } from "./jaeger";

/** TLS on both hops, with a folder in place of each mounted Secret, which is read again after a second, not a minute. */
export interface GatewayTls {
  readonly mode: IngestMode;
  readonly serverFolder: string;
  readonly clientFolder: string;
}

/** What differs from the gateway of a stack in plain text. */
export interface GatewayOptions {
  readonly tls?: GatewayTls;
  /** Memory limit of its container, such as `512Mi`. @default the machine's memory */
  readonly memoryLimit?: string;
  /** Another configuration than the rendered one, to compare it with. */
  readonly change?: (document: YamlMap) => YamlMap;
}

/**
 * Starts the real OpenTelemetry Collector with the configuration of the gateway that the program renders, on ports of
 * the loopback. @param backendPort where Jaeger's OTLP over HTTP is, or will be; with TLS its certificate is for localhost
 * @throws what it printed, where it ends at once
 */
export async function startGateway(
  backendPort: number,
  { change = (document) => document, memoryLimit, tls }: GatewayOptions = {},
): Promise<RunningJaeger> {
  const { collectorContrib } = await ensureStoredStackTools(sandboxPaths(), lineProgress());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-gateway-"));
  const own = new Map<number, number>();
  for (const port of Object.values(ports)) own.set(port, await freePort());
  const portOf = (name: keyof typeof ports): number => own.get(ports[name]) ?? 0;
  const ingest: IngestTls = tls === undefined ? plainIngest : { tls: tls.mode };
  const document = change(
    gatewayConfig({ backendHost: "backend.test", legacyReceiver: tls === undefined, ingest }),
  );
  if (memoryLimit !== undefined) put(document, ["processors", "memory_limiter"], memoryLimiter(memoryLimit));
  const text = renderYaml(document)
    .replaceAll(serverFolder, tls?.serverFolder ?? serverFolder)
    .replaceAll(gatewayClientFolder, tls?.clientFolder ?? gatewayClientFolder)
    .replaceAll("reload_interval: 1m", "reload_interval: 1s")
    .replaceAll(
      /(?<=endpoint: )0\.0\.0\.0:(\d+)$/gm,
      (whole, port: string) => `127.0.0.1:${own.get(Number(port)) ?? whole}`,
    )
    .replace(`//backend.test:${ports.otlpHttp}`, `//localhost:${backendPort}`)
    .replace("host: 0.0.0.0", "host: 127.0.0.1")
    .replace(`port: ${ports.metrics}`, `port: ${portOf("metrics")}`);
  const file = path.join(folder, "config.yaml");
  fs.writeFileSync(file, text);
  const child = spawn(collectorContrib, [`--config=${file}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(memoryLimit !== undefined && goMemory(memoryLimit)) },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (log += part));
  }
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  const get = (port: keyof typeof ports, where: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${portOf(port)}${where}`, { signal: AbortSignal.timeout(5000) });
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    await endChild(child, signal);
    process.removeListener("exit", atExit);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const isUp = await until(
    async () => hasEnded(child) || ((await get("health", "/status").catch(() => undefined))?.ok ?? false),
    30_000,
    100,
  );
  if (hasEnded(child) || !isUp) {
    await stop("SIGKILL");
    throw new Error(`the gateway did not start:\n${log.slice(-2000)}`);
  }
  return { portOf, log: () => log, metrics: async () => (await get("metrics", "/metrics")).text(), stop };
}
