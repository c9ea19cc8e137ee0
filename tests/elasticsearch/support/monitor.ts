import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { MonitorPlan } from "../../../components/elasticsearch/monitor/plan";
import { monitorPlan } from "../../../components/elasticsearch/monitor/pod";
import type { RetentionMechanism } from "../../../components/elasticsearch/retention";
import { projectFolder } from "../../../sandbox/support/paths";
import { until } from "../../../sandbox/support/process";
import { connection } from "../../components/jaeger/support/distributed";
import { endChild } from "./endChild";
import { freePort } from "./freePort";
import type { Login } from "./roles";

const script = path.join(projectFolder, "components/elasticsearch/monitor/script/main.js");

export interface MonitorArgs {
  /** Where Elasticsearch listens. */
  readonly url: string;
  readonly login: Login;
  readonly mechanism: RetentionMechanism;
  /** Name of a snapshot repository. @default none */
  readonly repository?: string;
  /** Certificate of whom it trusts, PEM. @default none, for a node without TLS */
  readonly authority?: string;
}

/** A running monitor. */
export interface RunningMonitor {
  readonly plan: MonitorPlan;
  /** Of its process. */
  readonly pid: number;
  readonly scrape: () => Promise<{ readonly status: number; readonly text: string }>;
  readonly stop: () => Promise<void>;
}

/** Starts the monitor's own program with the plan that its pod gets, on a port of the loopback. */
export async function startMonitor({
  authority,
  login,
  mechanism,
  repository,
  url,
}: MonitorArgs): Promise<RunningMonitor> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-monitor-"));
  const file = (name: string): string => path.join(folder, name);
  const [passwordFile, planFile, authorityFile] = [file("password"), file("plan.json"), file("ca.crt")];
  const { username } = login;
  const port = await freePort();
  const plan = {
    ...monitorPlan(connection(mechanism, { url, username }), repository),
    passwordFile,
    authorityFile,
    host: "127.0.0.1",
    port,
  };
  fs.writeFileSync(passwordFile, login.password);
  if (authority !== undefined) fs.writeFileSync(authorityFile, authority);
  fs.writeFileSync(planFile, JSON.stringify(plan));
  const child = spawn(process.execPath, [script, planFile], { stdio: "ignore" });
  const stop = async (): Promise<void> => {
    await endChild(child);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const address = `http://127.0.0.1:${port}`;
  const isUp = async (): Promise<boolean> =>
    (await fetch(`${address}/health`).catch(() => undefined))?.ok ?? false;
  if (!(await until(isUp, 20_000, 100))) {
    await stop();
    throw new Error("the monitor did not start within 20 s");
  }
  return {
    plan,
    pid: child.pid ?? 0,
    stop,
    scrape: async () => {
      const response = await fetch(`${address}/metrics`);
      return { status: response.status, text: await response.text() };
    },
  };
}
