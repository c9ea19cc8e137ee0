/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- mutations break documents that no type describes */
import { type Loose } from "../../../policy/support/evaluate";
import {
  all,
  collector,
  above,
  query,
  kubernetesService,
  tool,
  without,
  object,
  ingress,
  httpRoute,
  alerts,
  kind,
  type Mutation,
} from "./change";
import { withOperator } from "../../../support/variants";

/** Ways to the UI past its login, and to lose spans unnoticed. */
export const accessMutations: readonly Mutation[] = [
  {
    title: "an Ingress leads to the UI",
    stacks: ["dev"],
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: () => [object("networking.k8s.io/v1:Ingress", ingress)],
  },
  {
    title: "an Ingress serves the UI without TLS",
    stacks: above,
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: () => [object("networking.k8s.io/v1:Ingress", ingress)],
  },
  {
    title: "an HTTPRoute leads to the UI from a listener of somebody else's",
    stacks: above,
    refusedBy: "jaeger-ui-require-known-listener",
    apply: () => [object("gateway.networking.k8s.io/v1:HTTPRoute", httpRoute("jaeger-query"))],
  },
  {
    title: "an HTTPRoute leads past the proxy",
    stacks: above,
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: () => [object("gateway.networking.k8s.io/v1:HTTPRoute", httpRoute("jaeger"))],
  },
  {
    title: "the UI's Service is a NodePort",
    stacks: all,
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: kubernetesService("jaeger-query", (s) => (s.type = "NodePort")),
  },
  {
    title: "jaeger-query listens on all interfaces",
    stacks: all,
    refusedBy: "jaeger-ui-require-loopback",
    apply: query((s) => (s.http = { endpoint: "0.0.0.0:16686" })),
  },
  {
    title: "a collector serves traces by another extension",
    stacks: all,
    refusedBy: "jaeger-ui-require-loopback",
    apply: collector((d) => (d.extensions.remote_storage = { endpoint: "0.0.0.0:17271", storage: "main" })),
  },
  {
    title: "a third container runs beside jaeger-query",
    stacks: above,
    refusedBy: "jaeger-ui-require-authentication",
    apply: tool("oauth2-proxy", (_, resource) =>
      resource.props.spec.template.spec.containers.push({ name: "forward", image: "alpine/socat:1.8.0.3" }),
    ),
  },
  {
    title: "the proxy is a release with ways past it",
    stacks: above,
    refusedBy: "jaeger-ui-require-authentication",
    apply: tool("oauth2-proxy", (c) => (c.image = "quay.io/oauth2-proxy/oauth2-proxy:v7.15.1")),
  },
  {
    title: "the proxy takes settings from a ConfigMap",
    stacks: above,
    refusedBy: "jaeger-ui-require-authentication",
    apply: tool("oauth2-proxy", (c) => (c.envFrom = [{ configMapRef: { name: "settings" } }])),
  },
  {
    title: "staging's proxy lets in everybody with an account at its provider",
    stacks: ["staging"],
    refusedBy: "jaeger-ui-require-authentication",
    apply: tool("oauth2-proxy", (c) => c.args.push("--email-domain=*")),
  },
  {
    title: "an Ingress leads to Elasticsearch",
    stacks: above,
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: kind("Ingress", (s) => (s.rules[0].http.paths[0].backend.service.name = "elasticsearch")),
  },
  {
    title: "the proxy lets a path past it",
    stacks: above,
    refusedBy: "jaeger-ui-require-authentication",
    apply: tool("oauth2-proxy", (c) => c.args.push("--skip-auth-route=^/api")),
  },
  {
    title: "one of the guide's alerts is gone",
    stacks: above,
    refusedBy: "prometheus-alert-require-guide-alerts",
    apply: alerts((rules) =>
      rules.splice(
        rules.findIndex((r: Loose) => r.alert === "JaegerQueueFull"),
        1,
      ),
    ),
  },
  {
    title: "an alert has another threshold",
    stacks: above,
    refusedBy: "prometheus-alert-require-guide-alerts",
    apply: alerts(
      (rules) =>
        (rules.find((r: Loose) => r.alert === "JaegerQueueFull").expr =
          "jaeger_collector_queue_length > 5000"),
    ),
  },
  {
    title: "the collector has one pod",
    stacks: ["production"],
    refusedBy: "jaeger-availability-require-replicas",
    apply: (resources) => {
      for (const { type, props } of resources) {
        if (type.endsWith(":Deployment")) props.spec.replicas = 1;
        if (type.endsWith(":HorizontalPodAutoscaler")) props.spec.minReplicas = 1;
      }
      return undefined;
    },
  },
  {
    title: "the collector's PodDisruptionBudget is gone",
    stacks: ["production"],
    refusedBy: "jaeger-availability-require-replicas",
    apply: without(
      ({ type, props }) =>
        type.endsWith(":PodDisruptionBudget") && /collector/.test(String(props.metadata?.name)),
    ),
  },
  {
    title: "nothing denies the pods' traffic by default",
    stacks: all,
    refusedBy: "kubernetes-network-require-default-deny",
    apply: without(({ type, props }) => type.endsWith(":NetworkPolicy") && isDenial(props.spec)),
  },
  {
    title: "a NetworkPolicy allows everybody everything",
    stacks: all,
    refusedBy: "kubernetes-network-require-default-deny",
    apply: () => [object("networking.k8s.io/v1:NetworkPolicy", { spec: { podSelector: {}, ingress: [{}] } })],
  },
  {
    title: "ECK's Elasticsearch is reached from outside",
    stacks: ["production"],
    variant: withOperator,
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: kind("Elasticsearch", (s) => (s.http = { service: { spec: { type: "LoadBalancer" } } })),
  },
];

function isDenial(spec: Loose): boolean {
  return Object.keys((spec?.podSelector ?? { any: 1 }) as object).length === 0;
}
