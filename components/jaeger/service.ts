import type { types } from "@pulumi/kubernetes";
import type { Labels } from "../kubernetes/labels";
import type { Edge } from "../kubernetes/networkEdges";
import { ports } from "./ports";

/** Ports that spans come in on, and those that SDKs ask for their sample rate, by the name of the port. */
export function ingestPorts(legacyReceiver: boolean): Readonly<Record<string, number>> {
  return {
    "otlp-grpc": ports.otlpGrpc,
    "otlp-http": ports.otlpHttp,
    ...(legacyReceiver ? { "thrift-http": ports.legacyThriftHttp } : {}),
    "sampling-http": ports.samplingHttp,
    "sampling-grpc": ports.samplingGrpc,
  };
}

/** A Service inside the cluster; each port leads to the port of the pod that has its name. */
export function serviceSpec(
  selector: Labels,
  servicePorts: Readonly<Record<string, number>>,
): types.input.core.v1.ServiceSpec {
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

/** Spans, and questions about sample rates, from the pods of these namespaces. */
export function ingestEdges(clientNamespaces: readonly string[], legacyReceiver: boolean): Edge[] {
  const open = Object.values(ingestPorts(legacyReceiver));
  return clientNamespaces.map((namespace) => ({ peer: { namespace }, ports: open }));
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
