import type { Socket } from "node:net";
import WebSocket, { type RawData } from "ws";
import { authorization, tlsOptions, type ApiClient } from "../providers/kubernetes/apiClient";
import type { ClusterAccess } from "../providers/kubernetes/kubeconfig";
import { at, mapsAt, nameOf, numberAt, textAt } from "../providers/kubernetes/objects";
import { isMap, type PlainMap } from "../providers/shared/propertyValues";

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** Channels of a port-forward over a WebSocket; each message begins with the number of its own. */
const channels = { data: 0, error: 1 } as const;

/** The version of them that kubelet and containerd speak. */
const subprotocol = "v4.channel.k8s.io";

/**
 * The port of a pod that is ready behind a port of a Service, as `kubectl port-forward svc/NAME` finds one.
 * @throws Error that says which of them is missing
 */
export async function podBehind(
  client: Pick<ApiClient, "request">,
  namespace: string,
  service: string,
  servicePort: number,
): Promise<PodPort> {
  const path = `/api/v1/namespaces/${namespace}`;
  const { spec } = await client.request({ method: "GET", path: `${path}/services/${service}` });
  const selector = at(spec, "selector");
  const entry = mapsAt(spec, "ports").find((one) => numberAt(one, "port") === servicePort);
  if (!isMap(selector) || !entry)
    throw new Error(`Service ${service} leads to no pods by port ${servicePort}`);
  const labelSelector = Object.keys(selector).map((key) => `${key}=${textAt(selector, key)}`);
  const pods = await client.request({
    method: "GET",
    path: `${path}/pods`,
    query: { labelSelector: labelSelector.join(",") },
  });
  const pod = mapsAt(pods, "items").find(isReady);
  if (!pod) throw new Error(`Service ${service} has no pod that is ready`);
  const name = textAt(entry, "targetPort");
  const port = name === "" ? (numberAt(entry, "targetPort") ?? servicePort) : containerPort(pod, name);
  if (port === undefined) throw new Error(`Pod ${nameOf(pod)} has no port named ${name}`);
  return { namespace, pod: nameOf(pod), port };
}

function isReady(pod: PlainMap): boolean {
  const conditions = mapsAt(pod, "status", "conditions");
  return (
    textAt(pod, "metadata", "deletionTimestamp") === "" &&
    conditions.some((one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True")
  );
}

function containerPort(pod: PlainMap, name: string): number | undefined {
  // An init container that stays is a sidecar, and may have ports too.
  const ports = ["containers", "initContainers"].flatMap((kind) =>
    mapsAt(pod, "spec", kind).flatMap((container) => mapsAt(container, "ports")),
  );
  return numberAt(
    ports.find((one) => textAt(one, "name") === name),
    "containerPort",
  );
}

/**
 * Carries a connection to a port of a pod, through API server and kubelet, as `kubectl port-forward` does: it comes
 * from within the pod, so that what listens on the pod's loopback alone hears it.
 * @param onProblem told once why the connection ended, where it did not end by itself
 */
export function carryToPod(
  incoming: Socket,
  access: ClusterAccess,
  { namespace, pod, port }: PodPort,
  onProblem: (message: string) => void,
): void {
  const address = new URL(access.server);
  address.protocol = address.protocol === "http:" ? "ws:" : "wss:";
  address.pathname = `${address.pathname.replace(/\/$/, "")}/api/v1/namespaces/${namespace}/pods/${pod}/portforward`;
  address.search = `ports=${port}`;
  const outgoing = new WebSocket(address, subprotocol, {
    ...tlsOptions(access),
    headers: authorization(access),
    perMessageDeflate: false,
  });
  /** The first message of each channel repeats the port. */
  const opened = new Set<number>();
  const end = (problem?: string): void => {
    if (problem !== undefined) onProblem(problem);
    incoming.destroy();
    outgoing.terminate();
  };

  // Nothing is read before there is somebody to pass it to, nor faster than it is passed on.
  incoming.pause();
  outgoing.on("open", () => incoming.resume());
  incoming.on("data", (chunk: Buffer) => {
    incoming.pause();
    outgoing.send(Buffer.concat([Buffer.of(channels.data), chunk]), () => incoming.resume());
  });
  outgoing.on("message", (message: RawData) => {
    const bytes = bufferOf(message);
    const channel = bytes.at(0) ?? channels.data;
    if (!opened.has(channel)) {
      opened.add(channel);
      return;
    }
    const content = bytes.subarray(1);
    if (channel === channels.error) end(content.toString("utf8"));
    else if (!incoming.write(content)) outgoing.pause();
  });
  incoming.on("drain", () => {
    outgoing.resume();
  });
  incoming.on("close", () => {
    outgoing.close();
  });
  outgoing.on("close", () => incoming.end());
  outgoing.on("error", (error) => {
    // Where the client has gone before there was a connection, that is no problem.
    end(incoming.destroyed ? undefined : error.message);
  });
}

function bufferOf(message: RawData): Buffer {
  if (Array.isArray(message)) return Buffer.concat(message);
  return Buffer.isBuffer(message) ? message : Buffer.from(message);
}
