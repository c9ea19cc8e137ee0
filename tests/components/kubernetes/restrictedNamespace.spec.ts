import assert from "node:assert/strict";
import { RestrictedNamespace } from "../../../components/kubernetes/restrictedNamespace";
import { at } from "../../support/document";
import { childrenOf, find, record, type Recording } from "../../support/mocks";

// Whether the cluster enforces network policies is the cluster's affair; nothing here can show it.

describe("RestrictedNamespace", () => {
  let recording: Recording<unknown>;
  before(async () => {
    recording = await record(() => new RestrictedNamespace("observability", { namespace: "tracing" }));
  });

  it("is a namespace and a policy that denies, and nothing else", () => {
    assert.deepEqual(childrenOf(recording, find(recording, "RestrictedNamespace", "observability")), [
      "Namespace observability",
      "NetworkPolicy observability-default-deny",
    ]);
  });

  it("admits only restricted pods", () => {
    const { inputs } = find(recording, "Namespace", "observability");
    assert.equal(at(inputs, "metadata", "name"), "tracing");
    assert.equal(at(inputs, "metadata", "labels", "pod-security.kubernetes.io/enforce"), "restricted");
  });

  it("denies every pod in it both directions", () => {
    const { inputs } = find(recording, "NetworkPolicy", "observability-default-deny");
    assert.equal(at(inputs, "metadata", "namespace"), "tracing");
    assert.deepEqual(at(inputs, "spec"), { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("makes the policy after the namespace that it stands in", () => {
    const { dependencies } = find(recording, "NetworkPolicy", "observability-default-deny");
    assert.deepEqual(dependencies, [find(recording, "Namespace", "observability").urn]);
  });
});
