import { environments } from "../../policy/limits";
import { stackKnown } from "../../policy/rules/stackKnown";
import { compliantStack } from "./support/compliantStack";
import { assertAllowed, assertRefused } from "./support/evaluate";

describe("tracing-stack-require-known-environment", () => {
  for (const environment of environments) {
    it(`allows the stack ${environment}`, () => {
      assertAllowed(stackKnown, compliantStack(environment), { stack: environment });
    });
  }

  for (const stack of ["qa", "prod", "Dev", "production-eu"]) {
    it(`refuses every resource of the stack ${stack}`, () => {
      for (const resource of compliantStack("dev")) {
        assertRefused(stackKnown, [resource], [`"${stack}"`, "dev, staging, production"], { stack });
      }
    });
  }

  it("refuses a Patch in an unknown stack", () => {
    const patch = { type: "kubernetes:core/v1:ConfigMapPatch", name: "p", props: {} };
    assertRefused(stackKnown, [patch], ['"qa"'], { stack: "qa" });
  });
});
