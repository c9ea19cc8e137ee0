import { ports } from "../../components/jaeger/ports";
import { SandboxError } from "../../sandbox/support/errors";
import { until } from "../../sandbox/support/process";
import { processesOf } from "../../tests/e2e/support/processes";
import type { Staging } from "../../tests/e2e/support/staging";
import { text } from "../../tests/support/document";
import { sendTrace } from "../../tests/support/sentTrace";
import { askInside } from "../inside";
import { pod, type Fault } from "./fault";

/** Share of the queue; the alert is about more than 0.8, and a full one would refuse spans. */
const enoughQueued = 0.86;
/** Spans of a request of the load that fills the queue, and requests at once: a twentieth of it. */
const flood = { spans: 1000, requests: 4, seconds: 180 } as const;

/** More spans come than are written. */
export const queue: Fault = {
  name: "queue",
  broken: "Elasticsearch holds still under load (SIGSTOP), until the queue is 86% full",
  repaired: "SIGCONT",
  expected: [{ alertname: "JaegerQueueFull" }],
  async break(staging) {
    const java = processesOf(text(await pod(staging, "node"), "metadata", "uid"), "java");
    if (java.length === 0) throw new SandboxError("No process of Elasticsearch was found to hold");
    const send = (signal: NodeJS.Signals): void => {
      for (const pid of java) process.kill(pid, signal);
    };
    send("SIGSTOP");
    try {
      const host = await staging.service("jaeger-collector");
      const isFull = async (): Promise<boolean> => {
        const one = { service: "drill-service", spans: flood.spans, startMs: Date.now() };
        // What is refused is seen by the alerts, and in the table.
        await Promise.allSettled(Array.from({ length: flood.requests }, () => sendTrace(host, one)));
        return (await queuedShare(staging)) > enoughQueued;
      };
      if (!(await until(isFull, flood.seconds * 1000, 0)))
        throw new SandboxError(
          `The queue was not ${enoughQueued * 100}% full after ${flood.seconds} s of load`,
        );
    } catch (error) {
      send("SIGCONT");
      throw error;
    }
    return () => {
      send("SIGCONT");
      return Promise.resolve();
    };
  },
};

/** How full the collector's queue is, by its own metrics: Prometheus knows only seconds later. */
async function queuedShare(staging: Staging): Promise<number> {
  const address = text(await pod(staging, "collector"), "status", "podIP");
  const metrics = await askInside(staging.cluster.namespace, `http://${address}:${ports.metrics}/metrics`);
  const value = (name: string): number =>
    Number(
      new RegExp(
        `^otelcol_exporter_queue_${name}\\{.*exporter="jaeger_storage_exporter".*\\} (\\S+)$`,
        "m",
      ).exec(String(metrics))?.[1],
    );
  return value("size") / value("capacity");
}
