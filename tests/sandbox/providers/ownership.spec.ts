// Does not prove that the API server accepts the lists; tests/engine updates real objects.
import assert from "node:assert/strict";
import {
  hasFieldsToTakeOver,
  takenOverFields,
  withIgnoredPaths,
} from "../../../sandbox/providers/kubernetes/ownership";
import { deletionBlockers, propagationPolicy } from "../../../sandbox/providers/kubernetes/operations/delete";
import type { PlainMap } from "../../../sandbox/providers/shared/propertyValues";

const byCreate = { manager: "pulumi-kubernetes", operation: "Update", fieldsV1: { "f:data": { "f:a": {} } } };
const byController = { manager: "hpa", operation: "Update", fieldsV1: { "f:spec": { "f:replicas": {} } } };
const byApply = { manager: "pulumi-kubernetes-1", operation: "Apply", fieldsV1: { "f:data": { "f:b": {} } } };

function live(...managedFields: PlainMap[]): PlainMap {
  return { metadata: { managedFields }, spec: { replicas: 5, paused: false }, data: { a: "1" } };
}

describe("who owns an object's fields", () => {
  it("is the object's own manager after the first update, by apply", () => {
    assert.ok(hasFieldsToTakeOver(live(byCreate)));
    assert.deepEqual(takenOverFields(live(byController, byCreate), "m"), [
      { ...byCreate, manager: "m", operation: "Apply" },
      byController,
    ]);
  });

  it("is that manager for what it has applied before, too", () => {
    const [entry] = takenOverFields(live(byCreate, byApply), "pulumi-kubernetes-1");
    assert.deepEqual(entry?.["fieldsV1"], { "f:data": { "f:a": {}, "f:b": {} } });
  });

  it("stays another controller's, and what is written to a status", () => {
    const status = { ...byCreate, subresource: "status" };
    assert.ok(!hasFieldsToTakeOver(live(byController, byApply, status)));
  });
});

describe("inputs with ignored paths", () => {
  const inputs: PlainMap = { spec: { replicas: 1, paused: true } };

  it("leave out what another manager owns alone", () => {
    assert.deepEqual(withIgnoredPaths(inputs, live(byController), [["spec", "replicas"]], "m"), {
      spec: { paused: true },
    });
  });

  it("repeat the live value of what they own, or nobody does", () => {
    const own = { ...byController, manager: "m", operation: "Apply" };
    for (const entries of [[own, byController], []]) {
      const result = withIgnoredPaths(inputs, live(...entries), [["spec", "replicas"]], "m");
      assert.deepEqual(result, { spec: { replicas: 5, paused: true } });
    }
  });

  it("are not changed themselves", () => {
    withIgnoredPaths(inputs, live(byController), [["spec", "replicas"]], "m");
    assert.deepEqual(inputs, { spec: { replicas: 1, paused: true } });
  });
});

describe("a deletion", () => {
  it("takes dependants first unless the object says otherwise", () => {
    const annotated = (policy: string): PlainMap => ({
      metadata: { annotations: { "pulumi.com/deletionPropagationPolicy": policy } },
    });
    assert.equal(propagationPolicy({}), "Foreground");
    assert.equal(propagationPolicy(annotated("Orphan")), "Orphan");
    assert.equal(propagationPolicy(annotated("background")), "Background");
  });

  it("names what holds it up", () => {
    const namespace = {
      metadata: { finalizers: ["trial.example/hold"] },
      status: {
        conditions: [
          {
            type: "NamespaceContentRemaining",
            status: "True",
            reason: "SomeResourcesRemain",
            message: "pods: 1",
          },
        ],
      },
    };
    assert.deepEqual(deletionBlockers(namespace), [
      "finalizers: trial.example/hold",
      "SomeResourcesRemain: pods: 1",
    ]);
  });
});
