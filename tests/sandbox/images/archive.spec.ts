// Proves the archive by its format. That containerd takes it and a container starts, the end-to-end tests show.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { imageArchive, type Image } from "../../../sandbox/images/archive";
import { layerArchive, type Layer } from "../../../sandbox/images/layer";
import { run } from "../../../sandbox/support/process";
import { describeOnLinux } from "../helpers/linux";
import { useTemporaryFolder, withEnvironment, writeFile } from "../helpers/temporaryFolder";

interface Config {
  readonly os: string;
  readonly architecture: string;
  readonly config: Record<string, unknown>;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
}

const layer = (name: string, content: string): Layer => ({
  name,
  identity: content,
  fill: (root) => {
    writeFile(path.join(root, name), content);
    return Promise.resolve();
  },
});
const image: Image = {
  name: "docker.io/nova-tracing/some:1.2",
  layers: [layer("base", "base of all"), layer("tool", "the tool")],
  entrypoint: ["/tool"],
  environment: { COLOUR: "blue" },
};

describeOnLinux("images/archive", () => {
  const temporaryFolder = useTemporaryFolder();
  const images = (): string => path.join(temporaryFolder(), "images");
  const unpack = async (file: string): Promise<{ folder: string; config: Config; layers: string[] }> => {
    const folder = fs.mkdtempSync(path.join(temporaryFolder(), "unpacked-"));
    await run("tar", ["-xf", file, "-C", folder]);
    const read = (name: string): unknown => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
    const manifest = read("manifest.json") as { Config: string; RepoTags: string[]; Layers: string[] }[];
    assert.equal(manifest.length, 1);
    assert.deepEqual(manifest[0]?.RepoTags, [image.name]);
    return { folder, config: read(manifest[0].Config) as Config, layers: manifest[0].Layers };
  };

  it("lists its layers in order, each with the checksum of its bytes", async () => {
    const { folder, config, layers } = await unpack((await imageArchive(images(), image)).file);
    assert.equal(layers.length, 2);
    const sums = layers.map(
      (name) =>
        `sha256:${createHash("sha256")
          .update(fs.readFileSync(path.join(folder, name)))
          .digest("hex")}`,
    );
    assert.deepEqual(config.rootfs, { type: "layers", diff_ids: sums });
    const { stdout } = await run("tar", ["-xOf", path.join(folder, layers[1] ?? ""), "./tool"]);
    assert.equal(stdout, "the tool");
  });

  it("says how its processes run", async () => {
    const { config } = await unpack((await imageArchive(images(), image)).file);
    assert.equal(config.os, "linux");
    assert.equal(config.architecture, process.arch === "x64" ? "amd64" : process.arch);
    assert.equal(config.config.User, "10001");
    assert.deepEqual(config.config.Entrypoint, ["/tool"]);
    assert.equal(config.config.Cmd, null);
    assert.deepEqual(config.config.Env, ["PATH=/usr/local/bin:/usr/bin:/bin", "COLOUR=blue"]);
  });

  it("is made once, and found again", async () => {
    const first = await imageArchive(images(), image);
    const { mtimeNs } = fs.statSync(first.file, { bigint: true });
    assert.deepEqual(await imageArchive(images(), image), first);
    assert.equal(fs.statSync(first.file, { bigint: true }).mtimeNs, mtimeNs);
  });

  it("has another digest and file for another name, user, command, variable or layer", async () => {
    const others: readonly Image[] = [
      image,
      { ...image, name: "docker.io/nova-tracing/some:1.3" },
      { ...image, name: "docker.io/nova-tracing-some:1.2" },
      { ...image, user: "0" },
      { ...image, command: ["serve"] },
      { ...image, environment: { COLOUR: "red" } },
      { ...image, layers: [layer("base", "base of all"), layer("tool", "another tool")] },
      { ...image, layers: [...image.layers].reverse() },
    ];
    const made = [];
    for (const other of others) made.push(await imageArchive(images(), other));
    assert.equal(new Set(made.map(({ digest }) => digest)).size, others.length);
    assert.equal(new Set(made.map(({ file }) => file)).size, others.length);
  });

  it("leaves nothing half made where it fails", async () => {
    for (const each of image.layers) await layerArchive(images(), each);
    const before = fs.readdirSync(images());
    await withEnvironment("PATH", temporaryFolder(), () =>
      assert.rejects(imageArchive(images(), image), /tar could not be run/),
    );
    assert.deepEqual(fs.readdirSync(images()), before);
  });
});
