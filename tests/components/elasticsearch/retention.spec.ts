import assert from "node:assert/strict";
import fc from "fast-check";
import { lifecyclePolicy, lifecyclePolicyName } from "../../../components/elasticsearch/lifecyclePolicy";
import { retention } from "../../../components/elasticsearch/retention";

const hour = 3600_000;
const day = 24 * hour;

describe("retention", () => {
  it("derives every number from the days of the promise", () => {
    assert.deepEqual(retention(30, "cleaner"), {
      days: 30,
      mechanism: "cleaner",
      cleanerDays: 31,
      maxSpanAgeHours: 744,
      deleteMinAge: "30d",
      rolloverMaxAge: "1d",
    });
  });

  it("has queries look back as far as a span may live before the next run", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 365 }), (days) => {
        assert.ok(retention(days, "ilm").maxSpanAgeHours * hour >= days * day + day);
      }),
    );
  });
});

describe("the lifecycle policy", () => {
  it("is hot with a daily rollover, or at 50 GB, and then deleted", () => {
    assert.deepEqual(lifecyclePolicy(retention(90, "ilm")), {
      policy: {
        phases: {
          hot: { actions: { rollover: { max_age: "1d", max_primary_shard_size: "50gb" } } },
          delete: { min_age: "90d", actions: { delete: {} } },
        },
      },
    });
  });

  it("has a name of its own for each prefix, but the one that Jaeger before 2.20 means", () => {
    assert.equal(lifecyclePolicyName("nova", "2.22.0"), "nova-jaeger-ilm-policy");
    assert.equal(lifecyclePolicyName("nova", "2.20.0"), "nova-jaeger-ilm-policy");
    assert.equal(lifecyclePolicyName("nova", "2.13.0"), "jaeger-ilm-policy");
  });
});
