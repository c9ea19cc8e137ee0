import type { types } from "@pulumi/kubernetes";
import type { Labels } from "../kubernetes/labels";
import type { Edge } from "../kubernetes/networkEdges";
import { ports } from "./ports";

/** Ports by their names. */
type NamedPorts = Readonly<Record<string, number>>;

/** Those that SDKs ask for their sample rate. */
export const samplingPorts: NamedPorts = {
  "sampling-http": ports.samplingHttp,
  "sampling-grpc": ports.samplingGrpc,
};

/** The one that spans come in on behind a gateway. */
export const backendPorts: NamedPorts = { "otlp-http": ports.otlpHttp };

/** Those that spans come in on. */
export function spanPorts(legacyReceiver: boolean): NamedPorts {
  return {
    "otlp-grpc": ports.otlpGrpc,
    "otlp-http": ports.otlpHttp,
    ...(legacyReceiver ? { "thrift-http": ports.legacyThriftHttp } : {}),
  };
}

/** Where there is no gateway: spans, and questions about sample rates. */
export function ingestPorts(legacyReceiver: boolean): NamedPorts {
  return { ...spanPorts(legacyReceiver), ...samplingPorts };
}

/** A Service inside the cluster; each port leads to the port of the pod that has its name. */
export function serviceSpec(selector: Labels, servicePorts: NamedPorts): types.input.core.v1.ServiceSpec {
  return {
    type: "ClusterIP",
    selector,
    ports: Object.entries(servicePorts).map(([name, port]) => ({
      name,
      port,
      targetPort: name,
      protocol: "TCP",
    })),
  };
}

/** What comes to these ports from the pods of these namespaces. */
export function clientEdges(clientNamespaces: readonly string[], open: NamedPorts): Edge[] {
  return clientNamespaces.map((namespace) => ({ peer: { namespace }, ports: Object.values(open) }));
}

/**
 * Prometheus, which reads the metrics and nothing else, where its namespace is known.
 *
 * @param more ports with metrics beside Jaeger's own
 */
export function metricsEdges(metricsNamespace: string | undefined, more: readonly number[] = []): Edge[] {
  return metricsNamespace === undefined
    ? []
    : [{ peer: { namespace: metricsNamespace }, ports: [ports.metrics, ...more] }];
}
