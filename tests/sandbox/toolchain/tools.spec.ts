// Proves which binary is chosen. The binaries here are empty files and scripts; none of them is a real tool.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { binaryPath } from "../../../sandbox/toolchain/goBuild";
import { readGoModule, type GoModuleName } from "../../../sandbox/toolchain/goModules";
import { findTools, isComplete, toolVersion, type Toolchain } from "../../../sandbox/toolchain/toolchain";
import {
  entriesBelow,
  pathsBelow,
  useTemporaryFolder,
  withEnvironment,
  writeFile,
} from "../helpers/temporaryFolder";

const debian = { root: "/debian", path: [], libraries: "", iptablesExtensions: "" };

describe("toolchain/toolchain", () => {
  const temporaryFolder = useTemporaryFolder();
  const paths = () => pathsBelow(path.join(temporaryFolder(), "cache"));
  const pathFolder = (): string => path.join(temporaryFolder(), "path");
  /** The tools with nothing on PATH but what the test puts there. */
  const find = (): Promise<Partial<Toolchain>> =>
    withEnvironment("PATH", pathFolder(), () => findTools(paths()));
  const build = (name: GoModuleName, except = ""): void => {
    const module = readGoModule(name);
    for (const goPackage of module.packages)
      if (path.basename(goPackage) !== except) writeFile(binaryPath(paths(), module, goPackage));
  };
  const onPath = (name: string, says: string, exitCode = 0): string =>
    writeFile(path.join(pathFolder(), name), `#!/bin/sh\necho "${says}"\nexit ${exitCode}\n`, 0o755);

  it("finds nothing in an empty cache folder, and leaves it so", async () => {
    assert.deepEqual(await find(), {});
    assert.deepEqual(entriesBelow(temporaryFolder()), []);
  });

  it("is complete with every binary and the Debian tree, and not with one less", async () => {
    for (const name of ["pulumi", "kubernetes", "coredns", "jaeger"] as const) build(name);
    const found = await find();
    assert.equal(isComplete({ ...found, debian }), true);
    assert.equal(isComplete(found), false);
    for (const [tool, file] of Object.entries(found)) {
      const rest = Object.fromEntries(Object.entries({ ...found, debian }).filter(([name]) => name !== tool));
      assert.equal(isComplete(rest), false, `complete without ${tool}`);
      assert.ok(typeof file === "string" && fs.existsSync(file));
    }
  });

  it("misses just the one binary that an interrupted build did not finish", async () => {
    build("kubernetes", "kubelet");
    writeFile(`${binaryPath(paths(), readGoModule("kubernetes"), "k8s.io/kubernetes/cmd/kubelet")}.partial`);
    const found = await find();
    assert.equal(found.kubelet, undefined);
    assert.ok(found.kubeProxy);
  });

  it("takes a tool on PATH that has the pinned version", async () => {
    const kubelet = onPath("kubelet", `Kubernetes v${toolVersion("kubelet")}`);
    const pulumi = onPath("pulumi", `v${toolVersion("pulumi")}`);
    assert.deepEqual(await find(), { kubelet, pulumi });
  });

  it("takes no tool on PATH of another version, of a changed build, or that fails", async () => {
    onPath("kubelet", "Kubernetes v1.2.3");
    onPath("pulumi", `v${toolVersion("pulumi")}-alpha.1`);
    onPath("kube-proxy", `Kubernetes v${toolVersion("kubeProxy")}`, 1);
    onPath("kube-scheduler", "no version here");
    writeFile(path.join(pathFolder(), "kube-apiserver"), "not executable", 0o644);
    assert.deepEqual(await find(), {});
  });

  it("takes no binary from PATH that goes into an image, as it may not be static", async () => {
    onPath("jaeger", `v${toolVersion("jaeger")}`);
    onPath("coredns", `v${toolVersion("coredns")}`);
    assert.deepEqual(await find(), {});
  });

  it("takes what was built here before what is on PATH", async () => {
    build("pulumi");
    onPath("pulumi", `v${toolVersion("pulumi")}`);
    const { pulumi = "" } = await find();
    assert.ok(pulumi.startsWith(paths().tools), pulumi);
  });

  it("keys binaries by version, so that another version is built anew", () => {
    const module = readGoModule("pulumi");
    const goPackage = module.packages[0] ?? "";
    const file = binaryPath(paths(), module, goPackage);
    assert.notEqual(binaryPath(paths(), { ...module, version: "0.0.1" }, goPackage), file);
    assert.notEqual(binaryPath(paths(), { ...module, key: "0" }, goPackage), file);
  });
});
