import assert from "node:assert/strict";
import {
  deletedAttributePattern,
  hashedAttributes,
  personalDataProcessor,
} from "../../../components/jaeger/personalData";
import { personalDataAttributes } from "../../../policy/limits";

// Which attributes the step names. That Jaeger then hashes and deletes them is shown on the running sandbox.

interface Action {
  readonly key?: string;
  readonly pattern?: string;
  readonly action: string;
}

describe("personal data in span attributes", () => {
  const actions = personalDataProcessor().actions as unknown as Action[];
  const expression = new RegExp(deletedAttributePattern.replace("(?i)", ""), "i");

  it("every attribute of the policy's list is hashed or deleted by its name", () => {
    for (const key of personalDataAttributes)
      assert.ok(
        actions.some((action) => action.key === key),
        key,
      );
  });

  it("each attribute has one action", () => {
    const keys = actions.flatMap(({ key }) => key ?? []);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("what names a person is hashed, so that it can be found again", () => {
    assert.ok(hashedAttributes.includes("user.email"));
    for (const key of hashedAttributes) {
      assert.deepEqual(
        actions.filter((action) => action.key === key),
        [{ key, action: "hash" }],
      );
    }
  });

  it("nothing that is hashed is then deleted by the pattern", () => {
    for (const key of hashedAttributes) assert.doesNotMatch(key, expression);
  });

  const deleted = [
    "user.password",
    "db.Password",
    "client_secret",
    "http.request.header.authorization",
    "http.request.header.cookie",
    "session.token",
    "x-api-key",
    "api_key",
    "payment.creditcard",
    "payment.card_number",
    "customer.iban",
    "person_ssn",
    "email.subject",
  ];
  for (const key of deleted) {
    it(`${key} is deleted`, () => {
      assert.match(key, expression);
    });
  }

  for (const key of [
    "user.id",
    "http.route",
    "code.classname",
    "db.operation.name",
    "email.to",
    "url.path",
    "author",
  ]) {
    it(`${key} is left alone`, () => {
      assert.doesNotMatch(key, expression);
    });
  }

  it("the pattern holds no dollar sign, which the collector would expand", () => {
    assert.ok(!deletedAttributePattern.includes("$"));
  });
});
