import { gatewayBypass } from "../../policy/rules/gatewayBypass";
import { allows, refuses } from "./support/cases";
import { type Declared, unknownMapping } from "./support/evaluate";

const pods = (app: string): object => ({ podSelector: { matchLabels: { app } } });

/** A policy for Jaeger's collectors, with one rule. */
function policy(
  rule: object,
  podSelector: object = { matchLabels: { app: "jaeger-collector" } },
): Declared[] {
  return [
    {
      type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      name: "spans",
      props: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "spans", namespace: "observability" },
        spec: { podSelector, policyTypes: ["Ingress"], ingress: [rule] },
      },
    },
  ];
}

describe("jaeger-gateway-prohibit-bypass", () => {
  const unchanged = { resource: "jaeger-gateway", change: () => undefined };
  const production = { ...unchanged, stack: "production" as const };
  const staging = { ...unchanged, stack: "staging" as const };

  allows(gatewayBypass, [
    { ...production, title: "no policy that lets anybody in" },
    {
      ...production,
      title: "the gateway's pods",
      beside: policy({ from: [pods("jaeger-gateway")], ports: [{ port: 4317 }] }),
    },
    {
      ...production,
      title: "anybody at ports that take no spans",
      beside: policy({ from: [{ namespaceSelector: {} }], ports: [{ port: 5778 }, { port: 8888 }] }),
    },
    {
      ...production,
      title: "services at the gateway itself",
      beside: policy(
        { from: [{ namespaceSelector: {} }], ports: [{ port: 4317 }] },
        { matchLabels: { app: "jaeger-gateway" } },
      ),
    },
    {
      resource: "jaeger",
      change: () => undefined,
      title: "services in dev, which has no gateway",
      beside: policy({ ports: [{ port: 4317 }] }, {}),
    },
  ]);

  refuses(
    gatewayBypass,
    Object.entries<object>({
      "a namespace": {
        from: [{ namespaceSelector: { matchLabels: { team: "a" } } }],
        ports: [{ port: 4317 }],
      },
      "other pods": { from: [pods("jaeger-gateway"), pods("jaeger-query")], ports: [{ port: 4317 }] },
      "pods of the gateway's name in any namespace": {
        from: [{ ...pods("jaeger-gateway"), namespaceSelector: {} }],
      },
      "all pods of the namespace": { from: [{ podSelector: {} }], ports: [{ port: 4317 }] },
      "an address": { from: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 4317 }] },
      everybody: { ports: [{ port: 4317 }] },
      "everybody in a range of ports": { ports: [{ port: 4000, endPort: 5000 }] },
      "everybody by the name of the port": { ports: [{ port: "otlp-grpc" }] },
      "peers that are unknown during preview": { from: [unknownMapping], ports: [{ port: 4317 }] },
    }).flatMap(([who, rule]) =>
      [production, staging].map((one) => ({
        ...one,
        title: `${who} in ${one.stack}`,
        beside: policy(rule),
        says: ["send spans to receivers.otlp.protocols.grpc", "past the gateway"],
      })),
    ),
  );

  refuses(gatewayBypass, [
    {
      ...production,
      title: "a policy for all pods of the namespace",
      beside: policy({ ports: [{ port: 4317 }] }, {}),
      says: ["lets everybody send spans"],
    },
    {
      ...production,
      title: "a policy whose pods cannot be judged",
      beside: policy({ ports: [{ port: 4317 }] }, { matchExpressions: [{ key: "app", operator: "Exists" }] }),
      says: ["lets everybody send spans"],
    },
  ]);
});
