/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { uiListener } from "../../policy/rules/uiListener";
import { allows, refuses } from "./support/cases";
import { httpRoute, listenerSet } from "./support/compliantStack";

describe("jaeger-ui-require-known-listener", () => {
  const stack = "production" as const;
  const unchanged = { stack, resource: "jaeger-ui", change: () => undefined };

  allows(uiListener, [
    { ...unchanged, title: "an Ingress alone" },
    { ...unchanged, title: "a route from a listener of the stack's", beside: [listenerSet(), httpRoute()] },
  ]);

  refuses(uiListener, [
    {
      ...unchanged,
      title: "a route from a ListenerSet of somebody else's",
      beside: [httpRoute()],
      says: ["ListenerSet jaeger-ui", "is not in the stack"],
    },
    {
      ...unchanged,
      title: "a ListenerSet of another namespace",
      beside: [listenerSet((set) => (set.metadata.namespace = "team-b")), httpRoute()],
      says: ["is not in the stack"],
    },
    {
      ...unchanged,
      title: "a listener that the ListenerSet has not",
      beside: [listenerSet((set) => (set.spec.listeners[0].name = "other")), httpRoute()],
      says: ["listener https", '["other"]'],
    },
  ]);
});
