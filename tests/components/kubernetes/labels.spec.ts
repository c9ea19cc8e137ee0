import assert from "node:assert/strict";
import fc from "fast-check";
import { objectLabels, selectorLabels } from "../../../components/kubernetes/labels";

const identity = { application: "jaeger", instance: "jaeger", role: "collector" };

describe("labels", () => {
  it("selectors are these three and no other: a change of them replaces every workload there is", () => {
    assert.deepEqual(selectorLabels(identity), {
      "app.kubernetes.io/name": "jaeger",
      "app.kubernetes.io/instance": "jaeger",
      "app.kubernetes.io/component": "collector",
    });
  });

  it("every object carries its selector, where it belongs to, and its version", () => {
    assert.deepEqual(objectLabels(identity, "2.22.0"), {
      ...selectorLabels(identity),
      "app.kubernetes.io/part-of": "nova-tracing",
      "app.kubernetes.io/managed-by": "pulumi",
      "app.kubernetes.io/version": "2.22.0",
    });
    assert.ok(!("app.kubernetes.io/version" in objectLabels(identity)));
  });

  it("two identities never share a selector", () => {
    const name = fc.constantFrom("a", "b");
    const anyIdentity = fc.record({ application: name, instance: name, role: name });
    fc.assert(
      fc.property(anyIdentity, anyIdentity, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(JSON.stringify(selectorLabels(one)) === JSON.stringify(selectorLabels(other)), same);
      }),
    );
  });
});
