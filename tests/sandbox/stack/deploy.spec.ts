// Proves how the engine's output is read. That the engine prints this, the tests with the engine show.
import assert from "node:assert/strict";
import { changesOf, demoProject, tracingProject } from "../../../sandbox/stack/deploy";

const preview = `Previewing update (dev):
 +  pulumi:pulumi:Stack nova-tracing-dev create
 +  kubernetes:core/v1:Namespace observability create
Policies:
    ✅ nova-tracing (local: policy)

Outputs:
    environment: "dev"

Resources:
    + 24 to create

`;
const updating = `Updating (dev):
 +  pulumi:pulumi:Stack nova-tracing-dev creating (0s)
 +  kubernetes:core/v1:Namespace observability created (0.05s)
Outputs:
    environment: "dev"

`;
const summary = (lines: string): string => `${preview}${updating}Resources:\n${lines}\n\nDuration: 12s\n\n`;

describe("stack/deploy: changesOf", () => {
  const cases: readonly (readonly [string, string, Record<string, number>])[] = [
    ["a first deployment", "    + 24 created", { created: 24 }],
    ["no change", "    24 unchanged", { unchanged: 24 }],
    ["one kind of change", "    ~ 1 updated\n    23 unchanged", { updated: 1, unchanged: 23 }],
    ["a replacement", "    +-1 replaced\n    23 unchanged", { replaced: 1, unchanged: 23 }],
    [
      "kinds of changes, which Pulumi sums up before what is unchanged",
      "    + 2 created\n    ~ 1 updated\n    - 3 deleted\n    +-4 replaced\n    10 changes. 14 unchanged",
      { created: 2, updated: 1, deleted: 3, replaced: 4, unchanged: 14 },
    ],
    ["everything changed", "    + 2 created\n    - 3 deleted\n    5 changes", { created: 2, deleted: 3 }],
    ["two digits behind a narrow sign", "    +-12 replaced", { replaced: 12 }],
  ];
  for (const [what, lines, expected] of cases) {
    it(`counts ${what}`, () => {
      assert.deepEqual(changesOf(summary(lines)), expected);
    });
  }

  it("does not count what a preview only plans", () => {
    assert.deepEqual(changesOf(preview), {});
  });

  it("counts nothing where there is no summary", () => {
    assert.deepEqual(changesOf(""), {});
    assert.deepEqual(changesOf("error: no stack named 'dev' found\n"), {});
  });
});

describe("stack/deploy: projects", () => {
  it("gives the demo services the stack that they read their settings from", () => {
    const { name, overlay, stack } = demoProject("dev", "docker.io/nova-tracing/demo:abc");
    assert.equal(stack, "dev");
    assert.deepEqual(overlay, {
      [`${name}:image`]: "docker.io/nova-tracing/demo:abc",
      [`${name}:tracingStack`]: `organization/${tracingProject("dev").name}/dev`,
    });
  });
});
