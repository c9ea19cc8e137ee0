// Proves what is kept of the modules and how it is read. That they can be downloaded, and that an API server takes the
// definitions, tests/engine/preview.spec.ts shows.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { crdFolder, findCrds } from "../../../sandbox/toolchain/crds";
import { pathsBelow, useTemporaryFolder, writeFile } from "../helpers/temporaryFolder";

const moduleFolder = path.join(__dirname, "../../../sandbox/toolchain/modules/crds");

describe("toolchain/crds", () => {
  const temporaryFolder = useTemporaryFolder();
  const paths = () => pathsBelow(temporaryFolder());
  const definition = (name: string): string =>
    stringify({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name },
    });

  it("has the sum of the content of each module, and not only of its go.mod", () => {
    const read = (name: string): string => fs.readFileSync(path.join(moduleFolder, name), "utf8");
    const required = [...read("go.mod").matchAll(/^\t(\S+ v\S+)$/gm)].map(([, module = ""]) => module);
    assert.equal(required.length, 4);
    for (const module of required) assert.match(read("go.sum"), new RegExp(`^${module} h1:`, "m"));
  });

  it("finds none in an empty cache folder", () => {
    assert.equal(findCrds(paths()), undefined);
  });

  it("reads each definition of each file, but of Elastic's only that of Elasticsearch", () => {
    const folder = crdFolder(paths());
    writeFile(path.join(folder, "one.yaml"), definition("things.trial.example"));
    writeFile(
      path.join(folder, "all.yaml"),
      ["elasticsearches.elasticsearch", "kibanas.kibana"]
        .map((name) => `---\n# ${name}\n${definition(`${name}.k8s.elastic.co`)}`)
        .join(""),
    );
    assert.deepEqual(
      findCrds(paths())?.map(({ metadata }) => metadata.name),
      ["elasticsearches.elasticsearch.k8s.elastic.co", "things.trial.example"],
    );
  });
});
