import { at, isMapping, list, mapping, text } from "./document";
import type { Recorded } from "./mocks";

/**
 * Who could connect to whom if NetworkPolicies were enforced, by their definition (networking.k8s.io/v1): a pod that no
 * policy selects for a direction is open in it; else the union of what its policies allow counts. It says nothing of what
 * else refuses a connection, nor whether a cluster enforces policies at all.
 */

/** An end of a connection. */
export interface Host {
  readonly name: string;
  /** Undefined outside of the cluster. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Where it matters: policies with address ranges. */
  readonly address?: string;
}

type Direction = "ingress" | "egress";

/** A port that something may listen on. */
export interface Port {
  readonly protocol: "TCP" | "UDP";
  readonly number: number;
}

/** Whether `from` may connect to a port of `to`. */
export function mayConnect(policies: readonly unknown[], from: Host, to: Host, port: Port): boolean {
  return allowed(policies, "egress", from, to, port) && allowed(policies, "ingress", to, from, port);
}

function allowed(
  policies: readonly unknown[],
  direction: Direction,
  pod: Host,
  peer: Host,
  port: Port,
): boolean {
  const peersKey = direction === "ingress" ? "from" : "to";
  const applying = policies.filter(
    (policy) =>
      at(policy, "metadata", "namespace") === pod.namespace &&
      matches(mapping(policy, "spec", "podSelector"), pod.labels ?? {}) &&
      list(policy, "spec", "policyTypes").includes(direction === "ingress" ? "Ingress" : "Egress"),
  );
  if (applying.length === 0) return true;
  return applying.some((policy) =>
    ((at(policy, "spec", direction) ?? []) as unknown[]).some((rule) => {
      // An empty list, like none at all, means everybody and every port.
      const peers = (at(rule, peersKey) ?? []) as unknown[];
      const ports = (at(rule, "ports") ?? []) as unknown[];
      return (
        (ports.length === 0 || ports.some((one) => isPort(one, port))) &&
        (peers.length === 0 || peers.some((one) => isPeer(one, text(policy, "metadata", "namespace"), peer)))
      );
    }),
  );
}

function isPort(entry: unknown, port: Port): boolean {
  const { protocol = "TCP", port: open, ...others } = entry as Record<string, unknown>;
  if (typeof open !== "number" || Object.keys(others).length > 0) {
    throw new Error(`only single ports by number are known here: ${JSON.stringify(entry)}`);
  }
  return protocol === port.protocol && open === port.number;
}

function isPeer(peer: unknown, ownNamespace: string, { namespace, labels, address }: Host): boolean {
  const { podSelector, namespaceSelector, ipBlock } = peer as Record<string, unknown>;
  if (ipBlock !== undefined) {
    const match = /^([\d.]+)\/32$/.exec(text(ipBlock, "cidr"));
    if (match === null || at(ipBlock, "except") !== undefined)
      throw new Error("only single addresses are known here");
    return match[1] === address;
  }
  if (namespace === undefined) return false;
  const isNamespace =
    namespaceSelector === undefined
      ? namespace === ownNamespace
      : matches(namespaceSelector, { "kubernetes.io/metadata.name": namespace });
  return isNamespace && (podSelector === undefined || matches(podSelector, labels ?? {}));
}

function matches(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isMapping(selector)) throw new Error(`no selector: ${JSON.stringify(selector)}`);
  const { matchLabels = {}, ...others } = selector;
  if (Object.keys(others).length > 0)
    throw new Error(`only matchLabels are known here: ${JSON.stringify(selector)}`);
  return Object.entries(matchLabels as Record<string, string>).every(([key, value]) => labels[key] === value);
}

/** The pods of a recorded program, by the workload that makes them, with the ports that their containers declare. */
export function podsOf(resources: readonly Recorded[]): (Host & { readonly ports: readonly number[] })[] {
  return resources.flatMap(({ type, inputs }) => {
    if (type.endsWith(":Elasticsearch")) return [podsOfEck(inputs)];
    const template = [
      ["spec", "template"],
      ["spec", "jobTemplate", "spec", "template"],
    ]
      .map((path) => at(inputs, ...path))
      .find((one) => at(one, "spec", "containers") !== undefined);
    if (template === undefined) return [];
    const containers = list(template, "spec", "containers");
    return [
      {
        // A Job's name ends with what it does, as a number.
        name: text(inputs, "metadata", "name").replace(/-[0-9a-f]{8}$/, ""),
        namespace: text(inputs, "metadata", "namespace"),
        labels: mapping(template, "metadata", "labels") as Record<string, string>,
        ports: containers.flatMap((container) =>
          ((at(container, "ports") ?? []) as unknown[]).map((port) => Number(at(port, "containerPort"))),
        ),
      },
    ];
  });
}

/** The pods that ECK makes: with its own label for the cluster, on the ports that it opens in them. */
function podsOfEck(inputs: unknown): Host & { readonly ports: readonly number[] } {
  const name = text(inputs, "metadata", "name");
  const [nodeSet] = list(inputs, "spec", "nodeSets");
  const labels = (at(nodeSet, "podTemplate", "metadata", "labels") ?? {}) as Record<string, string>;
  return {
    name,
    namespace: text(inputs, "metadata", "namespace"),
    labels: { ...labels, "elasticsearch.k8s.elastic.co/cluster-name": name },
    ports: [9200, 9300],
  };
}
