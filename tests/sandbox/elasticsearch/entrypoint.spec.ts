// Proves what the image's entrypoint makes of the settings, by running it without Elasticsearch.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { firstFormationSettings, nodeSettings } from "../../../components/elasticsearch/nodeSettings";
import { useTemporaryFolder } from "../helpers/temporaryFolder";

const entrypoint = path.join(__dirname, "../../../sandbox/elasticsearch/image/docker-entrypoint.sh");

/** The program's settings of a node, as its preparation writes them where no cluster has formed. */
const prepared = (nodes: number): string => {
  const shared = { name: "elasticsearch", nodes } as const;
  const settings = nodeSettings({ ...shared, indexPrefix: "nova", retentionMechanism: "cleaner" });
  return `${settings}\n${firstFormationSettings(shared)}`;
};

describe("elasticsearch/image: docker-entrypoint.sh", () => {
  const folder = useTemporaryFolder();

  /** Runs it with that many files allowed. */
  function start(
    settings: string,
    files: number | string,
  ): { readonly said: string; readonly settings: string } {
    const file = path.join(folder(), "elasticsearch.yml");
    fs.writeFileSync(file, settings);
    // In place of the shell's own, which allows no more than this machine does.
    const script = `ulimit() { echo ${files}; }; export -f ulimit; exec bash ${entrypoint} echo started`;
    const { stdout, stderr, status } = spawnSync("bash", ["-c", script], {
      encoding: "utf8",
      env: { ...process.env, ES_PATH_CONF: folder() },
    });
    assert.equal(status, 0, stderr);
    return { said: stdout, settings: fs.readFileSync(file, "utf8") };
  }

  it("makes a node single that may open too few files, changes nothing else, and says so first", () => {
    const { said, settings } = start(prepared(1), 1024);
    const { "cluster.initial_master_nodes": masters, ...rest } = parse(prepared(1)) as Record<
      string,
      unknown
    >;
    assert.deepEqual(masters, ["elasticsearch-0"]);
    assert.deepEqual(parse(settings), { ...rest, "discovery.type": "single-node" });
    assert.match(said, /^Sandbox: this machine allows 1024 open files, .*\nstarted\n$/);
  });

  it("comes to the same at a second start of the container", () => {
    const once = start(prepared(1), 1024).settings;
    assert.equal(start(once, 1024).settings, once);
  });

  it("leaves a node alone that is told of others: alone it would be a cluster of its own", () => {
    const { said, settings } = start(prepared(3), 1024);
    assert.equal(settings, prepared(3));
    assert.equal(said, "started\n");
  });

  for (const files of [65_535, "unlimited"] as const) {
    it(`changes nothing where the machine allows ${files} files`, () => {
      const { said, settings } = start(prepared(1), files);
      assert.equal(settings, prepared(1));
      assert.equal(said, "started\n");
    });
  }
});
