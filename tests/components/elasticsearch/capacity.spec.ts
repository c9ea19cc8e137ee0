import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import {
  bytesPerSpan,
  measuredBytesPerSpan,
  neededStorageGi,
  type CapacityArgs,
} from "../../../components/elasticsearch/capacity";
import { tierAssumptions } from "../../../components/elasticsearch/tiers";

const args: CapacityArgs = { spansPerDay: 10_000_000, retentionDays: 90, copies: 1, nodes: 3 };

describe("the disk that a retention needs", () => {
  const cases: readonly [string, Partial<CapacityArgs>, number][] = [
    // 10 million x 92 days x 500 bytes x 2 / 0.85 / 3 = 360.8e9 bytes
    ["10 million spans a day for 90 days, two copies on three nodes", {}, 337],
    ["the same on one node without a further copy", { copies: 0, nodes: 1 }, 505],
    ["a thousand times as many spans", { spansPerDay: 10_000_000_000 }, 336_007],
    ["next to nothing: still a disk", { spansPerDay: 1, retentionDays: 1 }, 1],
  ];
  for (const [title, change, expected] of cases) {
    it(`${title}: ${expected} Gi a node`, () => {
      assert.equal(neededStorageGi({ ...args, ...change }), expected);
    });
  }

  const anything = fc.record({
    spansPerDay: fc.integer({ min: 1, max: 1e11 }),
    retentionDays: fc.integer({ min: 1, max: 365 }),
    copies: fc.integer({ min: 0, max: 2 }),
    nodes: fc.integer({ min: 1, max: 9 }),
  });

  it("never falls with more spans, more days or more copies, and never grows with more nodes", () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 1000 }), (given, more) => {
        const needed = neededStorageGi(given);
        assert.ok(Number.isInteger(needed) && needed >= 1);
        for (const key of ["spansPerDay", "retentionDays", "copies"] as const) {
          assert.ok(neededStorageGi({ ...given, [key]: given[key] + more }) >= needed, key);
        }
        assert.ok(neededStorageGi({ ...given, nodes: given.nodes + more }) <= needed);
      }),
    );
  });

  it("holds all spans of the retention, its index and a run below the share that Elasticsearch fills", () => {
    fc.assert(
      fc.property(anything, (given) => {
        const usable = neededStorageGi(given) * given.nodes * 1024 ** 3 * 0.85;
        const bytes = given.spansPerDay * (given.retentionDays + 2) * bytesPerSpan * (1 + given.copies);
        assert.ok(usable >= bytes * (1 - 1e-9));
      }),
    );
  });
});

// The bench measures; what it wrote last is what the program reckons with.
describe("what a span is reckoned with", () => {
  const page = fs.readFileSync(path.resolve(__dirname, "../../../docs/storage.md"), "utf8");
  /** Figures of a row of docs/storage.md: Jaeger's template, ours. */
  function row(title: string): [jaegers: number, ours: number] {
    const cells = page.split("\n").find((line) => line.replace(/ +/g, " ").startsWith(`| ${title} |`));
    const [, , jaegers = "", ours = ""] = (cells ?? "").split("|").map((cell) => cell.trim());
    assert.ok(cells !== undefined, `docs/storage.md has no row "${title}"`);
    return [parseFloat(jaegers), parseFloat(ours)];
  }

  it("is what the bench measured with our template as the default release writes, rounded up by a tenth at the most", () => {
    const [, measured] = row("bytes, with what later releases add");
    assert.ok(
      measuredBytesPerSpan >= measured && measuredBytesPerSpan <= measured * 1.1,
      `${measuredBytesPerSpan} against ${measured}`,
    );
  });

  it("has a margin of a quarter", () => {
    assert.equal(bytesPerSpan, Math.ceil(measuredBytesPerSpan * 1.25));
  });

  it("is at least 40% less than with Jaeger's template", () => {
    const [jaegers, ours] = row("bytes, with what later releases add, merged");
    assert.ok(ours <= jaegers * 0.6, `${ours} against ${jaegers}`);
  });

  it("has as many documents, and takes the core at most half the time, that the tiers are calculated with", () => {
    const [, documents] = row("documents of Lucene");
    assert.ok(Math.abs(tierAssumptions.documentsPerSpan - documents) <= 0.5, String(documents));
    const [, milliseconds] = row("processor time of Elasticsearch, 1,000 spans");
    const measured = 1_000_000 / milliseconds;
    assert.ok(tierAssumptions.spansPerSecondPerCore <= measured / 2 + 500, `${measured} spans a second`);
  });
});
