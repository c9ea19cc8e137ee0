import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { environments } from "../../policy/limits";
import { judge, judgeMutation } from "./support/judge";
import { mutations } from "./support/mutations/index";
import { readmePath, renderReadme } from "./support/readme";
import { recordedStack } from "./support/recordedStack";
import { variants } from "../support/variants";

// The program under mocks against the pack, in one process each: what a provider adds to an object is not seen here,
// and neither is the engine's way to call the pack. tests/engine and tests/e2e have both.
describe("the shipped stacks and the policy pack", function () {
  this.timeout(60_000);

  for (const stack of environments) {
    it(`${stack}: what the program registers is refused by no policy`, () => {
      const resources = recordedStack(stack);
      assert.ok(resources.length > 10, "the program registered hardly anything");
      assert.deepEqual(Object.fromEntries(judge(resources, stack)), {});
    });
  }

  for (const [stack, variant] of variants) {
    it(`${stack} ${variant.what}: refused by no policy`, () => {
      assert.deepEqual(Object.fromEntries(judge(recordedStack(stack, variant), stack)), {});
    });
  }

  for (const mutation of mutations) {
    for (const stack of mutation.stacks) {
      it(`${stack}: refused if ${mutation.title}`, () => {
        const refusals = judgeMutation(mutation, stack);
        assert.ok(
          refusals.has(mutation.refusedBy),
          `${mutation.refusedBy} lets it pass; refused by ${[...refusals.keys()].join(", ") || "nothing"}`,
        );
        for (const message of [...refusals.values()].flat()) assert.doesNotMatch(message, /could not finish/);
      });
    }
  }
});

// Here and not in a file of its own: it judges every mutation too.
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
