import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { argumentRefusal, refusal } from "../../components/refusal";
import { record } from "../support/mocks";

// The frames of this process are not those of a program under Pulumi; the time that is saved there is seen in the
// engine's tests.

describe("refusals", () => {
  let component: pulumi.ComponentResource;
  before(async () => {
    ({ result: component } = await record(() => new pulumi.ComponentResource("nova:tracing:Test", "test")));
  });

  it("are what Pulumi prints without a stack trace", () => {
    assert.ok(pulumi.RunError.isInstance(refusal("write 1")));
    const error = argumentRefusal("write 1", component);
    assert.ok(pulumi.ResourceError.isInstance(error));
    assert.equal(error.hideStack, true);
    assert.equal(error.resource, component);
  });

  it("have no frames to format, only their message", () => {
    for (const error of [refusal("write 1\n  or 2"), argumentRefusal("write 1\n  or 2", component)]) {
      assert.equal(error.message, "write 1\n  or 2");
      assert.equal(error.stack, "Error: write 1\n  or 2");
      assert.doesNotMatch(inspect(error, { depth: 0 }), /^\s+at /m);
    }
  });
});
