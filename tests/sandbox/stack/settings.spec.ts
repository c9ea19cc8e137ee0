import assert from "node:assert/strict";
import { tracingProject } from "../../../sandbox/stack/deploy";
import { merge, type StackConfig } from "../../../sandbox/stack/overlay";
import { requireValidSettings } from "../../../sandbox/stack/settings";
import { viewedConfig } from "../../../sandbox/stack/view";
import { SandboxError } from "../../../sandbox/support/errors";

function config(stack: string, change: StackConfig = {}): StackConfig {
  return merge(viewedConfig(tracingProject(stack)), change) as StackConfig;
}

describe("requireValidSettings", () => {
  it("takes dev as it is shipped, with the sandbox's overlay", () => {
    requireValidSettings("dev", config("dev"));
  });

  it("refuses a wrong value with the loader's message, before anything is started for it", () => {
    assert.throws(
      () => {
        requireValidSettings("dev", config("dev", { "nova-tracing:storage": { retentionDays: 8 } }));
      },
      (error: unknown) => {
        assert.ok(error instanceof SandboxError);
        assert.match(error.message, /nova-tracing:storage\.retentionDays = 8/);
        return true;
      },
    );
  });

  it("refuses a stack that the program cannot deploy yet", () => {
    assert.throws(() => {
      requireValidSettings("staging", config("staging"));
    }, /staging cannot be deployed yet/);
  });
});
