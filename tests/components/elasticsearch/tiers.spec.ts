import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { neededStorageGi, usableShareOfDisk } from "../../../components/elasticsearch/capacity";
import { recommendTiers, tierAssumptions, type TierArgs } from "../../../components/elasticsearch/tiers";
import { assumptionsTable, shownFor, tiersTable } from "../../../components/elasticsearch/tiersTable";
import { withSections } from "../../support/markedSections";

// What the function recommends follows from its assumptions; that such a cluster holds its load was tried with none.

const page = path.resolve(__dirname, "../../../docs/capacity.md");
/** Of every run the same, so that a failure is no matter of luck. */
const runs = { seed: 20 };

const anything = fc.record({
  spansPerDay: fc.integer({ min: 1, max: 1e11 }),
  retentionDays: fc.integer({ min: 1, max: 365 }),
  copies: fc.integer({ min: 0, max: 2 }),
});
const gi = 1024 ** 3;
const always = (holds: (args: TierArgs) => void): void => {
  fc.assert(fc.property(anything, holds), runs);
};

describe("the cluster that is recommended", () => {
  it("has no tier without days, however short the retention", () => {
    always((args) => {
      for (const { days, name } of recommendTiers(args).tiers) assert.ok(days >= 1, name);
    });
    assert.deepEqual(
      recommendTiers({ spansPerDay: 33e9, retentionDays: 1, copies: 1 }).tiers.map(({ name }) => name),
      ["hot"],
    );
  });

  it("has disk for all copies of all days, below the share that Elasticsearch fills", () => {
    always((args) => {
      const { storedBytes, tiers } = recommendTiers(args);
      const disk = tiers.reduce((sum, { nodes, storageGi }) => sum + nodes * storageGi * gi, 0);
      assert.ok(disk * usableShareOfDisk >= storedBytes * (1 - 1e-9));
      const days = tiers.reduce((sum, tier) => sum + tier.days, 0);
      assert.equal(days, args.retentionDays + 2);
    });
  });

  it("has no node with more shards, memory or cores than a node may have", () => {
    always((args) => {
      const { shards, tiers } = recommendTiers(args);
      const nodes = tiers.reduce((sum, tier) => sum + tier.nodes, 0);
      assert.ok(shards / nodes <= tierAssumptions.shardsPerNode);
      for (const { cores, memoryGi } of tiers) assert.ok(memoryGi <= 64 && cores <= 8 && memoryGi >= 8);
    });
  });

  it("has no shard with more documents or bytes than a shard is to have", () => {
    always((args) => {
      const { bytesPerDay, indicesPerDay, shardsPerIndex } = recommendTiers(args);
      const shards = indicesPerDay * shardsPerIndex;
      assert.ok((args.spansPerDay * tierAssumptions.documentsPerSpan) / shards <= 200e6);
      assert.ok(bytesPerDay / shards <= 50e9);
    });
  });

  it("survives the loss of a node where there are copies: three nodes of each kind or more", () => {
    always((args) => {
      for (const { nodes } of recommendTiers(args).tiers) assert.ok(nodes >= (args.copies > 0 ? 3 : 1));
    });
  });

  it("is of one kind up to nine nodes, as the program deploys them, with the disk that the loader asks for", () => {
    always((args) => {
      const { by, masters, tiers } = recommendTiers(args);
      const [only] = tiers;
      const ofOneKind = only?.name === "all";
      assert.equal(ofOneKind, by !== "existing");
      assert.equal(ofOneKind, masters === 0);
      if (!ofOneKind) return;
      assert.equal(tiers.length, 1);
      assert.ok(only.nodes <= 9);
      const needed = neededStorageGi({ ...args, nodes: only.nodes });
      assert.ok(Math.abs(only.storageGi - needed) <= 1, `${only.storageGi} and not ${needed}`);
    });
  });

  it("never shrinks when spans, days or copies grow", () => {
    const bytesOf = (args: TierArgs): number => recommendTiers(args).storedBytes;
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 100 }), (args, more) => {
        for (const key of ["spansPerDay", "retentionDays", "copies"] as const) {
          assert.ok(bytesOf({ ...args, [key]: args[key] + more }) >= bytesOf(args), key);
        }
      }),
      runs,
    );
  });

  it("is three small nodes for ten million spans a day, and tiers of more than nine nodes for a billion", () => {
    const small = recommendTiers({ ...shownFor, spansPerDay: 10e6 });
    assert.deepEqual(
      small.tiers.map(({ name, nodes, memoryGi }) => [name, nodes, memoryGi]),
      [["all", 3, 8]],
    );
    const large = recommendTiers({ ...shownFor, spansPerDay: 1e9 });
    assert.deepEqual(
      large.tiers.map(({ name }) => name),
      ["hot", "warm"],
    );
    assert.ok(large.tiers.reduce((sum, { nodes }) => sum + nodes, 0) > 9);
  });
});

describe("docs/capacity.md", () => {
  for (const [mark, table] of [
    ["recommended", tiersTable],
    ["assumed", assumptionsTable],
  ] as const) {
    it(`shows what the function says, between the marks "${mark}" (UPDATE_DOCS=1 writes it)`, async () => {
      const wanted = await withSections(page, fs.readFileSync(page, "utf8"), { [mark]: table() });
      if (process.env.UPDATE_DOCS !== undefined) fs.writeFileSync(page, wanted);
      assert.equal(fs.readFileSync(page, "utf8"), wanted, "UPDATE_DOCS=1 writes it");
    });
  }
});
