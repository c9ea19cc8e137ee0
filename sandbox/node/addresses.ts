/**
 * Addresses of the sandbox's node. All of them are inside its own network namespace, but for one end of the cable
 * (`hostAddress`) and one route (`serviceSubnet`) on the machine, which go when the namespace goes.
 */
export const addresses = {
  /** The machine's end of the cable, and its network interface. */
  hostInterface: "ntrace0",
  hostAddress: "10.251.0.1",
  /** The node's end. */
  nodeAddress: "10.251.0.2",
  linkSubnet: "10.251.0.0/30",
  serviceSubnet: "10.96.0.0/16",
  podSubnet: "10.244.0.0/24",
  /** First address of `serviceSubnet`, which Kubernetes gives to its own Service. */
  kubernetesService: "10.96.0.1",
  dnsService: "10.96.0.10",
  apiPort: 6443,
} as const;

/** Name of the node in the cluster. */
export const nodeName = "nova-tracing";

/** Below it are all control groups that the node makes. */
export const cgroupName = "nova-tracing";

/** What the forwarder serves on 127.0.0.1, and the Service whose port it is. */
export const forwardedPorts = [
  { port: 4317, namespace: "observability", service: "jaeger-collector", what: "OTLP over gRPC" },
  { port: 16686, namespace: "observability", service: "jaeger-query", what: "trace UI and query API" },
] as const;

/** What the forwarder prints once it serves all of them. */
export const readyLine = "forwarder ready";
