import assert from "node:assert/strict";
import { expectedObservation, parseWaitFor } from "../../../sandbox/providers/kubernetes/await/waitFor";
import type { PlainMap } from "../../../sandbox/providers/shared/propertyValues";

const object: PlainMap = {
  spec: { "a.b": "dotted" },
  status: {
    phase: "Running",
    count: 3,
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Stalled", status: "False" },
    ],
  },
};

function isReady(annotation: string): boolean {
  return expectedObservation(object, parseWaitFor(annotation)).ready;
}

describe("the annotation pulumi.com/waitFor", () => {
  it("waits for a condition of a status, which is True unless it says another", () => {
    assert.ok(isReady("condition=Ready"));
    assert.ok(isReady("condition=Stalled=False"));
    assert.ok(!isReady("condition=Stalled"));
    assert.ok(!isReady("condition=Absent"));
  });

  it("waits for a JSON path to have a value, or to exist", () => {
    assert.ok(isReady("jsonpath={.status.phase}=Running"));
    assert.ok(!isReady("jsonpath={.status.phase}=Failed"));
    assert.ok(isReady("jsonpath={.status.count}=3"));
    assert.ok(isReady("jsonpath={.status.phase}"));
    assert.ok(!isReady("jsonpath={.status.absent}"));
  });

  it("reads filters, indices and quoted names in a path", () => {
    assert.ok(isReady('jsonpath={.status.conditions[?(@.type=="Ready")].status}=True'));
    assert.ok(isReady("jsonpath={.status.conditions[1].type}=Stalled"));
    assert.ok(isReady("jsonpath={.spec['a.b']}=dotted"));
  });

  it("waits for all of a list, and names each that has not come", () => {
    assert.ok(isReady('["condition=Ready", "jsonpath={.status.phase}=Running"]'));
    const open = expectedObservation(
      object,
      parseWaitFor('["condition=Stalled", "jsonpath={.status.phase}=Failed"]'),
    );
    assert.deepEqual(open.problems, [
      "condition Stalled is False, not True",
      ".status.phase is Running, waited for it to be Failed",
    ]);
  });

  for (const bad of ["phase=Running", "jsonpath=status", "jsonpath={.a[?(@.b>1)]}=x", "[]", "[1]"]) {
    it(`refuses ${bad}, with the expression in the message`, () => {
      assert.throws(
        () => parseWaitFor(bad),
        (error: Error) => error.message.includes("pulumi.com/waitFor"),
      );
    });
  }
});
