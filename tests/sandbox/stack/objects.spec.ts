import assert from "node:assert/strict";
import {
  declaredObjects,
  neededNamespaces,
  podOf,
  type DeclaredObject,
} from "../../../sandbox/stack/objects";

const deployment: DeclaredObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "jaeger", namespace: "observability" },
  spec: {
    replicas: 2,
    template: { metadata: { labels: { app: "jaeger" } }, spec: { containers: [{ name: "jaeger" }] } },
  },
};

describe("declaredObjects", () => {
  it("takes the Kubernetes objects out of a preview, and nothing else", () => {
    const steps = [
      { op: "create", newState: { type: "pulumi:pulumi:Stack" } },
      { op: "create", newState: { type: "pulumi:providers:kubernetes", inputs: { kubeconfig: "x" } } },
      { op: "create", newState: { type: "nova:tracing:JaegerStack" } },
      { op: "create", newState: { type: "kubernetes:apps/v1:Deployment", inputs: deployment } },
      { op: "delete" },
    ];
    assert.deepEqual(declaredObjects(JSON.stringify({ steps })), [deployment]);
  });

  it("leaves out a Helm release, which is no object", () => {
    const newState = { type: "kubernetes:helm.sh/v3:Release", inputs: { chart: "cert-manager" } };
    assert.deepEqual(declaredObjects(JSON.stringify({ steps: [{ op: "create", newState }] })), []);
  });

  it("puts texts that an API server takes where a preview hides or does not know the values of a Secret", () => {
    const secret = (values: object): string =>
      JSON.stringify({
        steps: [
          {
            op: "create",
            newState: {
              type: "kubernetes:core/v1:Secret",
              inputs: { apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, ...values },
            },
          },
        ],
      });
    const [known] = declaredObjects(secret({ data: { p: "[secret]" }, stringData: { q: "[secret]" } }));
    assert.equal(Buffer.from((known?.data as { p: string }).p, "base64").toString(), "made-up");
    assert.deepEqual(known?.stringData, { q: "made-up" });
    const [hidden] = declaredObjects(secret({ stringData: "[secret]" }));
    assert.ok(hidden);
    assert.deepEqual(hidden.stringData, {});
    assert.equal(hidden.data, undefined);
  });

  it("finds none in a preview without steps", () => {
    assert.deepEqual(declaredObjects("{}"), []);
  });
});

describe("neededNamespaces", () => {
  it("keeps the labels of a declared namespace, since pod security is one of them", () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    const declared = { apiVersion: "v1", kind: "Namespace", metadata: { name: "observability", labels } };
    assert.deepEqual(neededNamespaces([deployment, declared]), [declared]);
  });

  it("adds those that objects only name, each once, but for default", () => {
    const inNamespace = (namespace: string): DeclaredObject => ({
      ...deployment,
      metadata: { name: "a", namespace },
    });
    const names = neededNamespaces([
      inNamespace("a"),
      inNamespace("b"),
      inNamespace("a"),
      inNamespace("default"),
    ]).map(({ metadata }) => metadata.name);
    assert.deepEqual(names, ["a", "b"]);
  });
});

describe("podOf", () => {
  it("makes the pod of a Deployment, in its namespace and with the template's labels", () => {
    assert.deepEqual(podOf(deployment), {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { labels: { app: "jaeger" }, name: "jaeger-dry-run", namespace: "observability" },
      spec: { containers: [{ name: "jaeger" }] },
    });
  });

  it("finds the template of a CronJob two levels deeper", () => {
    const spec = { jobTemplate: { spec: { template: { spec: { containers: [] } } } } };
    const pod = podOf({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "cleaner", namespace: "observability" },
      spec,
    });
    assert.equal(pod?.metadata.name, "cleaner-dry-run");
  });

  it("gives the pod of a StatefulSet a volume for each claim, under its name", () => {
    const mounts = [{ name: "data", mountPath: "/data" }];
    const spec = {
      template: {
        spec: { volumes: [{ name: "tmp", emptyDir: {} }], containers: [{ volumeMounts: mounts }] },
      },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: {} }],
    };
    const pod = podOf({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "es" }, spec });
    assert.deepEqual((pod?.spec as { volumes: unknown }).volumes, [
      { name: "tmp", emptyDir: {} },
      { name: "data", persistentVolumeClaim: { claimName: "data" } },
    ]);
  });

  for (const kind of ["ConfigMap", "Service", "Namespace"]) {
    it(`makes none of a ${kind}`, () => {
      assert.equal(podOf({ apiVersion: "v1", kind, metadata: { name: "x" } }), undefined);
    });
  }
});
