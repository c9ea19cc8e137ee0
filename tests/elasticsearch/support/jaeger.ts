import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { collectorConfig } from "../../../components/jaeger/collectorConfig";
import { storeFiles } from "../../../components/jaeger/elasticsearchStore";
import { ports } from "../../../components/jaeger/ports";
import { queryConfig } from "../../../components/jaeger/queryConfig";
import { collectorMemoryLimiter } from "../../../components/jaeger/queueCapacity";
import { renderYaml, type YamlMap } from "../../../components/jaeger/sharedConfig";
import { shareOfMemoryMebibytes } from "../../../components/kubernetes/quantity";
import { goMemoryLimit } from "../../../components/kubernetes/workload";
import type { ElasticsearchConnection } from "../../../components/elasticsearch/connection";
import { retention, type RetentionMechanism } from "../../../components/elasticsearch/retention";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { until } from "../../../sandbox/support/process";
import { lineProgress } from "../../../sandbox/support/progress";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain";
import { connection } from "../../components/jaeger/support/distributed";
import { at, put } from "../../support/document";
import { endChild, hasEnded } from "./endChild";
import { freePort } from "./freePort";

/** The release that can be built here. */
export const jaegerVersion = "2.13.0";

/** One that writes synchronously, and cannot be had; its configuration can be rendered. */
const synchronousVersion = "2.22.0";

export interface JaegerArgs {
  readonly role: "collector" | "query";
  /** Where Elasticsearch listens. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly indexPrefix: string;
  /** @default cleaner */
  readonly mechanism?: RetentionMechanism;
  /** @default 30 */
  readonly retentionDays?: number;
  /** One that has ended, whose ports it takes over. @default ports that nobody listens on */
  readonly inPlaceOf?: RunningJaeger;
  /** Of the connection, for what the others do not say. */
  readonly change?: Partial<ElasticsearchConnection>;
  /** Stands in for the pod's own address, on which it listens to others. @default 127.0.0.1 */
  readonly podAddress?: string;
  /** Of a query: its UI's configuration, and a page in place of the UI's. @default an empty one, and no page */
  readonly ui?: { readonly config: string; readonly page: string };
  /** Memory limit of a collector's container. @default 1Gi, by which its queue is sized; the machine's memory limits it */
  readonly memory?: MemoryLimit;
}

/** The limit of a container, kept by Go's collector and Jaeger's memory limiter as in a pod; nothing kills. */
export interface MemoryLimit {
  readonly limit: string;
  /** In place of the capacity that follows from the limit, spans. */
  readonly queueCapacity?: number;
  /**
   * Memory limit of the gateway before it. The queue is then that of the releases which write synchronously: it waits for
   * the storage, makes batches, and has the capacity that both memories allow. @default the release's own queue
   */
  readonly gatewayLimit?: string;
}

/** A running Jaeger. */
export interface RunningJaeger {
  /** The port of this machine in place of one of the configuration's. */
  readonly portOf: (name: keyof typeof ports) => number;
  /** What it has printed so far. */
  readonly log: () => string;
  /** Its metrics, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  /** @param signal SIGTERM ends it in order */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/**
 * Starts Jaeger 2.13 with the configuration that the program renders, on ports of the loopback and without TLS: all
 * else is as in a pod. @throws what it printed, where it ends at once
 */
export async function startJaeger(args: JaegerArgs): Promise<RunningJaeger> {
  const { jaeger } = await ensureToolchain(sandboxPaths(), lineProgress());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-jaeger-"));
  const inside = (name: string, content: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content);
    return file;
  };
  const strategies = inside(
    "strategies.json",
    JSON.stringify({ default_strategy: { type: "probabilistic", param: 1 } }),
  );
  const ui = inside("ui.json", args.ui?.config ?? "{}");
  const passwordFile = inside("password", args.password);
  const mechanism = args.mechanism ?? "cleaner";
  const podAddress = args.podAddress ?? "127.0.0.1";
  const store: ElasticsearchConnection = {
    ...connection(mechanism, {
      url: args.url,
      username: args.username,
      indexPrefix: args.indexPrefix,
      retention: retention(args.retentionDays ?? 30, mechanism),
      shards: 1,
      copies: 0,
      ...args.change,
    }),
    authoritySecret: undefined,
  };
  const document =
    args.role === "collector"
      ? collectorConfig({
          version: jaegerVersion,
          connection: store,
          memoryLimit: args.memory?.limit ?? "1Gi",
          samplingPath: strategies,
          legacyReceiver: false,
          spanMetrics: true,
        })
      : queryConfig({ version: jaegerVersion, connection: store, uiConfigPath: ui });
  if (args.ui !== undefined) {
    inside("index.html", args.ui.page);
    put(document, ["extensions", "jaeger_query", "ui", "assets_path"], folder);
  }
  if (args.memory?.gatewayLimit !== undefined) queueSynchronously(document, store, args.memory);
  if (args.memory !== undefined) limitMemory(document, args.memory);
  const own = new Map<number, number>();
  for (const [name, port] of Object.entries(ports) as [keyof typeof ports, number][]) {
    own.set(port, args.inPlaceOf?.portOf(name) ?? (await freePort()));
  }
  const portOf = (name: keyof typeof ports): number => own.get(ports[name]) ?? 0;
  const text = renderYaml(document)
    .replaceAll(`${storeFiles.password.folder}/${storeFiles.password.key}`, passwordFile)
    .replaceAll(
      /(?<=endpoint: )([\d.]+):(\d+)$/gm,
      (whole, address: string, port: string) =>
        `${address === "0.0.0.0" ? podAddress : address}:${own.get(Number(port)) ?? whole}`,
    )
    .replace("host: 0.0.0.0", `host: ${podAddress}`)
    .replace(`port: ${ports.metrics}`, `port: ${portOf("metrics")}`);
  const child = spawn(jaeger, [`--config=${inside("config.yaml", text)}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(args.memory && goMemory(args.memory.limit)) },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (log += part));
  }
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  const get = (port: keyof typeof ports, where: string): Promise<Response> =>
    fetch(`http://${podAddress}:${portOf(port)}${where}`, { signal: AbortSignal.timeout(5000) });
  const isUp = await until(
    async () => hasEnded(child) || ((await get("health", "/status").catch(() => undefined))?.ok ?? false),
    60_000,
    200,
  );
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    await endChild(child, signal);
    process.removeListener("exit", atExit);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  if (hasEnded(child) || !isUp) {
    const what = hasEnded(child) ? "ended at its start" : "was not ready within 60 s";
    await stop("SIGKILL");
    throw new Error(`Jaeger's ${args.role} ${what}:\n${log.slice(-2000)}`);
  }
  return {
    portOf,
    log: () => log,
    metrics: async () => (await get("metrics", "/metrics")).text(),
    stop,
  };
}

/** The steps and the exporter of a release that writes synchronously; this one's storage still writes as it does. */
function queueSynchronously(
  document: YamlMap,
  connection: ElasticsearchConnection,
  memory: MemoryLimit,
): void {
  const synchronous = collectorConfig({
    version: synchronousVersion,
    connection,
    memoryLimit: memory.limit,
    gatewayMemoryLimit: memory.gatewayLimit,
    samplingPath: "unused",
    legacyReceiver: false,
    spanMetrics: true,
  });
  for (const path of [
    ["exporters", "jaeger_storage_exporter"],
    ["service", "pipelines", "traces", "processors"],
  ])
    put(document, path, at(synchronous, ...path));
}

function limitMemory(document: YamlMap, { limit, queueCapacity: capacity }: MemoryLimit): void {
  put(document, ["processors", "memory_limiter"], memoryLimiter(limit));
  if (capacity !== undefined) {
    put(document, ["exporters", "jaeger_storage_exporter", "queue", "queue_size"], capacity);
  }
}

/** The limiter's percentages are of the container's memory; here they would be of the machine's. */
export function memoryLimiter(limit: string): YamlMap {
  const share = (percent: number): number => shareOfMemoryMebibytes(limit, percent / 100);
  return {
    check_interval: "1s",
    limit_mib: share(collectorMemoryLimiter.limit),
    spike_limit_mib: share(collectorMemoryLimiter.spike),
  };
}

/** What a container with that limit tells Go. */
export function goMemory(limit: string): NodeJS.ProcessEnv {
  const quantities = { cpu: "1", memory: limit };
  return { GOMEMLIMIT: goMemoryLimit({ requests: quantities, limits: quantities }).value };
}

/** The sum of a counter over its series; 0 where there is none. @param labels parts of the labels' text */
export function counter(metrics: string, name: string, ...labels: readonly string[]): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
