import { type Resource } from "../engine/resource";
import { at, elements, show, text, UNKNOWN, type Value } from "../engine/snapshot";

/** Of the Gateway API, what can be judged: a listener that the stack has itself, and a route from it to the UI. */

const group = "gateway.networking.k8s.io";

/** What a ListenerSet lacks of serving each of its hosts with TLS, to routes of its own namespace alone. */
export function* listenerProblems(resource: Resource): Iterable<string> {
  const listeners = elements(resource.at("spec", "listeners"));
  if (listeners.length === 0) {
    yield `spec.listeners is ${show(resource.at("spec", "listeners"))}. Name them, each with HTTPS`;
  }
  for (const [index, listener] of listeners.entries()) {
    const place = `spec.listeners[${index}]`;
    if (at(listener, "protocol") !== "HTTPS") {
      yield `${place}.protocol is ${show(at(listener, "protocol"))}, which is not TLS. Set HTTPS`;
    }
    if (!isEither(at(listener, "tls", "mode"), "Terminate")) {
      yield `${place}.tls.mode is ${show(at(listener, "tls", "mode"))}. Set Terminate`;
    }
    const certificates = elements(at(listener, "tls", "certificateRefs"));
    if (certificates.length === 0 || certificates.some((secret) => text(at(secret, "name")) === undefined)) {
      yield `${place}.tls.certificateRefs is ${show(at(listener, "tls", "certificateRefs"))}. Name the Secret with the certificate`;
    }
    if (text(at(listener, "hostname")) === undefined) {
      yield `${place}.hostname is ${show(at(listener, "hostname"))}, so it answers for any host. Name the host`;
    }
    if (!isEither(at(listener, "allowedRoutes", "namespaces", "from"), "Same")) {
      yield `${place}.allowedRoutes lets routes of other namespaces in. Set namespaces.from to Same`;
    }
  }
}

/** What an HTTPRoute lacks of leading from named listeners of its own namespace to Service jaeger-query, unchanged. */
export function* routeProblems(resource: Resource): Iterable<string> {
  const spec = resource.at("spec");
  const parents = elements(at(spec, "parentRefs"));
  if (parents.length === 0) yield `spec.parentRefs is ${show(at(spec, "parentRefs"))}. Name a listener`;
  for (const [index, parent] of parents.entries()) {
    if (listenerOf(resource, parent) === undefined) {
      yield `spec.parentRefs[${index}] is ${show(parent)}, whose TLS cannot be judged. Name a ListenerSet of its own namespace, and its listener in sectionName`;
    }
  }
  const hosts = elements(at(spec, "hostnames"));
  if (hosts.length === 0 || hosts.some((host) => text(host) === undefined)) {
    yield `spec.hostnames is ${show(at(spec, "hostnames"))}. Name the host`;
  }
  const rules = elements(at(spec, "rules"));
  if (rules.length === 0) yield `spec.rules is ${show(at(spec, "rules"))}. Lead to Service jaeger-query`;
  for (const [index, rule] of rules.entries()) {
    const backends = elements(at(rule, "backendRefs"));
    if (backends.length === 0 || !backends.every((backend) => isQuery(resource, backend))) {
      yield `spec.rules[${index}].backendRefs is ${show(at(rule, "backendRefs"))}. Lead to Service jaeger-query, behind which the proxy is, and to nothing else`;
    }
    // A filter can send requests with their cookies elsewhere, or change what the proxy sees.
    if ([rule, ...backends].some((part) => isThere(at(part, "filters")))) {
      yield `spec.rules[${index}] has filters, which are not judged. Leave them out`;
    }
  }
}

/** The listener that a route's parentRef names; undefined where it is none of a ListenerSet in the route's namespace. */
export function listenerOf(
  route: Resource,
  parent: Value,
): { readonly set: string; readonly section: string } | undefined {
  const [set, section] = [text(at(parent, "name")), text(at(parent, "sectionName"))];
  if (set === undefined || section === undefined || section === "") return undefined;
  if (at(parent, "kind") !== "ListenerSet" || !isEither(at(parent, "group"), group)) return undefined;
  return isEither(at(parent, "namespace"), route.namespace ?? "default") ? { set, section } : undefined;
}

function isQuery(route: Resource, backend: Value): boolean {
  return (
    at(backend, "name") === "jaeger-query" &&
    isEither(at(backend, "kind"), "Service") &&
    isEither(at(backend, "group"), "") &&
    isEither(at(backend, "namespace"), route.namespace ?? "default")
  );
}

/** Whether it is that, which is also the default. */
function isEither(value: Value | undefined, expected: string): boolean {
  return value === undefined || value === null || value === expected;
}

function isThere(value: Value | undefined): boolean {
  return value === UNKNOWN || elements(value).length > 0;
}
