import assert from "node:assert/strict";
import fc from "fast-check";
import { jaegerUser, retiredUsers } from "../../../components/elasticsearch/users";

describe("Jaeger's users of Elasticsearch", () => {
  it("the first is jaeger, and each later generation has one of its own", () => {
    assert.deepEqual([1, 2, 3].map(jaegerUser), ["jaeger", "jaeger-2", "jaeger-3"]);
  });

  it("a generation's own user and the one before it never go, and older ones do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (generation) => {
        const retired = retiredUsers(generation);
        assert.ok(!retired.includes(jaegerUser(generation)));
        if (generation > 1) assert.ok(!retired.includes(jaegerUser(generation - 1)));
        if (generation > 2) assert.ok(retired.includes(jaegerUser(generation - 2)));
        assert.ok(retired.length < 20);
      }),
    );
  });
});
