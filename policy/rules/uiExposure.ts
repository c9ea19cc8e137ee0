import { listenerProblems, routeProblems } from "../artefacts/gatewayRoute";
import { type Resource } from "../engine/resource";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { at, elements, isMapping, show, text, UNKNOWN } from "../engine/snapshot";

const routeKinds = [
  "Ingress",
  "HTTPRoute",
  "GRPCRoute",
  "TLSRoute",
  "TCPRoute",
  "UDPRoute",
  "IngressRoute",
  "IngressRouteTCP",
  "VirtualService",
  "Gateway",
  "ListenerSet",
  "Route",
  "HTTPProxy",
  "Mapping",
];

/** Where there is no authentication, there is no way in from outside; elsewhere every way in is encrypted. */
export const uiExposure: ResourceRule = {
  scope: "resource",
  name: "jaeger-ui-prohibit-open-exposure",
  description:
    "In dev nothing is reachable from outside the cluster but by port-forward; above dev every Ingress and every ListenerSet serves all of its hosts with TLS, an Ingress leads to the UI's proxy or to the entrance of spans alone, an HTTPRoute leads from such a listener to Service jaeger-query alone, and no Service opens a port of its own to the outside.",
  severity: "critical",
  remediationSteps:
    "Reach the UI in dev with `kubectl port-forward` (localhost). Above dev use one Ingress with TLS for every host, or a ListenerSet with HTTPS and an HTTPRoute, before the authenticating proxy.",
  *judge(resource) {
    if (resource.isKind("Service")) {
      yield* judgeService(resource, "spec");
      return;
    }
    if (resource.isKind("Elasticsearch")) {
      // The Services that its operator makes.
      for (const way of ["http", "transport"]) yield* judgeService(resource, "spec", way, "service", "spec");
      return;
    }
    if (!resource.isKind(...routeKinds)) return;
    const found = limitsOf(resource.environment);
    if ("problem" in found) {
      yield `${resource.title}: cannot be judged: ${found.problem}.`;
    } else if (found.limits.uiAuthentication === "none") {
      yield `${resource.title}: ${found.name} has no authentication, so nothing may lead in from outside. Use kubectl port-forward.`;
    } else if (resource.isKind("Ingress")) {
      yield* judgeTls(resource);
      yield* judgeBackends(resource);
    } else if (resource.isKind("ListenerSet", "HTTPRoute")) {
      const problems = resource.isKind("HTTPRoute") ? routeProblems(resource) : listenerProblems(resource);
      for (const problem of problems) yield `${resource.title}: ${problem}.`;
    } else {
      yield `${resource.title}: its authentication and TLS cannot be judged. Use an Ingress, or a ListenerSet and an HTTPRoute.`;
    }
  },
};

function* judgeService(resource: Resource, ...path: string[]): Iterable<string> {
  const place = path.join(".");
  const type = resource.at(...path, "type");
  if (type !== undefined && type !== null && type !== "ClusterIP") {
    yield `${resource.title}: ${place}.type is ${show(type)}, which leads past authentication and TLS. Use ClusterIP.`;
  }
  const external = resource.at(...path, "externalIPs");
  if (external === UNKNOWN || elements(external).length > 0) {
    yield `${resource.title}: ${place}.externalIPs is ${show(external)}, which leads past authentication and TLS. Leave it out.`;
  }
}

// Behind the one a proxy asks who is there; what the other takes has to be TLS (otlp-ingest-prohibit-plain-exposure).
const openServices = ["jaeger-query", "jaeger-collector"];

function* judgeBackends(resource: Resource): Iterable<string> {
  for (const rule of elements(resource.at("spec", "rules"))) {
    for (const path of elements(at(rule, "http", "paths"))) {
      const name = at(path, "backend", "service", "name") ?? at(path, "backend", "serviceName");
      if (typeof name === "string" && openServices.includes(name)) continue;
      yield `${resource.title}: a path leads to ${show(name ?? at(path, "backend"))}, and from outside only ${openServices.join(" and ")} may be reached. Lead it to one of these.`;
    }
  }
}

function* judgeTls(resource: Resource): Iterable<string> {
  const covered = new Set(
    elements(resource.at("spec", "tls")).flatMap((entry) =>
      typeof at(entry, "secretName") === "string" ? elements(at(entry, "hosts")) : [],
    ),
  );
  const backend = resource.at("spec", "defaultBackend");
  if (backend !== undefined && backend !== null) {
    yield `${resource.title}: spec.defaultBackend answers for any host, also without TLS. Name the host.`;
  }
  const rules = elements(resource.at("spec", "rules"));
  if (rules.length === 0)
    yield `${resource.title}: spec.rules is ${show(resource.at("spec", "rules"))}. Name the host.`;
  for (const rule of rules) {
    const host = at(rule, "host");
    if (typeof host !== "string" || !covered.has(host)) {
      yield `${resource.title}: the host ${show(host)} is not served with TLS. Add it to spec.tls with a secretName.`;
    }
  }
  const annotations = resource.at("metadata", "annotations");
  for (const [key, value] of isMapping(annotations) ? Object.entries(annotations) : []) {
    if (/ssl-redirect$/.test(key) && text(value) === "false") {
      yield `${resource.title}: the annotation ${key} is "false", which keeps plain HTTP open. Leave it out.`;
    }
  }
}
