import type { ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Cluster } from "../sandbox/node/cluster";
import { SandboxError } from "../sandbox/support/errors";
import { run, until } from "../sandbox/support/process";
import type { MonitoringTools } from "../sandbox/toolchain/monitoring";
import { endChild, hasEnded } from "../tests/elasticsearch/support/endChild";
import { namespace as observed } from "../tests/e2e/support/staging";
import { at, list, text } from "../tests/support/document";
import {
  alertmanagerConfiguration,
  dividedRules,
  locatedScraping,
  ports,
  prometheusConfiguration,
} from "./configuration";
import { askEachInside, askInside, startInside } from "./inside";
import type { Notification } from "./notifications";
import { watchPrograms } from "./programs";

/** What the program made for a Prometheus without an operator. */
export interface WatchFiles {
  readonly rules: string;
  readonly scrape: string;
}

/** A real Prometheus and Alertmanager that watch the sandbox by the program's own rules. */
export interface Watch {
  /** What Alertmanager has told so far, in its order. */
  readonly notifications: readonly Notification[];
  /** What keeps it from being calm: targets without an answer, and alerts that are pending or firing. */
  unrest(): Promise<readonly string[]>;
  /** How many series each expression has now; undefined where Prometheus refuses it. */
  seriesOf(exprs: readonly string[]): Promise<readonly (number | undefined)[]>;
  close(): Promise<void>;
}

const startMs = 60_000;

/** The files as they are in the cluster. */
export async function readWatchFiles({ api }: Cluster): Promise<WatchFiles> {
  const file = async (configMap: string, key: string): Promise<string> =>
    text(await api.find(`/api/v1/namespaces/${observed}/configmaps/${configMap}`), "data", key);
  return {
    rules: await file("jaeger-alerts", "rules.yaml"),
    scrape: await file("jaeger-scrape", "scrape.yaml"),
  };
}

/**
 * Starts the watch, with no memory of earlier ones. @param factor by which time is divided
 * @throws SandboxError with what a part of it last said, where it does not start
 */
export async function startWatch(
  { namespace, kubeconfig }: Cluster,
  tools: MonitoringTools,
  { rules, scrape }: WatchFiles,
  factor: number,
): Promise<Watch> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-drill-"));
  const write = (name: string, content: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const started = new Map<string, ChildProcess>();
  const start = (name: string, command: string, args: readonly string[]): void => {
    const log = fs.openSync(path.join(folder, `${name}.log`), "a", 0o600);
    started.set(name, startInside(namespace, command, args, log));
    fs.closeSync(log);
  };
  const close = async (): Promise<void> => {
    await Promise.all([...started.values()].map((child) => endChild(child, "SIGTERM")));
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const notifications: Notification[] = [];
  const prometheus = `http://127.0.0.1:${ports.prometheus}`;
  const ask = (question: string): Promise<unknown> =>
    askInside(namespace, `${prometheus}/api/v1/${question}`);

  try {
    const rulesFile = write("rules.yaml", dividedRules(rules, factor));
    await run(tools.promtool, ["check", "rules", rulesFile]);
    const scrapeFile = write("scrape.yaml", locatedScraping(scrape, kubeconfig, factor));
    const configuration = write(
      "prometheus.yaml",
      prometheusConfiguration({ rules: rulesFile, scrape: scrapeFile }, kubeconfig, factor),
    );
    const receiver = startInside(
      namespace,
      process.execPath,
      [
        "-r",
        require.resolve("ts-node/register/transpile-only"),
        path.join(__dirname, "receiver.ts"),
        String(ports.receiver),
      ],
      "pipe",
    );
    started.set("receiver", receiver);
    if (receiver.stdout) {
      createInterface(receiver.stdout).on("line", (line) => {
        notifications.push(JSON.parse(line) as Notification);
      });
    }
    const programs = watchPrograms(tools, kubeconfig, folder, {
      prometheus: configuration,
      alertmanager: write("alertmanager.yaml", alertmanagerConfiguration()),
    });
    for (const { name, command, args } of programs) start(name, command, args);
    const ended = (): string | undefined => [...started].find(([, child]) => hasEnded(child))?.[0];
    for (const { name, readyUrl } of programs) {
      const answers = async (): Promise<boolean> =>
        ended() !== undefined || (await askInside(namespace, readyUrl)) !== undefined;
      if ((await until(answers, startMs, 250)) && ended() === undefined) continue;
      throw new SandboxError(notStarted(folder, ended() ?? name));
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    notifications,
    close,
    async seriesOf(exprs) {
      const urls = exprs.map((expr) => `${prometheus}/api/v1/query?query=${encodeURIComponent(expr)}`);
      const answers = await askEachInside(namespace, urls);
      return answers.map((answer) =>
        answer === undefined ? undefined : list(answer, "data", "result").length,
      );
    },
    async unrest() {
      const [targets, alerts] = [await ask("targets?state=active"), await ask("alerts")];
      if (targets === undefined || alerts === undefined) return ["Prometheus does not answer"];
      const down = list(targets, "data", "activeTargets")
        .filter((target) => at(target, "health") !== "up")
        .map((target) => `target ${text(target, "scrapePool")} is ${text(target, "health")}`);
      const raised = list(alerts, "data", "alerts").map(
        (alert) => `${text(alert, "labels", "alertname")} is ${text(alert, "state")}`,
      );
      return [...down, ...raised];
    },
  };
}

/** What a part last said; the receiver says it on this process's own standard error. */
function notStarted(folder: string, name: string): string {
  const log = path.join(folder, `${name}.log`);
  const said = fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n").slice(-5) : [];
  return [`${name} did not start`, ...said].join("\n    ");
}
