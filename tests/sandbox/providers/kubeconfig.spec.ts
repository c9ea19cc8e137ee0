import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configurationDiff } from "../../../sandbox/providers/kubernetes/configuration";
import { clusterAccess, type ClusterAccess } from "../../../sandbox/providers/kubernetes/kubeconfig";
import { providerSettings, settingsFailures } from "../../../sandbox/providers/kubernetes/settings";
import { UNKNOWN, type PropertyMap } from "../../../sandbox/providers/shared/propertyValues";

const document = {
  "current-context": "one",
  contexts: [
    { name: "one", context: { cluster: "first", user: "admin" } },
    { name: "two", context: { cluster: "second", user: "robot", namespace: "shop" } },
  ],
  clusters: [
    {
      name: "first",
      cluster: { server: "https://192.0.2.1:6443", "certificate-authority-data": base64("CA") },
    },
    { name: "second", cluster: { server: "https://192.0.2.2:6443", "insecure-skip-tls-verify": true } },
  ],
  users: [
    { name: "admin", user: { "client-certificate-data": base64("CERT"), "client-key": "key.pem" } },
    { name: "robot", user: { token: "t0ken" } },
    { name: "cloud", user: { exec: { command: "aws" } } },
  ],
};

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

describe("a kubeconfig", () => {
  let folder = "";
  let path = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    path = join(folder, "config");
    writeFileSync(path, JSON.stringify(document));
    writeFileSync(join(folder, "key.pem"), "KEY");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function access(
    overrides: { kubeconfig?: string; context?: string; cluster?: string } = {},
  ): ClusterAccess {
    const none = { kubeconfig: undefined, context: undefined, cluster: undefined };
    return clusterAccess({ ...none, ...overrides }, { KUBECONFIG: path });
  }

  it("gives its current context, with certificates as text or as files beside it", () => {
    const { server, certificateAuthority, clientCertificate, clientKey, namespace } = access();
    assert.deepEqual(
      { host: server.host, certificateAuthority, clientCertificate, clientKey, namespace },
      {
        host: "192.0.2.1:6443",
        certificateAuthority: "CA",
        clientCertificate: "CERT",
        clientKey: "KEY",
        namespace: "default",
      },
    );
  });

  it("gives another context or cluster where that is asked for", () => {
    const two = access({ context: "two" });
    assert.deepEqual([two.token, two.namespace, two.insecureSkipTlsVerify], ["t0ken", "shop", true]);
    assert.equal(access({ cluster: "second" }).server.host, "192.0.2.2:6443");
  });

  it("may be given as text, or as a path", () => {
    assert.equal(access({ kubeconfig: JSON.stringify(document), context: "two" }).token, "t0ken");
    assert.equal(access({ kubeconfig: path, context: "two" }).token, "t0ken");
  });

  it("may be spread over files, of which the first that names something wins", () => {
    const second = join(folder, "second");
    writeFileSync(
      second,
      JSON.stringify({ contexts: [{ name: "three", context: { cluster: "first", user: "robot" } }] }),
    );
    const overrides = { kubeconfig: undefined, context: "three", cluster: undefined };
    assert.equal(clusterAccess(overrides, { KUBECONFIG: `${second}:${path}` }).token, "t0ken");
  });

  it("that lacks a part is refused with the part's name and what there is", () => {
    assert.throws(
      () => access({ context: "three" }),
      /contexts of .*config has no "three" \(it has: one, two\)/,
    );
    assert.throws(() => access({ cluster: "x" }), /clusters of .* has no "x"/);
  });

  it("that is absent or no YAML is refused with its path", () => {
    assert.throws(
      () =>
        clusterAccess(
          { kubeconfig: undefined, context: undefined, cluster: undefined },
          { KUBECONFIG: "/absent" },
        ),
      /no kubeconfig was found at \/absent/,
    );
    assert.throws(() => access({ kubeconfig: "just text" }), /neither a file nor a kubeconfig/);
  });

  it("whose user signs in by a program is refused with what to use instead", () => {
    const cloud = { ...document, contexts: [{ name: "one", context: { cluster: "first", user: "cloud" } }] };
    assert.throws(
      () => access({ kubeconfig: JSON.stringify(cloud) }),
      /user "cloud" .* signs in by exec.*client certificate/,
    );
  });

  it("of another cluster replaces all objects, one with another user does not", () => {
    const other = JSON.stringify({ ...document, "current-context": "two" });
    const same = JSON.stringify({ ...document, users: [] });
    const replaced = (before: PropertyMap, now: PropertyMap): boolean[] =>
      [...configurationDiff(before, now).changes.values()].map((change) => change.replaces);
    const kubeconfig = JSON.stringify(document);
    assert.deepEqual(replaced({ kubeconfig }, { kubeconfig: other }), [true]);
    assert.deepEqual(replaced({ kubeconfig }, { kubeconfig, context: "two" }), [true]);
    assert.deepEqual(replaced({ kubeconfig: same }, { kubeconfig: same }), []);
    assert.deepEqual(replaced({ kubeconfig }, { kubeconfig: UNKNOWN }), [true]);
    assert.deepEqual(replaced({ kubeconfig }, { kubeconfig, enableConfigMapMutable: true }), [false]);
  });
});

describe("settings of the kubernetes plugin", () => {
  it("come from the program, else from the vendor's environment variables", () => {
    const environment = { PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE: "true" };
    assert.equal(providerSettings({}, environment).enableConfigMapMutable, true);
    assert.equal(
      providerSettings({ enableConfigMapMutable: "false" }, environment).enableConfigMapMutable,
      false,
    );
    assert.equal(providerSettings({ enableSecretMutable: true }, {}).enableSecretMutable, true);
  });

  it("that the stand-in does not have are refused by name", () => {
    const refused = settingsFailures({
      renderYamlToDirectory: "out",
      enableServerSideApply: false,
      namespace: "a",
    });
    assert.deepEqual(
      refused.map((failure) => failure.property),
      ["renderYamlToDirectory", "enableServerSideApply"],
    );
    assert.deepEqual(settingsFailures({ enableServerSideApply: true, renderYamlToDirectory: "" }), []);
  });
});
