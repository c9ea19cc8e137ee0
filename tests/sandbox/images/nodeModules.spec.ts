import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { productionClosure } from "../../../sandbox/images/nodeModules";
import { useTemporaryFolder, writeFile } from "../helpers/temporaryFolder";

const projectFolder = path.join(__dirname, "../../..");

describe("images/nodeModules: productionClosure", () => {
  const temporaryFolder = useTemporaryFolder();
  const install = (
    folder: string,
    version: string,
    dependencies: readonly string[] = [],
    more = {},
  ): void => {
    const name = folder.replace(/^.*node_modules\//, "");
    const manifest = {
      name,
      version,
      dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, "*"])),
      ...more,
    };
    writeFile(path.join(temporaryFolder(), folder, "package.json"), JSON.stringify(manifest));
  };
  const closure = (...roots: string[]): string[] =>
    productionClosure(temporaryFolder(), roots).map(({ folder, version }) => `${folder}@${version}`);

  it("finds dependencies and theirs, once each, and nothing else", () => {
    install("node_modules/a", "1.0.0", ["b", "c"]);
    install("node_modules/b", "1.1.0", ["c"]);
    install("node_modules/c", "1.2.0");
    install("node_modules/not-needed", "1.3.0");
    assert.deepEqual(closure("a"), ["node_modules/a@1.0.0", "node_modules/b@1.1.0", "node_modules/c@1.2.0"]);
  });

  it("leaves out what is only needed to develop a package", () => {
    install("node_modules/a", "1.0.0", [], { devDependencies: { tester: "*" } });
    install("node_modules/tester", "1.0.0");
    assert.deepEqual(closure("a"), ["node_modules/a@1.0.0"]);
  });

  it("takes the nested version before the one at the top, for that package alone", () => {
    install("node_modules/a", "1.0.0", ["c"]);
    install("node_modules/a/node_modules/c", "1.0.0", ["d"]);
    install("node_modules/a/node_modules/d", "4.0.0");
    install("node_modules/b", "1.0.0", ["c"]);
    install("node_modules/c", "2.0.0", ["d"]);
    install("node_modules/d", "5.0.0");
    assert.deepEqual(closure("a", "b"), [
      "node_modules/a@1.0.0",
      "node_modules/a/node_modules/c@1.0.0",
      "node_modules/a/node_modules/d@4.0.0",
      "node_modules/b@1.0.0",
      "node_modules/c@2.0.0",
      "node_modules/d@5.0.0",
    ]);
  });

  it("looks above a package with a scope, and above one that is nested, for what they need", () => {
    install("node_modules/@scope/a", "1.0.0", ["@scope/b"]);
    install("node_modules/@scope/a/node_modules/@scope/b", "1.0.0", ["c"]);
    install("node_modules/c", "3.0.0");
    assert.deepEqual(closure("@scope/a"), [
      "node_modules/@scope/a@1.0.0",
      "node_modules/@scope/a/node_modules/@scope/b@1.0.0",
      "node_modules/c@3.0.0",
    ]);
  });

  it("comes to an end with packages that need each other", () => {
    install("node_modules/a", "1.0.0", ["b"]);
    install("node_modules/b", "1.0.0", ["a"]);
    assert.deepEqual(closure("a"), ["node_modules/a@1.0.0", "node_modules/b@1.0.0"]);
  });

  it("follows the link that a workspace is, to the versions of its own", () => {
    install("packages/own", "0.1.0", ["c"], { name: "own" });
    install("packages/own/node_modules/c", "1.0.0");
    install("node_modules/c", "2.0.0");
    fs.symlinkSync("../packages/own", path.join(temporaryFolder(), "node_modules/own"));
    assert.deepEqual(closure("own"), ["node_modules/own@0.1.0", "node_modules/own/node_modules/c@1.0.0"]);
  });

  it("names a package that is not installed, who needs it, and what to do", () => {
    install("node_modules/a", "1.0.0", ["gone"]);
    assert.throws(
      () => closure("a"),
      /^Error: gone, needed by node_modules\/a, is not installed: run npm ci$/,
    );
    assert.throws(() => closure("b"), /^Error: b, needed by the image, is not installed: run npm ci$/);
  });

  it("finds for the demo services what Node.js itself finds", () => {
    const found = productionClosure(projectFolder, ["@nova/opentelemetry-config"]);
    const folders = new Set(found.map(({ folder }) => fs.realpathSync(path.join(projectFolder, folder))));
    assert.ok(found.length > 10);
    for (const { folder } of found) {
      const manifestFile = path.join(projectFolder, folder, "package.json");
      const { dependencies = {} } = JSON.parse(fs.readFileSync(manifestFile, "utf8")) as {
        dependencies?: Record<string, string>;
      };
      for (const name of Object.keys(dependencies)) {
        const searched = createRequire(manifestFile).resolve.paths(name) ?? [];
        const resolved = searched
          .map((base) => path.join(base, name))
          .find((candidate) => fs.existsSync(path.join(candidate, "package.json")));
        assert.ok(
          resolved && folders.has(fs.realpathSync(resolved)),
          `${name} of ${folder}: ${String(resolved)}`,
        );
      }
    }
  });
});
