import type { types } from "@pulumi/kubernetes";
import type { Labels } from "./labels";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type Peer = types.input.networking.v1.NetworkPolicyPeer;

/** The other end of a connection: pods by their labels, a whole namespace, or addresses. */
export interface Edge {
  /** Who is there. `pods` alone are pods of the same namespace; `anywhere` is every address, in or out of the cluster. */
  readonly peer: { readonly pods?: Labels; readonly namespace?: string } | "anywhere";
  /** TCP ports of the end that is connected to. */
  readonly ports: readonly number[];
}

/** The connections of some pods; what is not listed is refused both ways. */
export interface Edges {
  /** Who may connect to the pods. @default nobody */
  readonly from?: readonly Edge[];
  /** What the pods may connect to, beside DNS, which comes with the first entry. @default nothing */
  readonly to?: readonly Edge[];
}

/** An address and a port in UDP and TCP. */
function both(port: number): { port: number; protocol: string }[] {
  return [
    { port, protocol: "UDP" },
    { port, protocol: "TCP" },
  ];
}

/** DNS wherever clusters have it: its pods, the cache on each node (NodeLocal DNSCache), and OpenShift's own. */
const dns = [
  {
    to: [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
      { ipBlock: { cidr: "169.254.20.10/32" } },
    ],
    ports: both(53),
  },
  {
    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } }],
    ports: both(5353),
  },
];

/** Renders declared connections as the spec of a NetworkPolicy for the pods with these labels. */
export function networkPolicySpec(selector: Labels, { from = [], to = [] }: Edges): NetworkPolicySpec {
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: from.map((edge) => ({ ...peersOf(edge, "from"), ports: portsOf(edge) })),
    egress: [
      ...(to.length > 0 ? dns : []),
      ...to.map((edge) => ({ ...peersOf(edge, "to"), ports: portsOf(edge) })),
    ],
  };
}

/** Without a list of peers a rule means everybody; that is only ever said by `anywhere`. */
function peersOf<Direction extends "from" | "to">(
  { peer }: Edge,
  direction: Direction,
): Partial<Record<Direction, Peer[]>> {
  if (peer === "anywhere") return {};
  const { pods, namespace } = peer;
  const one: Peer = {
    ...(namespace === undefined
      ? {}
      : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }),
    ...(pods === undefined ? {} : { podSelector: { matchLabels: pods } }),
  };
  return { [direction]: [one] } as Partial<Record<Direction, Peer[]>>;
}

/** Without a list of ports a rule means all of them; nothing says that. */
function portsOf({ ports }: Edge): { port: number; protocol: string }[] {
  if (ports.length === 0) throw new RangeError("an edge of the network has no ports");
  return ports.map((port) => ({ port, protocol: "TCP" }));
}
