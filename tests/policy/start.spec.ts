import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packFolder } from "./support/host";

describe("policy/start.js", function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "nova-tracing-pack-"));
    cpSync(path.join(packFolder, "start.js"), path.join(folder, "start.js"));
    symlinkSync(path.resolve(packFolder, "../node_modules"), path.join(folder, "node_modules"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    return execFileSync(process.execPath, [path.join(folder, "start.js")], { encoding: "utf8" }).trim();
  }

  it("runs TypeScript without its types, which are checked elsewhere", () => {
    const index = 'import { text } from "./other";\nconst shown: number = text;\nconsole.log(shown);\n';
    assert.equal(
      run({ "index.ts": index, "other.ts": 'export const text: string = "as text";\n' }),
      "as text",
    );
  });

  it("runs what a file says now, also where it has run before", () => {
    const index = 'import { rate } from "./limits";\nconsole.log(rate);\n';
    const files = (rate: number) => ({
      "index.ts": index,
      "limits.ts": `export const rate: number = ${rate};\n`,
    });
    assert.deepEqual([run(files(1)), run(files(2)), run(files(1))], ["1", "2", "1"]);
  });
});
