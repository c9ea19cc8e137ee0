// Proves what requirements.txt pins, and for whom. That it installs and runs, tests/engine/findings.spec.ts shows.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkovVersion, unfitPython, type Python } from "../../../sandbox/toolchain/checkov";

const folder = path.join(__dirname, "../../../sandbox/toolchain/checkov");
const read = (name: string): string => fs.readFileSync(path.join(folder, name), "utf8");

describe("toolchain/checkov", () => {
  it("asks for the release that is pinned", () => {
    assert.equal(read("requirements.in").trim(), `checkov==${checkovVersion()}`);
  });

  it("pins each package in one version and by its hashes, from no other place than the user's index", () => {
    const lines = read("requirements.txt")
      .replaceAll(/ \\\n\s+/g, " ")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const [options, ...packages] = lines;
    assert.equal(options, "--only-binary :all:");
    assert.ok(packages.length > 50);
    for (const line of packages) assert.match(line, /^[a-z0-9.-]+==\d[\w.]*( --hash=sha256:[0-9a-f]{64})+$/);
    const names = packages.map((line) => line.split("==")[0]);
    assert.equal(new Set(names).size, names.length);
  });

  const python: Python = {
    path: "/usr/bin/python3",
    implementation: "cpython",
    major: 3,
    minor: 11,
    machine: "x86_64",
  };
  for (const minor of [11, 12, 13, 14]) {
    it(`runs on CPython 3.${minor}`, () => {
      assert.equal(unfitPython({ ...python, minor }), undefined);
    });
  }

  for (const change of [{ minor: 10 }, { minor: 15 }, { major: 4 }, { implementation: "pypy" }]) {
    it(`does not run on ${JSON.stringify(change)}, and says on what`, () => {
      const problem = unfitPython({ ...python, ...change }) ?? "";
      assert.match(problem, /CPython 3\.11 to 3\.14/);
      assert.ok(problem.includes(python.path));
    });
  }
});
