import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import {
  certManagerObjects,
  clusterIssuerOf,
  ingestIssuerOf,
  privateAuthority,
  standInIssuer,
} from "../../../sandbox/certManager/objects";
import { controllerImageName } from "../../../sandbox/certManager/image";
import { tracingProject } from "../../../sandbox/stack/deploy";
import { viewedConfig } from "../../../sandbox/stack/view";

const modules = path.join(__dirname, "../../../sandbox/toolchain/modules");
const goMod = (name: string): string => fs.readFileSync(path.join(modules, name, "go.mod"), "utf8");

describe("certManager/objects", () => {
  it("run the controllers of the release whose CRDs are installed", () => {
    const version = /github\.com\/cert-manager\/cert-manager (v\S+)/;
    const [, installed] = version.exec(goMod("crds")) ?? [];
    const [, built] = version.exec(goMod("certManager")) ?? [];
    assert.ok(installed);
    assert.equal(built, installed);
    assert.ok(controllerImageName.endsWith(`:${installed}`));
  });

  it("give the controller no right to anything but its own kinds, Secrets and events", () => {
    const roles = (
      certManagerObjects() as { kind: string; rules?: { resources: string[]; apiGroups: string[] }[] }[]
    )
      .filter(({ kind }) => kind === "ClusterRole")
      .flatMap(({ rules = [] }) => rules);
    const core = roles
      .filter(({ apiGroups }) => apiGroups.includes(""))
      .flatMap(({ resources }) => resources);
    assert.deepEqual(core, ["secrets", "events"]);
    assert.deepEqual([...new Set(roles.flatMap(({ apiGroups }) => apiGroups))], ["cert-manager.io", ""]);
  });

  it("make the ClusterIssuer that staging names, and say on it that it is a stand-in", () => {
    const issuer = clusterIssuerOf(viewedConfig(tracingProject("staging")));
    assert.equal(issuer, "letsencrypt");
    const { metadata } = standInIssuer(issuer) as { metadata: { annotations: Record<string, string> } };
    assert.match(metadata.annotations["nova-tracing/stand-in"] ?? "", /Self-signed/);
  });

  it("make the private authority that the settings name for spans over TLS, as the documentation does", () => {
    assert.equal(ingestIssuerOf(viewedConfig(tracingProject("staging"))), undefined);
    const issuer = { kind: "ClusterIssuer", name: "nova-tracing" };
    const name = ingestIssuerOf({ "nova-tracing:ingest": { tls: "mtls", issuer } });
    const page = fs.readFileSync(path.join(__dirname, "../../../docs/ingest-tls.md"), "utf8");
    const [, block = ""] = /```yaml\n(apiVersion: cert-manager\.io[\s\S]*?)```/.exec(page) ?? [];
    const documented = [...parseAllDocuments(block)].map((document): unknown => document.toJS());
    assert.deepEqual(privateAuthority(name ?? ""), documented);
  });

  it("make none where the settings name none, or one of a namespace", () => {
    assert.equal(clusterIssuerOf({}), undefined);
    assert.equal(
      clusterIssuerOf({ "nova-tracing:ui": { issuer: { kind: "Issuer", name: "own" } } }),
      undefined,
    );
  });
});
