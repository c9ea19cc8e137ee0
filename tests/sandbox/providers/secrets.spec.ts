// Does not prove that the engine encrypts what is marked; tests/engine reads a stored stack for that.
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkpointState, parseCheckpoint } from "../../../sandbox/providers/kubernetes/checkpoint";
import { markSecrets } from "../../../sandbox/providers/kubernetes/secrets";
import {
  asSecret,
  decodeProperties,
  encodeProperties,
  hasSecret,
  hasUnknown,
  isSecret,
  UNKNOWN,
  withoutSecrets,
  type PropertyMap,
  type PropertyValue,
} from "../../../sandbox/providers/shared/propertyValues";

const marked: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<PropertyValue>(null, true, 1.5, "text", UNKNOWN),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "kind"), tie("value"), { noNullPrototype: true }),
    tie("value").map((value) => asSecret(value)),
  ),
})).value;

describe("properties on their way to and from the engine", () => {
  it("come back as they were, with their secret and unknown marks", () => {
    fc.assert(
      fc.property(marked, (value) => {
        assert.deepEqual(decodeProperties(encodeProperties({ value })), { value });
      }),
    );
  });

  it("lose all secret marks, and nothing else, where plain values are needed", () => {
    const value: PropertyMap = { a: asSecret({ b: asSecret("x") }), c: [asSecret(1)], d: UNKNOWN };
    assert.deepEqual(withoutSecrets(value), { a: { b: "x" }, c: [1], d: UNKNOWN });
    assert.ok(hasSecret(value) && hasUnknown(value));
    assert.ok(!hasSecret(withoutSecrets(value)));
  });

  it("of a kind that no resource takes are refused", () => {
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    assert.throws(() => decodeProperties(encodeProperties({ asset })), /asset or archive/);
  });
});

describe("secrets in the state", () => {
  it("are all data of a Secret, whatever the program marked", () => {
    const state = markSecrets({ kind: "Secret", data: { a: "eA==" }, type: "Opaque" }, {});
    assert.ok(isSecret(state["data"]));
    assert.equal(state["type"], "Opaque");
  });

  it("are the fields that were secret among the inputs, and no others", () => {
    const state = markSecrets({ spec: { a: "1", b: "2" } }, { spec: { a: asSecret("1"), b: "2" } });
    assert.deepEqual(state, { spec: { a: asSecret("1"), b: "2" } });
  });

  it("are whole lists in which an item was secret, since items change their places", () => {
    const state = markSecrets({ list: ["b", "a"] }, { list: [asSecret("a"), "b"] });
    assert.deepEqual(state, { list: asSecret(["b", "a"]) });
  });

  it("stand in a checkpoint neither in the live object nor in the stored inputs in plain form", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", stringData: { a: "hunter2" } };
    const live = { apiVersion: "v1", kind: "Secret", data: { a: Buffer.from("hunter2").toString("base64") } };
    const state = checkpointState(
      { inputs, live, fieldManager: "m" },
      { ...inputs, stringData: asSecret({ a: "hunter2" }) },
    );
    assert.ok(isSecret(state["data"]));
    assert.ok(isSecret((state["__inputs"] as PropertyMap)["stringData"]));
    assert.ok(!JSON.stringify(state).includes("hunter2"));
  });

  it("are read back from a checkpoint", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", stringData: { a: "x" } };
    const live = { apiVersion: "v1", kind: "Secret", data: { a: "eA==" } };
    assert.deepEqual(parseCheckpoint(checkpointState({ inputs, live, fieldManager: "m" }, {})), {
      inputs,
      live,
      fieldManager: "m",
    });
  });
});
