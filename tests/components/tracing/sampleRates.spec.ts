import assert from "node:assert/strict";
import fc from "fast-check";
import { formatSampleRate, samplingTable } from "../../../components/tracing/sampleRates";

describe("sample rates", () => {
  const table: [number, string][] = [
    [1, "1.0"],
    [0.5, "0.5"],
    [0.1, "0.1"],
    [0.01, "0.01"],
    [0, "0.0"],
    [0.125, "0.125"],
    [0.0000001, "0.0000001"],
  ];
  for (const [rate, text] of table) {
    it(`${rate} is written ${text}`, () => {
      assert.equal(formatSampleRate(rate), text);
    });
  }

  it("what is written is a decimal number that reads back as the rate", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (millionths) => {
        const text = formatSampleRate(millionths / 1_000_000);
        assert.match(text, /^[01]\.\d+$/);
        assert.equal(Number(text), millionths / 1_000_000);
      }),
    );
  });

  it("a service has its own rate, or the environment's", () => {
    assert.deepEqual(samplingTable(0.1, { a: {}, b: { sampleRate: 0.01 }, c: { sampleRate: 0 } }), {
      defaultRate: 0.1,
      serviceRates: { a: 0.1, b: 0.01, c: 0 },
    });
  });
});
