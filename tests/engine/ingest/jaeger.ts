import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { allInOneConfig } from "../../../components/jaeger/allInOneConfig";
import { collectorConfig } from "../../../components/jaeger/collectorConfig";
import { serverFolder, type IngestMode } from "../../../components/jaeger/ingestTls";
import { ports } from "../../../components/jaeger/ports";
import { renderYaml } from "../../../components/jaeger/sharedConfig";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { until } from "../../../sandbox/support/process";
import { lineProgress } from "../../../sandbox/support/progress";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain";
import { connection } from "../../components/jaeger/support/distributed";
import { endChild, hasEnded } from "../../elasticsearch/support/endChild";
import { freePort } from "../../elasticsearch/support/freePort";
import { at, list, mapping, text } from "../../support/document";

/** A running Jaeger. */
export interface EncryptedJaeger {
  readonly pid: number;
  /** The port of this machine in place of one of the configuration's. */
  readonly portOf: (name: keyof typeof ports) => number;
  readonly log: () => string;
  /** Spans that it has of a service. */
  readonly spansOf: (service: string) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/**
 * Jaeger 2.13 with the receivers of a rendered collector, on ports of the loopback, and memory in place of
 * Elasticsearch: it is told of its certificate as in a pod, but reads it again after a second instead of a minute.
 * @param folder in place of the mounted Secret
 * @param inPlaceOf one that has ended, whose ports it takes over
 */
export async function startEncryptedJaeger(
  mode: IngestMode,
  folder: string,
  inPlaceOf?: EncryptedJaeger,
): Promise<EncryptedJaeger> {
  const { jaeger } = await ensureToolchain(sandboxPaths(), lineProgress());
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-jaeger-"));
  const [config, strategies] = [path.join(scratch, "config.yaml"), path.join(scratch, "strategies.json")];
  const common = { samplingPath: strategies, legacyReceiver: false };
  const { receivers } = collectorConfig({
    ...common,
    version: "2.13.0",
    connection: connection("cleaner"),
    memoryLimit: "1Gi",
    ingest: { tls: mode, issuer: { kind: "ClusterIssuer", name: "nova-tracing" } },
  });
  const document = { ...allInOneConfig({ ...common, maxTraces: 1000 }), receivers: receivers ?? null };
  const own = new Map<number, number>();
  for (const [name, port] of Object.entries(ports) as [keyof typeof ports, number][])
    own.set(port, inPlaceOf?.portOf(name) ?? (await freePort()));
  const portOf = (name: keyof typeof ports): number => own.get(ports[name]) ?? 0;
  const rendered = renderYaml(document)
    .replaceAll(serverFolder, folder)
    .replaceAll("reload_interval: 1m", "reload_interval: 1s")
    .replaceAll(
      /(?<=endpoint: )[\d.]+:(\d+)$/gm,
      (whole, port: string) => `127.0.0.1:${own.get(Number(port)) ?? whole}`,
    )
    .replace("host: 0.0.0.0", "host: 127.0.0.1")
    .replace(`port: ${ports.metrics}`, `port: ${portOf("metrics")}`);
  fs.writeFileSync(config, rendered);
  fs.writeFileSync(
    strategies,
    JSON.stringify({ default_strategy: { type: "probabilistic", param: 1 }, service_strategies: [] }),
  );
  const child = spawn(jaeger, [`--config=${config}`], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (log += part));
  }
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  const stop = async (): Promise<void> => {
    await endChild(child, "SIGTERM");
    process.removeListener("exit", atExit);
    fs.rmSync(scratch, { recursive: true, force: true });
  };
  const health = `http://127.0.0.1:${portOf("health")}/status`;
  const isUp = async (): Promise<boolean> =>
    hasEnded(child) || ((await fetch(health).catch(() => undefined))?.ok ?? false);
  if (!(await until(isUp, 60_000, 200)) || hasEnded(child)) {
    await stop();
    throw new Error(`Jaeger did not start:\n${log.slice(-2000)}`);
  }
  const spansOf = async (service: string): Promise<number> => {
    const address = `http://127.0.0.1:${portOf("queryHttp")}/api/traces?service=${service}&limit=1000`;
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    return list(await answer.json(), "data").flatMap((trace) =>
      list(trace, "spans").filter((span) => {
        const process = text(span, "processID");
        return at(mapping(trace, "processes"), process, "serviceName") === service;
      }),
    ).length;
  };
  return { pid: child.pid ?? 0, portOf, log: () => log, spansOf, stop };
}
