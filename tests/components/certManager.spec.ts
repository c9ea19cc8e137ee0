import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { CertManager, certManagerVersion } from "../../components/certManager";
import { hiddenWorkload } from "../../policy/rules/hiddenWorkload";
import { releaseArguments } from "../../sandbox/providers/kubernetesCertManager/certManager";
import { assertAllowed } from "../policy/support/evaluate";
import { at, mapping, text } from "../support/document";
import { childrenOf, find, record, type Recording } from "../support/mocks";

// Under mocks: what the vendor's component is asked for. No chart has been installed.

const root = join(__dirname, "..", "..");

describe("CertManager", () => {
  let recording: Recording<CertManager>;
  before(async () => {
    recording = await record(() => new CertManager("cert-manager"));
  });
  const chart = () => find(recording, "kubernetes-cert-manager:index:CertManager", "cert-manager");

  it("is a namespace and the vendor's component in it, and nothing else", () => {
    assert.deepEqual(childrenOf(recording, find(recording, "nova:tracing:CertManager", "cert-manager")), [
      "CertManager cert-manager",
      "Namespace cert-manager",
    ]);
    const namespace = find(recording, "Namespace", "cert-manager");
    assert.equal(text(namespace.inputs, "metadata", "name"), "cert-manager");
    assert.ok(chart().dependencies.includes(namespace.urn));
  });

  it("asks for the definitions, a pinned release, and nothing beside it", () => {
    assert.match(certManagerVersion, /^v\d+\.\d+\.\d+$/);
    const given = Object.entries(mapping(chart().inputs)).filter(([, value]) => value !== undefined);
    assert.deepEqual(Object.fromEntries(given), {
      installCRDs: true,
      helmOptions: { name: "cert-manager", namespace: "cert-manager", version: certManagerVersion },
    });
  });

  it("is the chart that the policy pack allows", () => {
    const { helmOptions, ...inputs } = mapping(chart().inputs);
    assertAllowed(hiddenWorkload, [
      {
        type: "kubernetes:helm.sh/v3:Release",
        name: "cert-manager-helm",
        props: releaseArguments(inputs, helmOptions as Record<string, unknown>),
      },
    ]);
  });

  it("is the release whose definitions the sandbox installs", () => {
    const modules = readFileSync(join(root, "sandbox", "toolchain", "modules", "crds", "go.mod"), "utf8");
    assert.equal(/cert-manager\/cert-manager (\S+)/.exec(modules)?.[1], certManagerVersion);
  });

  it("goes into another namespace if told so", async () => {
    const other = await record(() => new CertManager("certificates", { namespace: "pki" }));
    assert.equal(text(find(other, "Namespace", "certificates").inputs, "metadata", "name"), "pki");
    const { inputs } = find(other, "kubernetes-cert-manager:index:CertManager", "certificates");
    assert.equal(at(inputs, "helmOptions", "namespace"), "pki");
  });

  it("two in one program do not collide, if the second leaves out the definitions", async () => {
    const { resources } = await record(() => [
      new CertManager("cert-manager"),
      new CertManager("second", { namespace: "second", definitions: false }),
    ]);
    const charts = resources.filter(({ type }) => type === "kubernetes-cert-manager:index:CertManager");
    assert.deepEqual(
      charts.map(({ inputs }) => [at(inputs, "helmOptions", "name"), at(inputs, "installCRDs")]),
      [
        ["cert-manager", true],
        ["second", false],
      ],
    );
    assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
  });

  it("lets others wait for it, by itself or by what is ready", async () => {
    const { resources } = await record(() => {
      const certManager = new CertManager("cert-manager");
      new Namespace("by-itself", {}, { dependsOn: certManager });
      new Namespace("by-ready", {}, { dependsOn: certManager.ready });
    });
    const urn = resources.find(({ type }) => type === "kubernetes-cert-manager:index:CertManager")?.urn ?? "";
    for (const waiting of ["by-itself", "by-ready"]) {
      const found = resources.find(({ name }) => name === waiting);
      assert.ok(found?.dependencies.includes(urn), waiting);
    }
  });

  it("waits with all its children for what it depends on", async () => {
    const waiting = await record(() => {
      const first = new Namespace("first");
      new CertManager("cert-manager", {}, { dependsOn: first });
    });
    const { urn } = find(waiting, "Namespace", "first");
    assert.ok(find(waiting, "Namespace", "cert-manager").dependencies.includes(urn));
  });

  it("costs a stack without it no import of the vendor's package", () => {
    const code = `require("./components/certManager");
      console.log(Object.keys(require.cache).filter((file) => file.includes("kubernetes-cert-manager")).length);`;
    const args = ["-r", "ts-node/register/transpile-only", "-e", code];
    assert.equal(spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" }).stdout.trim(), "0");
  });
});
