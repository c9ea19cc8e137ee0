// Proves the sampler's decisions. That all services of a trace decide alike is proved by the demo services' tests.
import assert from "node:assert/strict";
import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from "@opentelemetry/api";
import { RandomIdGenerator, SamplingDecision } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { createSampler } from "../src/sampler";

const ids = new RandomIdGenerator();

function kept(
  rate: number,
  traceId = ids.generateTraceId(),
  parentSampled?: boolean,
  name = "GET /",
): boolean {
  const parent =
    parentSampled === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: ids.generateSpanId(),
          isRemote: true,
          traceFlags: parentSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
        });
  const { decision } = createSampler(rate).shouldSample(parent, traceId, name, SpanKind.SERVER, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

describe("sampler", () => {
  for (const rate of [0.01, 0.1, 0.5]) {
    it(`keeps ${rate} of the traces that begin here, within five standard deviations`, () => {
      const count = 20_000;
      const sampled = Array.from({ length: count }).filter(() => kept(rate)).length;
      const deviation = Math.sqrt(count * rate * (1 - rate));
      assert.ok(Math.abs(sampled - count * rate) <= 5 * deviation, `${sampled} of ${count}`);
    });
  }

  it("keeps all at 1 and none at 0", () => {
    for (let index = 0; index < 1_000; index += 1) {
      assert.equal(kept(1), true);
      assert.equal(kept(0), false);
    }
  });

  it("follows the caller's decision, whatever its own rate", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (rate, sampled) => {
        assert.equal(kept(rate, ids.generateTraceId(), sampled), sampled);
      }),
    );
  });

  it("decides by the trace id alone: what a lower rate keeps, a higher one keeps too", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 32, maxLength: 32 }),
        (one, other, digits) => {
          const traceId = digits.map((digit) => digit.toString(16)).join("");
          fc.pre(!/^0+$/.test(traceId));
          assert.ok(!kept(Math.min(one, other), traceId) || kept(Math.max(one, other), traceId));
        },
      ),
    );
  });

  it("never keeps a gRPC health check, and keeps other methods of that name", () => {
    assert.equal(kept(1, undefined, undefined, "grpc.grpc.health.v1.Health/Check"), false);
    assert.equal(kept(1, undefined, true, "grpc.grpc.health.v1.Health/Watch"), false);
    assert.equal(kept(1, undefined, undefined, "grpc.nova.Inventory/Check"), true);
  });
});
