import assert from "node:assert/strict";
import { assignName, isAutonamed, type NamingInputs } from "../../../sandbox/providers/kubernetes/naming";
import { nameOf } from "../../../sandbox/providers/kubernetes/objects";
import { UNKNOWN, type PlainMap } from "../../../sandbox/providers/shared/propertyValues";

const inputs: NamingInputs = {
  logicalName: "settings",
  randomSeed: Buffer.from("seed"),
  autonaming: undefined,
};

describe("names of Kubernetes objects", () => {
  it("makes a name from the resource's own and eight hexadecimal digits, and marks it", () => {
    const object: PlainMap = { metadata: { annotations: { mine: "1" } } };
    assignName(object, undefined, inputs);
    const metadata = object["metadata"] as PlainMap;
    assert.match(nameOf(object), /^settings-[0-9a-f]{8}$/);
    assert.deepEqual(metadata["annotations"], { mine: "1", "pulumi.com/autonamed": "true" });
  });

  it("makes the same name from the same seed, and another from another", () => {
    const named = (seed: string): unknown => {
      const object: PlainMap = {};
      assignName(object, undefined, { ...inputs, randomSeed: Buffer.from(seed) });
      return (object["metadata"] as PlainMap)["name"];
    };
    assert.equal(named("a"), named("a"));
    assert.notEqual(named("a"), named("b"));
  });

  it("keeps the made name of the stored inputs", () => {
    const object: PlainMap = {};
    const stored = {
      metadata: { name: "settings-00000000", annotations: { "pulumi.com/autonamed": "true" } },
    };
    assignName(object, stored, inputs);
    assert.equal((object["metadata"] as PlainMap)["name"], "settings-00000000");
    assert.ok(isAutonamed(object));
  });

  it("does not keep a stored name that the program chose and then dropped", () => {
    const object: PlainMap = {};
    assignName(object, { metadata: { name: "chosen" } }, inputs);
    assert.notEqual((object["metadata"] as PlainMap)["name"], "chosen");
  });

  it("leaves a chosen name, and one that a preview does not know, as they are", () => {
    for (const name of ["chosen", UNKNOWN] as const) {
      const object: PlainMap = { metadata: { name } };
      assignName(object, undefined, inputs);
      assert.deepEqual(object, { metadata: { name } });
    }
  });

  it("takes the name that the engine proposes", () => {
    const object: PlainMap = {};
    assignName(object, undefined, { ...inputs, autonaming: { mode: "enforce", proposedName: "from-stack" } });
    assert.equal((object["metadata"] as PlainMap)["name"], "from-stack");
  });

  it("refuses where the stack forbids made names, and where the API server would make one", () => {
    const forbidden: NamingInputs = { ...inputs, autonaming: { mode: "disable", proposedName: "" } };
    assert.throws(() => {
      assignName({}, undefined, forbidden);
    }, /metadata\.name is not set/);
    assert.throws(() => {
      assignName({ metadata: { generateName: "x-" } }, undefined, inputs);
    }, /generateName cannot be used/);
  });
});
