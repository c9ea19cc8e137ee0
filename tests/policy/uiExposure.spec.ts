/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { uiExposure } from "../../policy/rules/uiExposure";
import { allows, refuses } from "./support/cases";
import { httpRoute, ingress, listenerSet } from "./support/compliantStack";
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
    "kubernetes:gateway.networking.k8s.io/v1:ListenerSet",
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
    ...["elasticsearch", "jaeger-collector-backend", unknownText].map((name) => ({
      ...open,
      title: `an Ingress that leads to ${typeof name === "string" ? name : "a Service that is unknown during preview"}`,
      change: spec((s) => (s.rules[0].http.paths[0].backend.service.name = name)),
      says: ["a path leads to", "may be reached"],
    })),
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
        resource.type = "kubernetes:gateway.networking.k8s.io/v1:TLSRoute";
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

  const beside = { ...open, change: () => undefined };

  allows(uiExposure, [
    { ...beside, title: "an HTTPRoute from a listener with TLS", beside: [listenerSet(), httpRoute()] },
  ]);

  const listener = (change: (listener: Loose) => void): Declared =>
    listenerSet((set) => {
      change(set.spec.listeners[0]);
    });
  const route = (change: (spec: Loose) => void): Declared =>
    httpRoute((declared) => {
      change(declared.spec);
    });
  const broken: readonly (readonly [title: string, resource: Declared, ...says: string[]])[] = [
    ["a listener in clear", listener((one) => (one.protocol = "HTTP")), "protocol", "HTTPS"],
    ["a listener that lets TLS through", listener((one) => (one.tls.mode = "Passthrough")), "tls.mode"],
    [
      "a listener without a certificate",
      listener((one) => (one.tls.certificateRefs = [])),
      "certificateRefs",
    ],
    ["a listener for any host", listener((one) => delete one.hostname), "hostname"],
    [
      "a listener that takes routes of everybody",
      listener((one) => (one.allowedRoutes = { namespaces: { from: "All" } })),
      "allowedRoutes",
    ],
    ["a ListenerSet without listeners", listenerSet((set) => (set.spec.listeners = [])), "spec.listeners"],
    [
      "a second listener in clear",
      listenerSet((set) => set.spec.listeners.push({ ...set.spec.listeners[0], protocol: "HTTP" })),
      "spec.listeners[1].protocol",
    ],
    [
      "a protocol that is unknown during preview",
      listener((one) => (one.protocol = unknownText)),
      "protocol",
    ],
    [
      "a route from the platform's Gateway",
      route((spec) => (spec.parentRefs = [{ name: "shared", namespace: "gateways", sectionName: "https" }])),
      "whose TLS cannot be judged",
    ],
    [
      "a route from whichever listener",
      route((spec) => delete spec.parentRefs[0].sectionName),
      "sectionName",
    ],
    [
      "a route from a second place",
      route((spec) => spec.parentRefs.push({ name: "shared" })),
      "spec.parentRefs[1]",
    ],
    [
      "a route from another namespace's listeners",
      route((spec) => (spec.parentRefs[0].namespace = "gateways")),
      "spec.parentRefs[0]",
    ],
    ["a route from nowhere", route((spec) => (spec.parentRefs = [])), "spec.parentRefs"],
    ["a route for any host", route((spec) => delete spec.hostnames), "spec.hostnames"],
    [
      "a route past the proxy",
      route((spec) => (spec.rules[0].backendRefs[0].name = "jaeger")),
      "behind which the proxy is",
    ],
    [
      "a route to two Services",
      route((spec) => spec.rules[0].backendRefs.push({ name: "jaeger-collector", port: 4318 })),
      "and to nothing else",
    ],
    [
      "a route to another namespace",
      route((spec) => (spec.rules[0].backendRefs[0].namespace = "default")),
      "spec.rules[0].backendRefs",
    ],
    [
      "a second rule of a route, to another Service",
      route((spec) => spec.rules.push({ backendRefs: [{ name: "jaeger", port: 16686 }] })),
      "spec.rules[1]",
    ],
    [
      "a route that copies requests",
      route((spec) => (spec.rules[0].filters = [{ type: "RequestMirror" }])),
      "has filters",
    ],
    [
      "a backend with a filter",
      route((spec) => (spec.rules[0].backendRefs[0].filters = [{ type: "RequestHeaderModifier" }])),
      "has filters",
    ],
    ["a route without rules", route((spec) => (spec.rules = [])), "spec.rules"],
    [
      "a Service that is unknown during preview",
      route((spec) => (spec.rules[0].backendRefs[0].name = unknownText)),
      "(unknown)",
    ],
  ];
  refuses(
    uiExposure,
    broken.map(([title, resource, ...says]) => ({ ...beside, title, beside: [resource], says })),
  );
});
