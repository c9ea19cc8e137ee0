// Proves how the benchmark counts and what it writes. What it measures, only `npm run bench` shows.
import assert from "node:assert/strict";
import { median } from "../../bench/measure";
import { report, type Row } from "../../bench/report";

function row(services: number, flat: number, program: number): Row {
  return {
    services,
    resources: services + 44,
    registered: services + 60,
    flat: [{ seconds: flat, cpuSeconds: flat * 2, resources: services + 45 }],
    program: [{ seconds: program, cpuSeconds: flat * 3, resources: services + 60 }],
    withPolicy: [{ seconds: program * 2, cpuSeconds: program * 2, resources: services + 60 }],
  };
}

describe("bench", () => {
  const medians: readonly (readonly [readonly number[], number])[] = [
    [[3], 3],
    [[1, 9], 5],
    [[9, 1, 2], 2],
    [[4, 1, 9, 2], 3],
  ];
  for (const [seconds, expected] of medians) {
    it(`takes ${expected} for the median of ${seconds.join(", ")}`, () => {
      assert.equal(median(seconds), expected);
    });
  }

  it("has a line for each size with times and ratios, and what a further service costs", () => {
    const text = report([row(10, 2, 2.5), row(100, 3, 4), row(1000, 12, 13)]);
    assert.match(
      text,
      /^\| 1000 \| 1044 \| 12\.0 s \(12\.0 to 12\.0\) \| 13\.0 s .* \| 1\.08 \| 26\.0 s .* \| 2\.17 \| 24\.0 s \| 36\.0 s \| 1\.50 \|$/m,
    );
    assert.match(text, /16\.7 ms \(10 to 100\), 10\.0 ms \(100 to 1000\) in the program/);
    assert.match(text, /registers 16 more/);
  });

  it("says whether the ratio at the largest size is within what is allowed", () => {
    assert.match(report([row(1000, 10, 13)]), /takes 1\.30 times: within the limit/);
    assert.match(report([row(1000, 10, 13.1)]), /takes 1\.31 times: over the limit/);
  });
});
