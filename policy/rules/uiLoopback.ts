import { collectorConfigurations, componentType } from "../artefacts/collectorConfiguration";
import { type ResourceRule } from "../engine/rule";
import { at, entries, show, text } from "../engine/snapshot";

// Extensions that show nobody a trace. Any other may: `remote_storage` and `jaeger_mcp` do.
const harmlessExtensions = new Set([
  "basicauth",
  "expvar",
  "health_check",
  "healthcheckv2",
  "jaeger_storage",
  "pprof",
  "remote_sampling",
  "sigv4auth",
]);

// What jaeger_query serves beside its two endpoints, at addresses of its own.
const otherServers = ["ai", "otlp_proxy"];

/** jaeger-query itself listens to nobody but the proxy in its own pod, or a port-forward where nobody logs in. */
export const uiLoopback: ResourceRule = {
  scope: "resource",
  name: "jaeger-ui-require-loopback",
  description:
    "Jaeger's query API listens on loopback only, for HTTP and for gRPC, and no other extension shows traces: above dev nobody reaches them past the authenticating proxy, and in dev nobody but by a port-forward.",
  severity: "critical",
  remediationSteps:
    "Set extensions.jaeger_query.http.endpoint and grpc.endpoint to 127.0.0.1 and a port, and leave out extensions that serve traces in another way.",
  *judge(resource) {
    for (const { place, document } of collectorConfigurations(resource)) {
      const where = `${resource.title}, ${place}: extensions`;
      for (const [id, settings] of entries(at(document, "extensions"))) {
        const type = componentType(id);
        if (harmlessExtensions.has(type)) continue;
        if (type !== "jaeger_query") {
          yield `${where}.${id} may show traces to whoever reaches it. Leave it out.`;
          continue;
        }
        for (const protocol of ["http", "grpc"]) {
          const endpoint = at(settings, protocol, "endpoint");
          // Without an endpoint it listens on all interfaces.
          if (/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(text(endpoint) ?? "")) continue;
          yield `${where}.${id}.${protocol}.endpoint is ${show(endpoint)}, which other pods reach without logging in. Set 127.0.0.1 and a port.`;
        }
        for (const server of otherServers) {
          if ((at(settings, server) ?? null) === null) continue;
          yield `${where}.${id}.${server} serves at an address of its own, past the login. Leave it out.`;
        }
      }
    }
  },
};
