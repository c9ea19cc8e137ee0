import assert from "node:assert/strict";
import fc from "fast-check";
import { prunedTo, refreshedInputs } from "../../../sandbox/providers/kubernetes/checkpoint";
import {
  canonicalQuantity,
  normalised,
  toApiSpelling,
  toSdkSpelling,
  withoutServerFields,
} from "../../../sandbox/providers/kubernetes/normalise";
import type { PlainMap } from "../../../sandbox/providers/shared/propertyValues";

describe("the form in which objects are compared", () => {
  it("makes quantities of one size equal", () => {
    for (const [a, b] of [
      ["1024Mi", "1Gi"],
      ["0.5", "500m"],
      [2, "2"],
      ["1.5Gi", "1536Mi"],
      ["1000M", "1G"],
    ] as const) {
      assert.equal(canonicalQuantity(a), canonicalQuantity(b), `${a} and ${b}`);
    }
    assert.notEqual(canonicalQuantity("1Gi"), canonicalQuantity("1G"));
  });

  it("leaves what is no quantity as it is", () => {
    for (const value of ["", "abc", "1h", "1.2.3", null, true]) assert.equal(canonicalQuantity(value), value);
  });

  it("finds quantities in limits, requests and volume sizes of built-in kinds alone", () => {
    const pod = (memory: string): PlainMap => ({
      apiVersion: "v1",
      kind: "Pod",
      spec: {
        containers: [{ resources: { limits: { memory } } }],
        volumes: [{ emptyDir: { sizeLimit: memory } }],
      },
    });
    assert.deepEqual(normalised(pod("1024Mi")), normalised(pod("1Gi")));
    const thing = (memory: string): PlainMap => ({
      apiVersion: "trial.example/v1",
      kind: "Thing",
      spec: { limits: { memory } },
    });
    assert.notDeepEqual(normalised(thing("1024Mi")), normalised(thing("1Gi")));
  });

  it("takes a Secret's text for its data, and the text where both have a name", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: "eA==", b: "eA==" },
      stringData: { b: "y" },
    };
    assert.deepEqual(normalised(secret)["data"], { a: "eA==", b: "eQ==" });
    assert.ok(!("stringData" in normalised(secret)));
  });

  it("drops metadata that only the API server writes", () => {
    const metadata = { name: "a", uid: "1", resourceVersion: "2", managedFields: [], creationTimestamp: "x" };
    assert.deepEqual(normalised({ metadata })["metadata"], { name: "a" });
  });
});

describe("spelling of schema extensions", () => {
  it("is the SDK's there and the API's here", () => {
    const sdk = {
      schema: { x_kubernetes_preserve_unknown_fields: true, items: [{ x_kubernetes_int_or_string: true }] },
    };
    const api = {
      schema: {
        "x-kubernetes-preserve-unknown-fields": true,
        items: [{ "x-kubernetes-int-or-string": true }],
      },
    };
    assert.deepEqual(toApiSpelling(sdk), api);
    assert.deepEqual(toSdkSpelling(api), sdk);
  });
});

describe("inputs from a live object", () => {
  const live: PlainMap = {
    metadata: { name: "a", uid: "1", annotations: { "deployment.kubernetes.io/revision": "3" } },
    spec: { replicas: 3, list: [{ a: 1, b: 2 }, { a: 3 }], added: true },
    status: { ready: true },
  };

  it("are, for a refresh, the live values of what the program set", () => {
    const inputs = { metadata: { name: "a" }, spec: { replicas: 1, list: [{ a: 0 }], gone: "x" } };
    assert.deepEqual(prunedTo(live, inputs), {
      metadata: { name: "a" },
      spec: { replicas: 3, list: [{ a: 1 }] },
    });
  });

  it("are, for an import, everything but status and what the server and its controllers write", () => {
    assert.deepEqual(withoutServerFields(live), { metadata: { name: "a" }, spec: live["spec"] });
  });

  it("stay text for a Secret that was given as text", () => {
    const secret: PlainMap = { kind: "Secret", data: { a: "bmV3" } };
    const inputs: PlainMap = { kind: "Secret", stringData: { a: "old", gone: "x" } };
    assert.deepEqual(refreshedInputs(secret, inputs), { kind: "Secret", stringData: { a: "new" } });
  });

  it("of any shape are a part of the live object", () => {
    const object = fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.oneof(
        fc.integer(),
        fc.dictionary(fc.constantFrom("x", "y"), fc.string(), { noNullPrototype: true }),
      ),
    );
    fc.assert(
      fc.property(object, object, (left, right) => {
        const pruned = prunedTo(left, right);
        assert.deepEqual(prunedTo(left, pruned), pruned);
        for (const name of Object.keys(pruned)) assert.ok(name in left && name in right);
      }),
    );
  });
});
