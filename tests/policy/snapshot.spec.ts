import assert from "node:assert/strict";
import * as sdk from "@pulumi/policy";
import { at, show, snapshot, UNKNOWN } from "../../policy/engine/snapshot";
import { unknownMapping, unknownText } from "./support/evaluate";

const { unknownCheckingProxy } = sdk as unknown as { unknownCheckingProxy: (props: unknown) => unknown };

describe("snapshot", () => {
  const source = {
    metadata: { name: "a", uid: unknownText, labels: unknownMapping },
    list: [1, unknownText, { deep: unknownText }],
    nothing: null,
  };
  const copy = snapshot(unknownCheckingProxy(source));

  it("copies what is known", () => {
    assert.equal(at(copy, "metadata", "name"), "a");
    assert.equal(at(copy, "list", 0), 1);
    assert.equal(at(copy, "nothing"), null);
  });

  it("puts UNKNOWN where the proxy of the SDK throws, at any depth", () => {
    assert.equal(at(copy, "metadata", "uid"), UNKNOWN);
    assert.equal(at(copy, "list", 1), UNKNOWN);
    assert.equal(at(copy, "list", 2, "deep"), UNKNOWN);
  });

  it("answers UNKNOWN for everything below an unknown value", () => {
    assert.equal(at(copy, "metadata", "labels", "app"), UNKNOWN);
  });

  it("answers undefined where a path ends, and takes nothing from a prototype", () => {
    assert.equal(at(copy, "metadata", "missing", "deeper"), undefined);
    assert.equal(at(copy, "constructor"), undefined);
    assert.equal(at(copy, "list", "length"), undefined);
  });

  it("lets errors other than unknown values through", () => {
    const broken = {
      get value(): string {
        throw new Error("something else");
      },
    };
    assert.throws(() => snapshot(broken), /something else/);
  });

  it("shows missing and unknown values in words, and cuts long ones", () => {
    assert.equal(show(undefined), "missing");
    assert.match(show(UNKNOWN), /^unknown during preview/);
    assert.equal(show("a"), '"a"');
    assert.ok(show("x".repeat(500)).length <= 100);
  });
});
