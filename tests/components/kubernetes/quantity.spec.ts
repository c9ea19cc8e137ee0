import assert from "node:assert/strict";
import fc from "fast-check";
import {
  memoryBytes,
  parseCpuMillicores,
  parseMemoryBytes,
  shareOfMemoryMebibytes,
} from "../../../components/kubernetes/quantity";

describe("quantities", () => {
  const cpu: [string, number | undefined][] = [
    ["100m", 100],
    ["2", 2000],
    ["2.5", 2500],
    ["0.001", 1],
    ["2000m", 2000],
    ["0", undefined],
    ["0m", undefined],
    ["-1", undefined],
    ["1.5m", undefined],
    ["0.0001", undefined],
    ["1 ", undefined],
    ["1k", undefined],
    ["", undefined],
  ];
  for (const [text, millicores] of cpu) {
    it(`CPU "${text}" is ${millicores === undefined ? "refused" : `${millicores} thousandths`}`, () => {
      assert.equal(parseCpuMillicores(text), millicores);
    });
  }

  const memory: [string, number | undefined][] = [
    ["256Mi", 268_435_456],
    ["1Gi", 1_073_741_824],
    ["4Gi", 4_294_967_296],
    ["0Mi", undefined],
    ["1G", undefined],
    ["100m", undefined],
    ["1.5Gi", undefined],
    ["268435456", undefined],
    ["99999999999999Gi", undefined],
    ["", undefined],
  ];
  for (const [text, bytes] of memory) {
    it(`memory "${text}" is ${bytes === undefined ? "refused" : `${bytes} bytes`}`, () => {
      assert.equal(parseMemoryBytes(text), bytes);
    });
  }

  it("memory that was never checked is an error that says what to write", () => {
    assert.throws(() => memoryBytes("1G"), {
      name: "RangeError",
      message: '"1G" is no memory quantity; write 256Mi or 1Gi',
    });
  });

  it("a share never exceeds what it is a share of, and is not a mebibyte too small", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, share) => {
          const part = shareOfMemoryMebibytes(`${size}Mi`, share);
          assert.ok(part <= size * share && part > size * share - 1.001);
        },
      ),
    );
  });
});
