import assert from "node:assert/strict";
import { tracingProject, type SandboxProject } from "../../../sandbox/stack/deploy";
import { merge, type StackConfig } from "../../../sandbox/stack/overlay";
import { requireValidSettings } from "../../../sandbox/stack/settings";
import { SandboxError } from "../../../sandbox/support/errors";

function project(stack: string, change: StackConfig = {}): SandboxProject {
  const shipped = tracingProject(stack);
  return { ...shipped, overlay: merge(shipped.overlay, change) as StackConfig };
}

describe("requireValidSettings", () => {
  for (const stack of ["dev", "staging"]) {
    it(`takes ${stack} as it is shipped, with the sandbox's overlay`, () => {
      requireValidSettings(project(stack));
    });
  }

  it("takes production as it is shipped: its secret counts as set", () => {
    requireValidSettings({ ...project("production"), overlay: {} });
  });

  it("refuses production where no secret is made up for it", () => {
    assert.throws(() => {
      requireValidSettings({ ...project("production"), overlay: {}, madeUpSecrets: false });
    }, /nova-tracing:oidcClientSecret is missing/);
  });

  it("refuses a wrong value with the loader's message, before anything is started for it", () => {
    assert.throws(
      () => {
        requireValidSettings(project("dev", { "nova-tracing:storage": { retentionDays: 8 } }));
      },
      (error: unknown) => {
        assert.ok(error instanceof SandboxError);
        assert.match(error.message, /nova-tracing:storage\.retentionDays = 8/);
        return true;
      },
    );
  });
});
