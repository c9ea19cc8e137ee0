// The workflows by actionlint, which knows GitHub's syntax and the inputs of the common actions. That they run, only
// GitHub can show. What is this project's own rule about them stands in tests/ci/workflows.spec.ts.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { actionlint } from "../../ci/actionlint/actionlint";
import { projectFolder, sandboxPaths } from "../../sandbox/support/paths";
import { run } from "../../sandbox/support/process";

describe("the workflows under actionlint", () => {
  // No other linter may join in: the result would depend on what is installed.
  const options = ["-no-color", "-shellcheck=", "-pyflakes="];
  const anyCode = [0, 1, 2, 3];
  let binary = "";

  before(async () => {
    binary = await actionlint(sandboxPaths());
  });

  it("are all without a finding", async () => {
    const folder = path.join(projectFolder, ".github", "workflows");
    const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
    const { code, stdout, stderr } = await run(binary, [...options, ...files], {
      cwd: projectFolder,
      okCodes: anyCode,
    });
    assert.equal(stdout + stderr, "");
    assert.equal(code, 0);
  });

  it("are judged at all: untrusted text in a command is found", async () => {
    const workflow = [
      "on: pull_request",
      "jobs:",
      "  one:",
      "    runs-on: ubuntu-24.04",
      "    steps:",
      "      - run: echo ${{ github.event.pull_request.title }}",
    ].join("\n");
    const { code, stdout } = await run(binary, [...options, "-"], { input: workflow, okCodes: anyCode });
    assert.equal(code, 1);
    assert.match(stdout, /potentially untrusted/);
  });
});
