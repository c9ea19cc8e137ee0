import assert from "node:assert/strict";
import { changedProperties } from "../../../sandbox/providers/kubernetes/diff";
import { kindOfObject } from "../../../sandbox/providers/kubernetes/kinds";
import { replacingFields } from "../../../sandbox/providers/kubernetes/replacement";
import { UNKNOWN, type PlainMap } from "../../../sandbox/providers/shared/propertyValues";

const inPlace = { enableConfigMapMutable: true, enableSecretMutable: true };
const anew = { enableConfigMapMutable: false, enableSecretMutable: false };

/** Changes as `path: kind`, with `!` where the object is made anew. */
function changes(
  oldInputs: PlainMap,
  newInputs: PlainMap,
  options: { live?: PlainMap; replacing?: readonly string[]; ignored?: readonly string[] } = {},
): string[] {
  const found = changedProperties(
    { oldInputs, live: options.live ?? oldInputs, newInputs },
    { replacing: options.replacing ?? [], ignored: options.ignored ?? [] },
  );
  return [...found].map(([path, { kind, replaces }]) => `${path}: ${kind}${replaces ? "!" : ""}`).sort();
}

describe("what an update changes", () => {
  it("names each added, deleted and changed value by its path", () => {
    assert.deepEqual(changes({ data: { a: "1", b: "2" } }, { data: { a: "3", c: "4" } }), [
      "data.a: update",
      "data.b: delete",
      "data.c: add",
    ]);
  });

  it("compares lists item by item", () => {
    const ports = (...numbers: number[]): PlainMap => ({ ports: numbers.map((port) => ({ port })) });
    assert.deepEqual(changes(ports(1, 2), ports(1, 3, 4)), ["ports[1].port: update", "ports[2]: add"]);
    assert.deepEqual(changes(ports(1, 2), ports(1)), ["ports[1]: delete"]);
  });

  it("writes a name with a dot in brackets", () => {
    assert.deepEqual(changes({ m: { "a.b/c": "1" } }, { m: { "a.b/c": "2" } }), ['m["a.b/c"]: update']);
  });

  it("sees no change where the API server only writes a value in another form", () => {
    assert.deepEqual(
      changes({ spec: { at: "1h" } }, { spec: { at: "1h" } }, { live: { spec: { at: "60m" } } }),
      [],
    );
  });

  it("sees no change where the program adopts the live value", () => {
    assert.deepEqual(changes({ spec: { n: 1 } }, { spec: { n: 2 } }, { live: { spec: { n: 2 } } }), []);
  });

  it("does not look at what only the API server has set", () => {
    assert.deepEqual(
      changes({ spec: {} }, { spec: {} }, { live: { spec: { clusterIP: "10.0.0.1" }, status: {} } }),
      [],
    );
  });

  it("takes a null for a value that is not set", () => {
    assert.deepEqual(changes({ spec: {} }, { spec: { a: null } }), []);
    assert.deepEqual(changes({ spec: { a: 1 } }, { spec: { a: null } }), ["spec.a: delete"]);
  });

  it("counts a value that a preview does not know as changed", () => {
    assert.deepEqual(changes({ data: { a: "1" } }, { data: { a: UNKNOWN } }), ["data.a: update"]);
  });

  it("leaves out ignored paths and all below them", () => {
    assert.deepEqual(
      changes({ spec: { a: { b: 1 }, c: 1 } }, { spec: { a: { b: 2 }, c: 2 } }, { ignored: ["spec.a"] }),
      ["spec.c: update"],
    );
    assert.deepEqual(changes({ l: [{ x: 1 }] }, { l: [{ x: 2 }] }, { ignored: ["l[*].x"] }), []);
  });
});

describe("what makes an object anew", () => {
  const cases: [title: string, object: PlainMap, path: string, replaced: boolean, settings?: typeof anew][] =
    [
      ["a Deployment's selector", { apiVersion: "apps/v1", kind: "Deployment" }, "spec.selector", true],
      ["a Deployment's replicas", { apiVersion: "apps/v1", kind: "Deployment" }, "spec.replicas", false],
      [
        "a StatefulSet's serviceName",
        { apiVersion: "apps/v1", kind: "StatefulSet" },
        "spec.serviceName",
        true,
      ],
      ["a StatefulSet's template", { apiVersion: "apps/v1", kind: "StatefulSet" }, "spec.template", false],
      ["a Job's template", { apiVersion: "batch/v1", kind: "Job" }, "spec.template", true],
      [
        "a RoleBinding's roleRef",
        { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
        "roleRef",
        true,
      ],
      [
        "a StorageClass's parameters",
        { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
        "parameters",
        true,
      ],
      [
        "a claim's access modes",
        { apiVersion: "v1", kind: "PersistentVolumeClaim" },
        "spec.accessModes",
        true,
      ],
      ["a claim's size", { apiVersion: "v1", kind: "PersistentVolumeClaim" }, "spec.resources", false],
      ["a Service's clusterIP", { apiVersion: "v1", kind: "Service" }, "spec.clusterIP", true],
      ["any name", { apiVersion: "trial.example/v1", kind: "Thing" }, "metadata.name", true],
      [
        "a ConfigMap's data unless it may change",
        { apiVersion: "v1", kind: "ConfigMap" },
        "data",
        true,
        anew,
      ],
      ["a ConfigMap's data that may change", { apiVersion: "v1", kind: "ConfigMap" }, "data", false],
      [
        "an immutable ConfigMap's data",
        { apiVersion: "v1", kind: "ConfigMap", immutable: true },
        "data",
        true,
      ],
      ["a Secret's data unless it may change", { apiVersion: "v1", kind: "Secret" }, "data", true, anew],
      ["a Secret's data that may change", { apiVersion: "v1", kind: "Secret" }, "data", false],
      ["a Secret's type in any case", { apiVersion: "v1", kind: "Secret" }, "type", true],
    ];
  for (const [title, object, path, replaced, settings = inPlace] of cases) {
    it(`${replaced ? "does" : "does not"} for ${title}`, () => {
      const fields = replacingFields(kindOfObject(object), object, settings);
      assert.equal(fields.includes(path), replaced);
    });
  }

  it("is marked on the changed path, at it, below it and above it", () => {
    const replacing = ["spec.selector"];
    const selector = (app: string): PlainMap => ({
      spec: { selector: { matchLabels: { app } }, replicas: 1 },
    });
    assert.deepEqual(changes(selector("a"), selector("b"), { replacing }), [
      "spec.selector.matchLabels.app: update!",
    ]);
    assert.deepEqual(changes({}, selector("a"), { replacing }), ["spec: add!"]);
    assert.deepEqual(changes({}, { spec: { replicas: 1 } }, { replacing }), ["spec: add"]);
  });

  it("is found in any item of a list", () => {
    const pod = (image: string): PlainMap => ({
      spec: { containers: [{ name: "a" }, { name: "b", image }] },
    });
    assert.deepEqual(changes(pod("1"), pod("2"), { replacing: ["spec.containers[*].image"] }), [
      "spec.containers[1].image: update!",
    ]);
  });
});
