import assert from "node:assert/strict";
import fc from "fast-check";
import {
  maxTraces,
  memoryLimiterPercentages,
  recycleAfterSeconds,
} from "../../../components/jaeger/memoryStore";
import { memoryBytes } from "../../../components/kubernetes/quantity";

// The sizes were measured with Jaeger 2.13; a version that stores a span in more bytes is not noticed here.

describe("memory store", () => {
  const table: [string, number][] = [
    ["256Mi", 1342],
    ["512Mi", 2684],
    ["1Gi", 5368],
  ];
  for (const [limit, traces] of table) {
    it(`keeps ${traces} traces in ${limit}`, () => {
      assert.equal(maxTraces(limit), traces);
    });
  }

  it("full of traces of twice the expected length, it still leaves a quarter of the memory to Jaeger", () => {
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 65536 }), (mebibytes) => {
        const limit = memoryBytes(`${mebibytes}Mi`);
        const measuredBytesPerSpan = 1_300;
        assert.ok(maxTraces(`${mebibytes}Mi`) * 80 * measuredBytesPerSpan < 0.75 * limit);
      }),
    );
  });

  it("keeps at least one trace: Jaeger refuses to start with none", () => {
    assert.equal(maxTraces("1Mi") >= 1, true);
    assert.equal(Number.isInteger(maxTraces("1Mi")), true);
  });

  it("is emptied before a span is older than the days, and not a day too early", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), (days) => {
        const seconds = recycleAfterSeconds(days);
        // A late kubelet (a probe a minute) and the grace period of the pod fit into the margin.
        assert.ok(seconds + 60 + 30 < days * 86_400);
        assert.ok(seconds > days * 86_400 - 86_400);
      }),
    );
    assert.equal(recycleAfterSeconds(7), 601_200);
  });

  it("has a memory limiter that leaves the last word to the kernel", () => {
    // 90% of 256Mi: a process whose live heap is that large has already exceeded the memory of its container.
    assert.ok(memoryLimiterPercentages.limit - memoryLimiterPercentages.spike >= 90);
    assert.notEqual(memoryLimiterPercentages.spike, 0);
  });
});
