// Proves what the image is made of. That Elasticsearch runs in it, the end-to-end tests show.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { elasticsearchImage } from "../../../sandbox/elasticsearch/image";
import { preparationProgram } from "../../../components/elasticsearch/nodePreparation";
import { pathsBelow, useTemporaryFolder } from "../helpers/temporaryFolder";

describe("elasticsearch/image", () => {
  const folder = useTemporaryFolder();

  it("has each command of Elasticsearch's that the program's preparation calls", async () => {
    const root = path.join(folder(), "root");
    fs.mkdirSync(root);
    await elasticsearchImage(pathsBelow(folder())).layers.at(-1)?.fill(root);
    const called = [...preparationProgram("https://x").matchAll(/"\$elasticsearch\/([\w-]+)"/g)].map(
      ([, name]) => name,
    );
    assert.ok(called.length > 0);
    for (const command of called) {
      const file = path.join(root, "usr/share/elasticsearch/bin", command ?? "");
      assert.equal(fs.statSync(file).mode & 0o111, 0o111);
      const text = fs.readFileSync(file, "utf8");
      assert.match(text, /^export CLI_NAME=keystore CLI_LIBS=lib\/tools\/keystore-cli$/m);
      assert.doesNotMatch(text, /@\w+@/);
    }
  });

  it("starts as the vendor's: the user's name is known, nothing of it is run by root", () => {
    const { user, entrypoint, command } = elasticsearchImage(pathsBelow(folder()));
    assert.deepEqual(
      [user, entrypoint, command],
      ["1000:0", ["/usr/local/bin/docker-entrypoint.sh"], ["eswrapper"]],
    );
  });
});
