// Proves what is done with a zip. That Maven and Debian's archive serve it, only a first start shows.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  elasticsearchFolder,
  elasticsearchVersion,
  hasElasticsearch,
  lifecycleVersion,
} from "../../../sandbox/elasticsearch/archive";
import { requireSum, zipPath } from "../../../sandbox/elasticsearch/pinnedZip";
import { SandboxError } from "../../../sandbox/support/errors";
import { pathsBelow, useTemporaryFolder } from "../helpers/temporaryFolder";

describe("elasticsearch/pinnedZip", () => {
  const folder = useTemporaryFolder();

  it("finds an artifact's zip where Maven puts it", () => {
    assert.equal(zipPath("org.example.some:thing", "1.2.3"), "org/example/some/thing/1.2.3/thing-1.2.3.zip");
  });

  it("refuses a file with another sum than the pinned one, and names both", async () => {
    const file = path.join(folder(), "thing.zip");
    fs.writeFileSync(file, "abc");
    // Of "abc", from the standard (FIPS 180-2, appendix B.1).
    const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    await requireSum(file, sum);
    fs.writeFileSync(file, "abd");
    await assert.rejects(requireSum(file, sum), (error) => {
      assert.ok(error instanceof SandboxError);
      assert.match(error.message, /^thing\.zip .* its SHA-256 is [\da-f]{64}, not ba7816bf/);
      return true;
    });
  });
});

describe("elasticsearch/archive", () => {
  const folder = useTemporaryFolder();

  it("keeps each release in a folder of its own, that of the sandbox unless another is asked for", () => {
    const paths = pathsBelow(folder());
    assert.equal(elasticsearchFolder(paths), elasticsearchFolder(paths, elasticsearchVersion));
    fs.mkdirSync(elasticsearchFolder(paths, lifecycleVersion), { recursive: true });
    assert.deepEqual([hasElasticsearch(paths), hasElasticsearch(paths, lifecycleVersion)], [false, true]);
  });
});
