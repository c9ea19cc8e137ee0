import { collectorConfigurations, componentType } from "../artefacts/collectorConfiguration";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { at, entries, show, text } from "../engine/snapshot";

/** Where people have to log in, jaeger-query itself listens to nobody but the proxy in its own pod. */
export const uiLoopback: ResourceRule = {
  scope: "resource",
  name: "jaeger-ui-require-loopback",
  description:
    "Above dev jaeger-query listens on loopback only, for HTTP and for gRPC, so that no Service, Ingress or pod reaches it past the authenticating proxy.",
  severity: "critical",
  remediationSteps: "Set extensions.jaeger_query.http.endpoint and grpc.endpoint to 127.0.0.1 and a port.",
  *judge(resource) {
    const found = limitsOf(resource.environment);
    if (!("problem" in found) && found.limits.uiAuthentication === "none") return;
    for (const { place, document } of collectorConfigurations(resource)) {
      for (const [id, settings] of entries(at(document, "extensions"))) {
        if (componentType(id) !== "jaeger_query") continue;
        for (const protocol of ["http", "grpc"]) {
          const endpoint = at(settings, protocol, "endpoint");
          // Without an endpoint it listens on all interfaces.
          if (/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(text(endpoint) ?? "")) continue;
          yield `${resource.title}, ${place}: extensions.${id}.${protocol}.endpoint is ${show(endpoint)}, which other pods reach without logging in. Set 127.0.0.1 and a port.`;
        }
      }
    }
  },
};
