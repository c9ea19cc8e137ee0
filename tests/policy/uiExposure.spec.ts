/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { uiExposure } from "../../policy/rules/uiExposure";
import { allows, refuses } from "./support/cases";
import { ingress } from "./support/compliantStack";
import { assertRefused, type Declared, unknownText, type Loose } from "./support/evaluate";

function spec(change: (spec: Loose) => void): (resource: Declared) => void {
  return (resource) => {
    change(resource.props.spec);
  };
}

describe("jaeger-ui-prohibit-open-exposure", () => {
  const query = { resource: "jaeger-query-service" };
  const open = { stack: "production" as const, resource: "jaeger-ui" };

  allows(uiExposure, [
    {
      ...query,
      title: "a Service that names no type",
      change: spec((s) => {
        delete s.type;
      }),
    },
    { ...open, title: "an Ingress with TLS above dev", change: () => undefined },
  ]);

  for (const type of [
    "kubernetes:networking.k8s.io/v1:Ingress",
    "kubernetes:networking.k8s.io/v1:IngressPatch",
    "kubernetes:extensions/v1beta1:Ingress",
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
    "kubernetes:gateway.networking.k8s.io/v1:Gateway",
    "kubernetes:traefik.io/v1alpha1:IngressRoute",
  ]) {
    it(`refuses ${type} in dev, where nobody logs in`, () => {
      assertRefused(uiExposure, [{ ...ingress("ui"), type }], ["no authentication", "port-forward"]);
    });
  }

  refuses(uiExposure, [
    ...(["dev", "staging", "production"] as const).flatMap((stack) =>
      ["NodePort", "LoadBalancer", "ExternalName"].map((type) => ({
        ...query,
        stack,
        title: `a Service of the type ${type} in ${stack}`,
        change: spec((s) => (s.type = type)),
        says: ["spec.type", type, "ClusterIP"],
      })),
    ),
    {
      ...query,
      title: "external addresses of a Service",
      change: spec((s) => (s.externalIPs = ["192.0.2.1"])),
      says: ["externalIPs"],
    },
    {
      ...query,
      title: "a type that is unknown during preview",
      change: spec((s) => (s.type = unknownText)),
      says: ["spec.type", "unknown during preview"],
    },
    {
      ...query,
      title: "a Patch that opens the Service",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:ServicePatch";
        resource.props.spec = { type: "NodePort" };
      },
      says: ["ServicePatch", "NodePort"],
    },
    {
      ...open,
      title: "an Ingress without TLS",
      change: spec((s) => (s.tls = [])),
      says: ["jaeger.example.com", "TLS"],
    },
    {
      ...open,
      title: "TLS without a certificate",
      change: spec((s) => (s.tls = [{ hosts: ["jaeger.example.com"] }])),
      says: ["jaeger.example.com", "TLS"],
    },
    {
      ...open,
      title: "a second host without TLS",
      change: spec((s) => s.rules.push({ host: "other.example.com" })),
      says: ["other.example.com"],
    },
    {
      ...open,
      title: "a rule for any host",
      change: spec((s) => {
        delete s.rules[0].host;
      }),
      says: ["the host missing"],
    },
    {
      ...open,
      title: "a default backend",
      change: spec((s) => (s.defaultBackend = {})),
      says: ["defaultBackend"],
    },
    { ...open, title: "an Ingress without rules", change: spec((s) => (s.rules = [])), says: ["spec.rules"] },
    {
      ...open,
      title: "plain HTTP that is kept open",
      change: (resource) => {
        resource.props.metadata.annotations = { "nginx.ingress.kubernetes.io/ssl-redirect": "false" };
      },
      says: ["ssl-redirect"],
    },
    {
      ...open,
      title: "a host that is unknown during preview",
      change: spec((s) => (s.rules[0].host = unknownText)),
      says: ["unknown during preview"],
    },
    {
      ...open,
      title: "a route whose TLS nobody reads",
      change: (resource) => {
        resource.type = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
      },
      says: ["Use an Ingress"],
    },
    {
      ...open,
      title: "an unknown stack",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged"],
    },
  ]);
});
