import assert from "node:assert/strict";
import fc from "fast-check";
import {
  apiVersionOf,
  kindOfObject,
  kindOfToken,
  tokenOfKind,
  whyUnsupported,
} from "../../../sandbox/providers/kubernetes/kinds";

describe("types of the kubernetes plugin", () => {
  it("reads core as the group without a name", () => {
    assert.deepEqual(kindOfToken("kubernetes:core/v1:ConfigMap"), {
      group: "",
      version: "v1",
      kind: "ConfigMap",
    });
    assert.equal(apiVersionOf(kindOfToken("kubernetes:core/v1:ConfigMap")), "v1");
  });

  it("reads groups with a domain, and those of custom resources", () => {
    assert.equal(
      apiVersionOf(kindOfToken("kubernetes:networking.k8s.io/v1:Ingress")),
      "networking.k8s.io/v1",
    );
    assert.equal(
      apiVersionOf(kindOfToken("kubernetes:cert-manager.io/v1:Certificate")),
      "cert-manager.io/v1",
    );
  });

  it("writes each kind as the token that it is read from", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/).filter((group) => group !== "core");
    const kinds = fc.record(
      {
        group: fc.oneof(fc.constant(""), word),
        version: fc.constantFrom("v1", "v1beta1", "v2alpha3"),
        kind: fc.stringMatching(/^[A-Z][A-Za-z]{0,12}$/),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(kinds, (kind) => {
        assert.deepEqual(kindOfToken(tokenOfKind(kind)), kind);
        assert.deepEqual(kindOfObject({ apiVersion: apiVersionOf(kind), kind: kind.kind }), kind);
      }),
    );
  });

  it("refuses a token of another form, and says which form is expected", () => {
    assert.throws(
      () => kindOfToken("random:index:RandomPassword"),
      /expected kubernetes:<group>\/<version>:<Kind>/,
    );
  });

  it("refuses lists, patches, Helm charts and manifests with what to do instead", () => {
    const why = (token: string): string | undefined => {
      const [, , kind = ""] = token.split(":");
      return whyUnsupported(token, { group: "", version: "v1", kind });
    };
    assert.match(why("kubernetes:core/v1:ConfigMapList") ?? "", /Create each object by its own type/);
    assert.match(why("kubernetes:apps/v1:DeploymentPatch") ?? "", /Own the object/);
    assert.match(why("kubernetes:helm.sh/v4:Chart") ?? "", /Helm/);
    assert.match(why("kubernetes:yaml/v2:ConfigFile") ?? "", /single resources/);
    assert.equal(why("kubernetes:core/v1:ConfigMap"), undefined);
  });
});
