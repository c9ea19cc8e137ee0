import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodeName } from "../../../sandbox/node/addresses";
import { makeVolumeFolders, storageClassName, storageObjects } from "../../../sandbox/elasticsearch/storage";
import { pathsBelow, useTemporaryFolder } from "../helpers/temporaryFolder";

interface Volume {
  readonly kind: string;
  readonly spec: {
    readonly storageClassName: string;
    readonly local: { readonly path: string };
    readonly nodeAffinity: unknown;
  };
}

describe("elasticsearch/storage", () => {
  const folder = useTemporaryFolder();
  const volumes = (): Volume[] =>
    (storageObjects(pathsBelow(folder())) as Volume[]).filter(({ kind }) => kind === "PersistentVolume");

  it("makes a class that claims without one get", () => {
    const classes = (storageObjects(pathsBelow(folder())) as { kind: string; metadata: unknown }[]).filter(
      ({ kind }) => kind === "StorageClass",
    );
    const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
    assert.deepEqual(
      classes.map(({ metadata }) => metadata),
      [{ name: storageClassName, annotations }],
    );
  });

  it("has a folder for each volume, below the state that npm stop removes", () => {
    const paths = pathsBelow(folder());
    makeVolumeFolders(paths);
    assert.ok(volumes().length > 0);
    for (const { spec } of volumes()) {
      assert.ok(spec.local.path.startsWith(`${paths.state}${path.sep}`));
      assert.ok(fs.statSync(spec.local.path).isDirectory());
      assert.equal(spec.storageClassName, storageClassName);
    }
  });

  it("binds each volume to the one node, as Kubernetes wants of a local volume", () => {
    for (const { spec } of volumes()) assert.ok(JSON.stringify(spec.nodeAffinity).includes(`"${nodeName}"`));
  });
});
