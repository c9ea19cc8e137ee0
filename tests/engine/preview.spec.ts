import assert from "node:assert/strict";
import { npm } from "../support/sandbox";

function preview(stack: string) {
  return npm("run", "--silent", "sandbox", "--", "preview", "--stack", stack);
}

describe("npm run sandbox -- preview", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.

  it("has dev judged by settings, engine, policy pack and an empty API server", async () => {
    const { code, stdout } = await preview("dev");
    assert.equal(code, 0);
    assert.match(stdout, /✅ nova-tracing-policy@v\d/);
    assert.match(stdout, /Pod template of Deployment observability\/jaeger: accepted/);
    assert.match(stdout, /Stack dev: \d+ objects accepted/);
  });

  for (const stack of ["staging", "production"]) {
    it(`says in one message, without a stack trace, that ${stack} is not built into the program yet`, async () => {
      const { code, stderr } = await preview(stack);
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(`storage elasticsearch is not built into this version of the program: ${stack}`),
      );
      assert.doesNotMatch(stderr, /\n +at .*:\d+:\d+/);
    });
  }
});
