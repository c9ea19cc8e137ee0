import assert from "node:assert/strict";
import { environmentOf } from "../../policy/environment";

describe("environmentOf", () => {
  const urn = (stack: string): string =>
    `urn:pulumi:${stack}::nova-tracing::a:b:C$kubernetes:core/v1:Pod::name`;

  it("takes the environment from the stack of the URN", () => {
    for (const environment of ["dev", "staging", "production"] as const) {
      assert.deepEqual(environmentOf(urn(environment)), { known: true, environment });
    }
  });

  it("knows no environment for any other stack, however alike", () => {
    for (const stack of ["qa", "prod", "Dev", "dev ", "production-eu", "devproduction"]) {
      const answer = environmentOf(urn(stack));
      assert.ok(!answer.known);
      assert.equal(answer.stack, stack);
      assert.match(answer.problem, /none of dev, staging, production/);
    }
  });

  it("knows no environment for a URN that cannot be read", () => {
    for (const broken of [
      "",
      "dev",
      "urn:pulumi:dev",
      "urn:pulumi:::nova::a::b",
      "urn:other:dev::nova::a::b",
    ]) {
      assert.equal(environmentOf(broken).known, false, broken);
    }
  });

  it("does not take the project or a name for the stack", () => {
    assert.equal(environmentOf("urn:pulumi:qa::dev::dev::dev").known, false);
  });
});
