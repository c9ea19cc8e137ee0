import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readmePath, renderReadme } from "./support/readme";

describe("policy/README.md", function () {
  this.timeout(60_000);

  it("has the tables that the code gives", async () => {
    const current = readFileSync(readmePath, "utf8");
    assert.equal(
      current,
      await renderReadme(current),
      "write it anew: npx ts-node --transpile-only tests/contract/writeReadme.ts",
    );
  });
});
