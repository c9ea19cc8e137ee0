import assert from "node:assert/strict";
import fc from "fast-check";
import { jaegerRole } from "../../../components/elasticsearch/role";
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

describe("the role of Jaeger's user", () => {
  // That each privilege is needed, and enough, is for tests/elasticsearch/privileges.spec.ts.
  it("holds for the indices of its prefix alone, and lets it end an index only where it has to", () => {
    for (const mechanism of ["cleaner", "ilm"] as const) {
      const { indices } = jaegerRole("nova", mechanism);
      assert.deepEqual(
        indices.map(({ names }) => names),
        [["nova-jaeger-*"]],
      );
      assert.equal(indices[0]?.privileges.includes("delete_index"), mechanism === "cleaner");
    }
  });

  it("sees snapshots only where they are taken", () => {
    for (const takesSnapshots of [true, false]) {
      const { cluster } = jaegerRole("nova", "ilm", takesSnapshots);
      assert.equal(cluster.includes("monitor_snapshot"), takesSnapshots);
    }
    assert.ok(!jaegerRole("nova", "ilm").cluster.includes("monitor_snapshot"));
  });
});
