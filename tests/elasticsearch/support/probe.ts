import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ProbePlan } from "../../../components/jaeger/probe/plan";
import { probePlan } from "../../../components/jaeger/probe/pod";
import type { IngestTls } from "../../../components/jaeger/ingestTls";
import { ports } from "../../../components/jaeger/ports";
import { projectFolder } from "../../../sandbox/support/paths";
import { until } from "../../../sandbox/support/process";
import { endChild, hasEnded } from "./endChild";
import { freePort } from "./freePort";

const script = path.join(projectFolder, "components/jaeger/probe/script/main.js");

export interface ProbeArgs {
  /** Port of the loopback of the collector's OTLP over HTTP. */
  readonly collectorPort: number;
  /** Port of the loopback of the proxy before the query API. */
  readonly queryPort: number;
  readonly password: string;
  /** In place of the times of the pod's plan. */
  readonly times?: Partial<ProbePlan>;
  /** How the collector takes spans. @default in clear */
  readonly ingest?: IngestTls;
  /** In place of the mounted Secret with the certificate for that. */
  readonly tlsFolder?: string;
}

/** A running probe. */
export interface RunningProbe {
  readonly plan: ProbePlan;
  readonly log: () => string;
  /** Its metrics, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly setPassword: (password: string) => void;
  /** @returns how it ended */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
}

/** Starts the probe's own program with the plan that its pod gets, on ports of the loopback. */
export async function startProbe({
  collectorPort,
  queryPort,
  password,
  times = {},
  ingest,
  tlsFolder,
}: ProbeArgs): Promise<RunningProbe> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-probe-"));
  const [passwordFile, planFile] = [path.join(folder, "password"), path.join(folder, "plan.json")];
  const port = await freePort();
  const { writeUrl, readUrl, ...rendered } = probePlan({
    namespace: "observability",
    collector: "jaeger-collector",
    query: "jaeger-query",
    ingest,
  });
  const plan: ProbePlan = {
    ...rendered,
    writeUrl: writeUrl.replace(
      `jaeger-collector.observability:${ports.otlpHttp}`,
      `${tlsFolder === undefined ? "127.0.0.1" : "localhost"}:${collectorPort}`,
    ),
    readUrl: readUrl.replace(`jaeger-query.observability:${ports.queryHttp}`, `127.0.0.1:${queryPort}`),
    ...times,
    ...(rendered.writeTls && tlsFolder !== undefined
      ? { writeTls: ownFiles(rendered.writeTls, tlsFolder) }
      : {}),
    passwordFile,
    host: "127.0.0.1",
    port,
  };
  const setPassword = (text: string): void => {
    fs.writeFileSync(passwordFile, text);
  };
  setPassword(password);
  fs.writeFileSync(planFile, JSON.stringify(plan));
  const child = spawn(process.execPath, [script, planFile], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (log += part));
  }
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<number | NodeJS.Signals | null> => {
    await endChild(child, signal);
    process.removeListener("exit", atExit);
    fs.rmSync(folder, { recursive: true, force: true });
    return child.exitCode ?? child.signalCode;
  };
  const address = `http://127.0.0.1:${port}`;
  const isUp = async (): Promise<boolean> =>
    hasEnded(child) || ((await fetch(`${address}/health`).catch(() => undefined))?.ok ?? false);
  if (!(await until(isUp, 20_000, 100)) || hasEnded(child)) {
    await stop("SIGKILL");
    throw new Error(`the probe did not start within 20 s:\n${log}`);
  }
  return {
    plan,
    log: () => log,
    metrics: async () => (await fetch(`${address}/metrics`)).text(),
    setPassword,
    stop,
  };
}

/** The files of the plan, by their names in the plan, in another folder. */
function ownFiles(
  files: NonNullable<ProbePlan["writeTls"]>,
  folder: string,
): NonNullable<ProbePlan["writeTls"]> {
  const moved = Object.entries(files).map(([name, file]) => [name, path.join(folder, path.basename(file))]);
  return Object.fromEntries(moved) as NonNullable<ProbePlan["writeTls"]>;
}
