import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { requireBuilt } from "../../config/built";
import { loadSettings } from "../../config/load";
import { shippedSource } from "../support/stackFiles";

describe("settings that the program cannot deploy yet", () => {
  it("dev can be deployed", () => {
    const settings = loadSettings(shippedSource("dev"));
    assert.deepEqual(requireBuilt(settings), settings);
  });

  for (const stack of ["staging", "production"] as const) {
    it(`${stack} is refused in one sentence that says why and what to do`, () => {
      assert.throws(
        () => requireBuilt(loadSettings(shippedSource(stack))),
        (error) =>
          pulumi.RunError.isInstance(error) &&
          error.message ===
            `storage elasticsearch is not built into this version of the program: ${stack} cannot be deployed yet, and nothing was changed. The settings in Pulumi.${stack}.yaml are valid. Use the stack dev ("pulumi stack select dev")`,
      );
    });
  }
});
