import assert from "node:assert/strict";
import { demoImage } from "../../sandbox/images/demoImage";
import { demoProject, tracingProject } from "../../sandbox/stack/deploy";
import { pulumi, runningSandbox } from "../support/sandbox";

/** Kinds that the program and the demo make, by the path of their list. */
const lists = [
  "/api/v1/configmaps",
  "/api/v1/services",
  "/api/v1/pods",
  "/api/v1/serviceaccounts",
  "/api/v1/secrets",
  "/apis/apps/v1/deployments",
  "/apis/apps/v1/replicasets",
  "/apis/networking.k8s.io/v1/networkpolicies",
  "/apis/policy/v1/poddisruptionbudgets",
];

/** What Kubernetes puts into every cluster by itself. */
const ofKubernetes = /^(default|kube-node-lease|kube-public)\/(kube-root-ca\.crt|default|kubernetes)$/;

describe("pulumi destroy", () => {
  it("leaves nothing of the demo and the program in the cluster", async () => {
    const { cluster, engine } = await runningSandbox();
    for (const project of [demoProject("dev", demoImage().name), tracingProject("dev")]) {
      const { code, stdout, stderr } = await pulumi(engine, project, ["destroy", "--yes"]);
      assert.equal(code, 0, stdout + stderr);
    }
    const left: string[] = [];
    for (const path of lists) {
      const list = await cluster.api.find(path);
      const items = (list?.items ?? []) as unknown as { metadata: { namespace: string; name: string } }[];
      for (const { metadata } of items) {
        const name = `${metadata.namespace}/${metadata.name}`;
        if (metadata.namespace !== "kube-system" && !ofKubernetes.test(name)) left.push(`${path} ${name}`);
      }
    }
    assert.deepEqual(left, []);
    assert.equal(await cluster.api.find("/api/v1/namespaces/observability"), undefined);
    cluster.api.close();
  });
});
