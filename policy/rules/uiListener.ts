import { listenerOf } from "../artefacts/gatewayRoute";
import { type StackRule } from "../engine/rule";
import { at, elements, show } from "../engine/snapshot";

/** Whether a listener speaks TLS can only be said of one that the stack has itself. */
export const uiListener: StackRule = {
  scope: "stack",
  name: "jaeger-ui-require-known-listener",
  description:
    "Every HTTPRoute comes from listeners of a ListenerSet that is in the stack, where their TLS is judged: one of the platform's Gateway may be plain HTTP.",
  severity: "critical",
  remediationSteps:
    "Add a ListenerSet with an HTTPS listener to the stack, attach it to the Gateway, and name the two in spec.parentRefs of the HTTPRoute.",
  *judge(stack) {
    for (const route of stack.ofKind("HTTPRoute")) {
      for (const parent of elements(route.at("spec", "parentRefs"))) {
        const wanted = listenerOf(route, parent);
        // One that names no listener is refused by jaeger-ui-prohibit-open-exposure.
        if (wanted === undefined) continue;
        const set = stack.find("ListenerSet", route.namespace ?? "default", wanted.set);
        const names = elements(set?.at("spec", "listeners")).map((listener) => at(listener, "name") ?? null);
        if (names.includes(wanted.section)) continue;
        const has = set === undefined ? "is not in the stack" : `has the listeners ${show(names)}`;
        yield {
          urn: route.urn,
          message: `${route.title}: it comes from listener ${wanted.section} of ListenerSet ${wanted.set}, which ${has}, so its TLS cannot be judged. Add it to the stack.`,
        };
      }
    }
  },
};
