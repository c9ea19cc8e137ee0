import assert from "node:assert/strict";
import { parseResourceType } from "../../policy/engine/resourceType";

describe("parseResourceType", () => {
  const table: [string, string, string, string, boolean][] = [
    ["kubernetes:apps/v1:Deployment", "apps", "v1", "Deployment", false],
    ["kubernetes:apps/v1:DeploymentPatch", "apps", "v1", "Deployment", true],
    ["kubernetes:core/v1:ConfigMap", "", "v1", "ConfigMap", false],
    ["kubernetes:v1:ConfigMap", "", "v1", "ConfigMap", false],
    ["kubernetes:extensions/v1beta1:Ingress", "extensions", "v1beta1", "Ingress", false],
    [
      "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
      "monitoring.coreos.com",
      "v1",
      "PrometheusRule",
      false,
    ],
  ];
  for (const [token, group, version, kind, patch] of table) {
    it(`reads ${token}`, () => {
      const type = parseResourceType(token);
      assert.deepEqual(
        [type.kubernetes, type.group, type.version, type.kind, type.patch],
        [true, group, version, kind, patch],
      );
    });
  }

  it("does not take a resource of another package for a Kubernetes object", () => {
    assert.equal(parseResourceType("kubernetes2:core/v1:ConfigMap").kubernetes, false);
    assert.equal(parseResourceType("pulumi:pulumi:Stack").kubernetes, false);
  });
});
