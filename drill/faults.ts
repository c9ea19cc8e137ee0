import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { nodeName } from "../sandbox/node/addresses";
import { SandboxError } from "../sandbox/support/errors";
import { until } from "../sandbox/support/process";
import { elasticsearchAs, users } from "../tests/e2e/support/elasticsearch";
import { labelOf, type Staging } from "../tests/e2e/support/staging";
import { at, text } from "../tests/support/document";
import { sendTrace } from "../tests/support/sentTrace";
import type { AlertPattern } from "./notifications";
import type { Watch } from "./watch";

/** Puts right what a fault broke. */
export type Repair = () => Promise<void>;

/** Something to break, and who should be told what of it. */
export interface Fault {
  readonly name: string;
  /** What is done, for the table. */
  readonly broken: string;
  /** What is done about it. */
  readonly repaired: string;
  /** Every one of them has to come, and to go after the repair. */
  readonly expected: readonly AlertPattern[];
  /** Breaks it. A fault that fails half-way has put right what it had done. */
  break(staging: Staging, watch: Watch): Promise<Repair>;
}

const deployment = (staging: Staging, name: string): string =>
  staging.path("/apis/apps/v1", "deployments", name);

async function pod(staging: Staging, component: string): Promise<unknown> {
  const [found] = (await staging.pods()).filter((one) => labelOf(one, "component") === component);
  if (found === undefined) throw new SandboxError(`No pod of observability has the component ${component}`);
  return found;
}

const collector: Fault = {
  name: "collector",
  broken: "the collector is stopped (Deployment scaled to 0)",
  repaired: "scaled to 1",
  expected: [{ alertname: "JaegerUnavailable", role: "collector" }],
  async break(staging) {
    const path = deployment(staging, "jaeger-collector");
    await staging.change(path, { spec: { replicas: 0 } });
    return () => staging.change(path, { spec: { replicas: 1 } });
  },
};

const elasticsearch: Fault = {
  name: "elasticsearch",
  broken: "Elasticsearch is gone (its pod deleted, and no node to start another on)",
  repaired: "the node may be used again",
  expected: [
    { alertname: "ElasticsearchNodesMissing", statefulset: "elasticsearch" },
    { alertname: "ElasticsearchMetricsMissing" },
    { alertname: "JaegerStorageReadErrors" },
  ],
  async break(staging) {
    const node = `/api/v1/nodes/${nodeName}`;
    const repair = (): Promise<void> => staging.change(node, { spec: { unschedulable: null } });
    await staging.change(node, { spec: { unschedulable: true } });
    try {
      await staging.deletePod(text(await pod(staging, "node"), "metadata", "name"));
    } catch (error) {
      await repair();
      throw error;
    }
    return repair;
  },
};

/** Parts of 5000; the alert is about more than 4000. */
const enoughQueued = 4300;
/** Spans of a request of the load that fills the queue, and requests at once. */
const flood = { spans: 1000, requests: 4, seconds: 180 } as const;

const queue: Fault = {
  name: "queue",
  broken: "Elasticsearch holds still under load (SIGSTOP), until the queue is more than 86% full",
  repaired: "SIGCONT",
  expected: [{ alertname: "JaegerQueueFull" }],
  async break(staging, watch) {
    const java = processesOf(text(await pod(staging, "node"), "metadata", "uid"), "java");
    if (java.length === 0) throw new SandboxError("No process of Elasticsearch was found to hold");
    const send = (signal: NodeJS.Signals): Promise<void> => {
      for (const pid of java) process.kill(pid, signal);
      return Promise.resolve();
    };
    const repair = (): Promise<void> => send("SIGCONT");
    await send("SIGSTOP");
    try {
      const host = await staging.service("jaeger-collector");
      const isFull = async (): Promise<boolean> => {
        const one = { service: "drill-service", spans: flood.spans, startMs: Date.now() };
        // What is refused is seen by the alerts, and in the table.
        await Promise.allSettled(Array.from({ length: flood.requests }, () => sendTrace(host, one)));
        return ((await watch.value("max(jaeger_collector_queue_length)")) ?? 0) > enoughQueued;
      };
      if (!(await until(isFull, flood.seconds * 1000, 0)))
        throw new SandboxError(`The queue was not full after ${flood.seconds} s of load`);
    } catch (error) {
      await repair();
      throw error;
    }
    return repair;
  },
};

/** Processes of a pod by the name of their program, as the machine numbers them. */
function processesOf(podUid: string, program: string): number[] {
  const read = (pid: string, file: string): string => {
    try {
      return fs.readFileSync(`/proc/${pid}/${file}`, "utf8").trim();
    } catch {
      // It ended in between.
      return "";
    }
  };
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(pid, "comm") === program && read(pid, "cgroup").includes(podUid))
    .map(Number);
}

const password: Fault = {
  name: "password",
  broken: "the password of Jaeger's user is changed in Elasticsearch",
  repaired: "changed back to that of the Secret",
  expected: [{ alertname: "JaegerStorageReadErrors" }, { alertname: "ElasticsearchMetricsMissing" }],
  async break(staging) {
    const ask = await elasticsearchAs(staging, "administrator");
    const { username, secret } = users.jaeger;
    const { password: right = "" } = await staging.secret(secret);
    const set = async (value: string): Promise<void> => {
      const { status, body } = await ask("POST", `/_security/user/${username}/_password`, {
        password: value,
      });
      if (status !== 200)
        throw new SandboxError(`Elasticsearch changed no password: ${JSON.stringify(body)}`);
    };
    await set(randomBytes(16).toString("hex"));
    return () => set(right);
  },
};

const certificateName = "elasticsearch-http";

const certificate: Fault = {
  name: "certificate",
  broken: "Elasticsearch's certificate is one that ends in an hour (issued anew by cert-manager)",
  repaired: "issued anew for 90 days",
  expected: [{ alertname: "TracingCertificateExpiring", name: certificateName }],
  async break(staging) {
    const path = staging.path("/apis/cert-manager.io/v1", "certificates", certificateName);
    const [before] = (await staging.objects("/apis/cert-manager.io/v1", "certificates")).filter(
      (one) => at(one, "metadata", "name") === certificateName,
    );
    const times = {
      duration: text(before, "spec", "duration"),
      renewBefore: text(before, "spec", "renewBefore"),
    };
    // cert-manager issues anew whatever has another duration than is asked for.
    await staging.change(path, { spec: { duration: "1h0m0s", renewBefore: "5m0s" } });
    return () => staging.change(path, { spec: times });
  },
};

/** All of them, in the order of the drill. */
export const faults: readonly Fault[] = [collector, elasticsearch, queue, password, certificate];
