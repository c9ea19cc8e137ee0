import assert from "node:assert/strict";
import fc from "fast-check";
import {
  collectorMemoryLimiter,
  queueAlertShare,
  queueCapacity,
} from "../../../components/jaeger/queueCapacity";
import { memoryBytes } from "../../../components/kubernetes/quantity";
import { goMemoryLimit } from "../../../components/kubernetes/workload";

// The size of a span was measured with Jaeger 2.13 (heap of 120,000 queued spans with ten attributes and an event).

const measuredBytesPerSpan = 1_900;
const mebibytes = (count: number): string => `${count}Mi`;
/** Heap from which on the memory limiter refuses spans. */
const refusesAt = (memory: string): number =>
  (memoryBytes(memory) * (collectorMemoryLimiter.limit - collectorMemoryLimiter.spike)) / 100;

describe("capacity of the collector's queue", () => {
  const table: [string, number][] = [
    ["256Mi", 8_000],
    ["512Mi", 8_388],
    ["1Gi", 100_663],
    ["4Gi", 654_311],
  ];
  for (const [memory, capacity] of table) {
    it(`is ${capacity} spans with ${memory}`, () => {
      assert.equal(queueCapacity(memory), capacity);
    });
  }

  it("is smaller where spans are counted too, and most where the queue gets a copy", () => {
    const counted = { services: 50, copies: false };
    assert.equal(queueCapacity("1Gi", { spanMetrics: counted }), 68_663);
    assert.equal(queueCapacity("1Gi", { spanMetrics: { ...counted, copies: true } }), 45_775);
    assert.equal(queueCapacity("1Gi", { spanMetrics: { services: 0, copies: false } }), queueCapacity("1Gi"));
  });

  it("is no larger than what the gateway holds of it, however large the collector is", () => {
    assert.equal(queueCapacity("4Gi", { gatewayMemoryLimit: "512Mi" }), 59_419);
    assert.equal(queueCapacity("1Gi", { gatewayMemoryLimit: "4Gi" }), queueCapacity("1Gi"));
  });

  it("so the alert comes before the gateway's limiter too", () => {
    // The gateway 0.155, 40,000 spans that waited for an answer: 2,320 bytes each, and 4 MiB without any.
    fc.assert(
      fc.property(fc.integer({ min: 256, max: 8192 }), (count) => {
        const gatewayMemoryLimit = mebibytes(count);
        const capacity = queueCapacity("64Gi", { gatewayMemoryLimit });
        const inUse = queueAlertShare * capacity * 2_320 + 4 * 1024 * 1024;
        assert.ok(2 * inUse <= refusesAt(gatewayMemoryLimit));
      }),
    );
  });

  it("so the alert comes before the limiter also with what was measured of span metrics", () => {
    // Jaeger 2.13, 120,000 spans: 1,560 bytes each, and 2,350 with a copy; what is kept of a service, 1,600 a span.
    const copied = (measuredBytesPerSpan * 2_350) / 1_560;
    const kept = 50 * 512 * 1_600;
    fc.assert(
      fc.property(fc.integer({ min: 768, max: 65_536 }), (count) => {
        const memory = mebibytes(count);
        const capacity = queueCapacity(memory, { spanMetrics: { services: 50, copies: true } });
        const inUse = queueAlertShare * capacity * copied + kept + 128 * 1024 * 1024;
        assert.ok(2 * inUse <= refusesAt(memory));
      }),
    );
  });

  it("the alert comes before the memory limiter: there, twice of what is in use is under its lower limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 512, max: 65_536 }), (count) => {
        const memory = mebibytes(count);
        const inUse = queueAlertShare * queueCapacity(memory) * measuredBytesPerSpan + 128 * 1024 * 1024;
        assert.ok(2 * inUse <= refusesAt(memory));
      }),
    );
  });

  it("so it does with spans of twice that length, once the garbage is collected", () => {
    fc.assert(
      fc.property(fc.integer({ min: 512, max: 65_536 }), (count) => {
        const memory = mebibytes(count);
        const inUse = queueAlertShare * queueCapacity(memory) * 2 * measuredBytesPerSpan + 128 * 1024 * 1024;
        assert.ok(inUse <= refusesAt(memory));
      }),
    );
  });

  it("a small collector, whose queue has the least capacity, still does not get there", () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 512 }), (count) => {
        const memory = mebibytes(count);
        assert.ok(2 * queueAlertShare * queueCapacity(memory) * measuredBytesPerSpan < refusesAt(memory));
      }),
    );
  });

  it("is a whole number that never falls when the memory grows, and takes two of the largest batches", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), (count) => {
        const capacity = queueCapacity(mebibytes(count));
        assert.ok(Number.isInteger(capacity));
        assert.ok(capacity >= 2 * 4_000);
        assert.ok(queueCapacity(mebibytes(count + 1)) >= capacity);
      }),
    );
  });

  it("leaves the limiter's own limit under what Go aims for", () => {
    const limits = { cpu: "1", memory: "1000Mi" };
    const { value } = goMemoryLimit({ requests: limits, limits });
    assert.equal(value, "800MiB");
    assert.ok(collectorMemoryLimiter.limit * 10 < parseInt(value, 10));
  });
});
