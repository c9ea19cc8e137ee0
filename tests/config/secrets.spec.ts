import assert from "node:assert/strict";
import { checkSettings, type SettingsSource } from "../../config/load";
import type { Problem } from "../../config/problems";
import { neededSecrets, secretNames } from "../../config/secrets";
import { shippedSource } from "../support/stackFiles";

// What is asked for and said. That a secret stays one on its way through the program is shown with the components and
// with the state of a real engine.

function problemsOf(source: SettingsSource): readonly Problem[] {
  const result = checkSettings(source);
  return "problems" in result ? result.problems : [];
}

/** A source with one more key, encrypted or not. */
function withKey(source: SettingsSource, key: string, value: string, encrypted: boolean): SettingsSource {
  return {
    ...source,
    values: { ...source.values, [key]: value },
    isSecret: (other) => (other === key ? encrypted : source.isSecret?.(other) === true),
  };
}

describe("secrets of a stack", () => {
  it("are needed by what the settings use, and by nothing else", () => {
    const none = { authentication: "basic", elasticsearchMode: "builtin", snapshots: undefined };
    assert.deepEqual(neededSecrets(none), []);
    assert.deepEqual(neededSecrets({ ...none, authentication: "oauth2" }), ["oidcClientSecret"]);
    assert.deepEqual(neededSecrets({ ...none, elasticsearchMode: "existing" }), ["elasticsearchPassword"]);
    assert.deepEqual(neededSecrets({ ...none, snapshots: {} }), ["snapshotAccessKey", "snapshotSecretKey"]);
  });

  it("one that is missing is named with the command that sets it", () => {
    assert.deepEqual(problemsOf(shippedSource("production", ["nova-tracing:oidcClientSecret", undefined])), [
      {
        key: "nova-tracing:oidcClientSecret",
        message:
          'is missing; it is the client\'s secret at the identity provider, a secret. Run "pulumi config set --secret nova-tracing:oidcClientSecret -s production"',
      },
    ]);
  });

  it("one that stands in clear is refused, without being shown", () => {
    const source = withKey(shippedSource("production"), "nova-tracing:oidcClientSecret", "hunter2", false);
    const [problem] = problemsOf(source);
    assert.equal(problem?.value, "[not shown]");
    assert.match(
      problem.message,
      /^stands there in clear\. .*config set --secret nova-tracing:oidcClientSecret/,
    );
  });

  it("one that nothing uses is refused, so that no forgotten secret stays in a stack file", () => {
    for (const name of secretNames) {
      const [problem] = problemsOf(withKey(shippedSource("dev"), `nova-tracing:${name}`, "x", true));
      assert.match(
        problem?.message ?? "",
        new RegExp(`needed by none.*config rm nova-tracing:${name} -s dev`),
      );
    }
  });

  it("a misspelt one is told its right name", () => {
    const source = withKey(shippedSource("production"), "nova-tracing:oidcClientSecrte", "x", true);
    const problem = problemsOf(source).find(({ key }) => key === "nova-tracing:oidcClientSecrte");
    assert.match(problem?.message ?? "", /Did you mean oidcClientSecret\?/);
    assert.equal(problem?.value, "[not shown]");
  });
});
