import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { preparationFolders, preparationProgram } from "../../../components/elasticsearch/nodePreparation";
import {
  firstFormationSettings,
  javaOptions,
  nodeSettings,
} from "../../../components/elasticsearch/nodeSettings";
import { at } from "../../support/document";

// What the files say and what the program does with them, with stand-ins for curl and the keystore tool; that
// Elasticsearch takes them is shown on a real node.

const args = { name: "elasticsearch", nodes: 3, indexPrefix: "nova", retentionMechanism: "ilm" } as const;

describe("elasticsearch.yml", () => {
  const settings: unknown = parse(nodeSettings(args));

  it("has TLS on both ports, and lets in nodes of the private authority alone", () => {
    for (const port of ["http", "transport"]) {
      assert.equal(at(settings, `xpack.security.${port}.ssl.enabled`), true);
      assert.equal(at(settings, `xpack.security.${port}.ssl.key`), `certs-${port}/tls.key`);
    }
    assert.equal(at(settings, "xpack.security.enabled"), true);
    assert.equal(at(settings, "xpack.security.transport.ssl.client_authentication"), "required");
    assert.deepEqual(at(settings, "xpack.security.transport.ssl.certificate_authorities"), [
      "certs-transport/ca.crt",
    ]);
  });

  it("needs no sysctl of the machine, and makes no certificates or tokens of its own", () => {
    assert.equal(at(settings, "node.store.allow_mmap"), false);
    assert.equal(at(settings, "xpack.security.autoconfiguration.enabled"), false);
    assert.equal(at(settings, "xpack.security.enrollment.enabled"), false);
  });

  it("never says who elects the first master: that would form a second cluster on an empty disk", () => {
    assert.doesNotMatch(nodeSettings(args), /initial_master_nodes/);
    assert.deepEqual(parse(firstFormationSettings(args)), {
      "cluster.initial_master_nodes": ["elasticsearch-0", "elasticsearch-1", "elasticsearch-2"],
    });
  });

  it("finds the other nodes by their Service, and looks for none where there is none", () => {
    assert.deepEqual(at(settings, "discovery.seed_hosts"), ["elasticsearch-nodes"]);
    assert.deepEqual(at(parse(nodeSettings({ ...args, nodes: 1 })), "discovery.seed_hosts"), []);
  });

  it("lets no write make an index of an alias's name, where there are aliases", () => {
    assert.equal(at(settings, "action.auto_create_index"), "-nova-jaeger-*-write,-nova-jaeger-*-read,+*");
    const dated: unknown = parse(nodeSettings({ ...args, retentionMechanism: "cleaner" }));
    assert.equal(at(dated, "action.auto_create_index"), undefined);
  });
});

describe("the heap", () => {
  const heap = (memory: string): string | undefined => /-Xms(\d+)m -Xmx\1m /.exec(javaOptions(memory))?.[1];

  it("is half of the memory, least and most alike", () => {
    assert.equal(heap("8Gi"), "4096");
    assert.equal(heap("1Gi"), "512");
  });

  it("never passes 31 GB: beyond it Java's references double in size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), (gibibytes) => {
        const mebibytes = Number(heap(`${gibibytes}Gi`));
        assert.ok(mebibytes <= 31 * 1024 && mebibytes <= gibibytes * 512);
      }),
    );
  });
});

describe("the preparation of a node", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-node-"));
    for (const [file, text] of Object.entries({
      "image/config/log4j2.properties": "of the image",
      "image/config/elasticsearch.yml": "of the image",
      "settings/elasticsearch.yml": nodeSettings(args),
      "settings/first-formation.yml": firstFormationSettings(args),
      "keystore/bootstrap.password": "first",
      "keystore/s3.client.default.access_key": "second",
      "authority/ca.crt": "",
    })) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text);
    }
    fs.mkdirSync(path.join(folder, "prepared"));
    fs.mkdirSync(path.join(folder, "image/bin"));
    const tool =
      '#!/bin/bash\necho "$@" >> "$ES_PATH_CONF/calls"; [ "$1" = create ] || cat > "$ES_PATH_CONF/given"\n';
    fs.writeFileSync(path.join(folder, "image/bin/elasticsearch-keystore"), tool, { mode: 0o755 });
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  function prepare(curlEndsWith: number): {
    status: number | null;
    read: (file: string) => string;
    output: string;
  } {
    const bin = path.join(folder, "bin");
    fs.mkdirSync(bin);
    fs.writeFileSync(path.join(bin, "curl"), `#!/bin/sh\nexit ${curlEndsWith}\n`, { mode: 0o755 });
    const program = Object.entries(preparationFolders)
      .reduce(
        (text, [name, place]) => text.replaceAll(`${place}/`, `${folder}/${name}/`),
        preparationProgram("https://es:9200"),
      )
      .replace(`ES_PATH_CONF=${preparationFolders.prepared}`, `ES_PATH_CONF=${folder}/prepared`)
      .replaceAll("/usr/share/elasticsearch", `${folder}/image`);
    const { status, stdout, stderr } = spawnSync("bash", ["-c", program], {
      encoding: "utf8",
      env: { PATH: `${bin}:/usr/bin:/bin` },
    });
    const read = (file: string): string => fs.readFileSync(path.join(folder, "prepared", file), "utf8");
    return { status, read, output: stdout + stderr };
  }

  it("takes the image's files, our settings, and a keystore of every secret setting, none of it in an argument", () => {
    const { output, read, status } = prepare(0);
    assert.equal(status, 0, output);
    assert.equal(read("log4j2.properties"), "of the image");
    assert.equal(read("elasticsearch.yml"), nodeSettings(args));
    assert.equal(
      read("calls"),
      "create\nadd --stdin --force bootstrap.password s3.client.default.access_key\n",
    );
    assert.equal(read("given"), "first\nsecond\n");
    assert.doesNotMatch(output, /first|second/);
  });

  it("joins where a node answers, whatever it says", () => {
    assert.doesNotMatch(prepare(0).read("elasticsearch.yml"), /initial_master_nodes/);
  });

  for (const [curl, meaning] of [
    [6, "the name is not known yet"],
    [7, "nobody is ready"],
    [28, "nobody answers in time"],
  ] as const) {
    it(`takes part in forming a cluster where ${meaning}`, () => {
      const settings: unknown = parse(prepare(curl).read("elasticsearch.yml"));
      assert.deepEqual(at(settings, "cluster.initial_master_nodes"), [
        "elasticsearch-0",
        "elasticsearch-1",
        "elasticsearch-2",
      ]);
    });
  }

  it("forms nothing where somebody answers with another certificate: it fails and is tried again", () => {
    const { output, status } = prepare(60);
    assert.equal(status, 1);
    assert.match(output, /curl ends with 60/);
  });
});
