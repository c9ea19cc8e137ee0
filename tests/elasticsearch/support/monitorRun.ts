import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { elasticsearchMetrics } from "../../../components/alerts/elasticsearchMetrics";
import { monitorPlan } from "../../../components/elasticsearch/monitor/pod";
import { projectFolder } from "../../../sandbox/support/paths";
import { until } from "../../../sandbox/support/process";
import { connection } from "../../components/jaeger/support/distributed";
import { endChild } from "./endChild";
import { freePort } from "./node";
import { setOutcome, type Outcomes, type Subject } from "./subject";

const script = path.join(projectFolder, "components/elasticsearch/monitor/script/main.js");

/** Tries a scrape of the monitor's own program, which asks Elasticsearch as Jaeger's user. */
export async function tryMonitor(
  { lifecycleUrl: url, login, mechanism, repository }: Subject,
  outcomes: Outcomes,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-monitor-"));
  const [passwordFile, planFile] = [path.join(folder, "password"), path.join(folder, "plan.json")];
  fs.writeFileSync(passwordFile, login.password);
  const port = await freePort();
  const plan = monitorPlan(connection(mechanism, { url, username: login.username }), repository);
  fs.writeFileSync(planFile, JSON.stringify({ ...plan, passwordFile, host: "127.0.0.1", port }));
  const monitor = spawn(process.execPath, [script, planFile], { stdio: "ignore" });
  const address = `http://127.0.0.1:${port}`;
  try {
    const isUp = async (): Promise<boolean> =>
      (await fetch(`${address}/health`).catch(() => undefined))?.ok ?? false;
    if (!(await until(isUp, 20_000, 100))) throw new Error("the monitor did not start within 20 s");
    const response = await fetch(`${address}/metrics`);
    const text = await response.text();
    setOutcome(outcomes, "monitor", "scrape", response.ok ? undefined : `answers ${response.status}`);
    if (!response.ok) return;
    // What it may not ask for it leaves out.
    const leftOut = (metric: string): string | undefined => (text.includes(metric) ? undefined : "left out");
    if (plan.lifecycle) {
      setOutcome(outcomes, "monitor", "lifecycle management", leftOut(elasticsearchMetrics.lifecycle));
    }
    setOutcome(outcomes, "monitor", "last snapshot", leftOut(elasticsearchMetrics.lastSnapshot));
  } finally {
    await endChild(monitor);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
