import * as fs from "node:fs";
import type { Cluster } from "../../../sandbox/node/cluster";
import { run } from "../../../sandbox/support/process";
import { at, list, text } from "../../support/document";

/** Processes of a pod by the name of their program, as the machine numbers them. */
export function processesOf(podUid: string, program: string): number[] {
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

/** A process of the demo's auth-service: of a pod of another namespace than Jaeger's. */
export async function processOfService({ api }: Cluster): Promise<number> {
  const pods = await api.find("/api/v1/namespaces/default/pods", {
    labelSelector: "app.kubernetes.io/name=auth-service",
  });
  const [pid] = list(pods, "items")
    .filter((pod) => at(pod, "metadata", "deletionTimestamp") === undefined)
    .flatMap((pod) => processesOf(text(pod, "metadata", "uid"), "node"));
  if (pid === undefined) throw new Error("no process of auth-service was found");
  return pid;
}

/**
 * Tries to connect to ports of a host from the network of a pod.
 * @param pid of a process of that pod
 * @returns by port: `open`, `silent` after 3 s, or the error's code, such as `ECONNREFUSED`
 */
export async function tryPorts(
  pid: number,
  host: string,
  ports: readonly number[],
): Promise<Readonly<Record<number, string>>> {
  const program = `
    const net = require("node:net");
    for (const port of ${JSON.stringify(ports)}) {
      const socket = net.connect({ host: "${host}", port, timeout: 3000 });
      const said = (what) => { console.log(port + " " + what); socket.destroy(); };
      socket.on("connect", () => said("open")).on("timeout", () => said("silent")).on("error", (e) => said(e.code));
    }`;
  const { stdout } = await run("nsenter", [
    ...["--target", String(pid), "--net", "--"],
    ...[process.execPath, "-e", program],
  ]);
  return Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ")),
  ) as Record<number, string>;
}
