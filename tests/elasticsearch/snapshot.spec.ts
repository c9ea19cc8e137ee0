// Snapshot and restore on a real Elasticsearch 8.19.13, with a real Jaeger 2.13, by the requests of the runbook itself.
// Of production's snapshots this proves the body of a snapshot. Not proved, because no archive that can be had has the
// modules: the schedule and the removal after a week (SLM), and S3 as a repository, in whose place a folder stands.
import assert from "node:assert/strict";
import { retention } from "../../components/elasticsearch/retention";
import { sandboxPaths } from "../../sandbox/support/paths";
import { until } from "../../sandbox/support/process";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureToolchain, type Toolchain } from "../../sandbox/toolchain/toolchain";
import { at, list, mapping, put, text } from "../support/document";
import { countDocuments } from "./support/ask";
import { LostJaeger } from "./support/lostJaeger";
import type { RealNode } from "./support/node";
import { codeBlocks } from "./support/runbook";
import { sharedNode } from "./support/sharedNode";

const runbook = codeBlocks("docs/operations/elasticsearch-restore.md");
/** Sections with blocks that need pods, or a lifecycle management, and are not run here. */
const notRun = [
  "Make the cluster ready",
  "Stop the collectors",
  "Start the collectors",
  "An index that still took writes when the snapshot was taken",
];
describe("a restore by the runbook", function () {
  this.timeout(600_000);
  let node: RealNode;
  let tools: Toolchain;
  const sectionsRun = new Set<string>();
  before(async () => {
    node = await sharedNode();
    tools = await ensureToolchain(sandboxPaths(), lineProgress());
  });

  describe("with dated indices", () => {
    let lost: LostJaeger;
    let oldTrace = "";
    let traceSinceLoss = "";
    let made: Record<string, unknown> = {};
    const clean = (days: number): Promise<string> => lost.tool(tools.esIndexCleaner, [String(days)]);

    before(async () => {
      lost = new LostJaeger(node, runbook, "lost", "cleaner");
      await lost.startQuery();
      await lost.startCollector();
      oldTrace = await lost.write(29);
      await lost.write();
      made = await lost.indices();
      // Nothing of theirs may be in the snapshot, or change with a restore.
      await lost.ask("PUT", "/lost-others/_doc/1?refresh=true", { of: "somebody else" });
    });
    after(async () => {
      for (const heading of lost.sectionsRun) sectionsRun.add(heading);
      await lost.stop();
      await lost.wipe();
      await node.ask("DELETE", "/lost-others");
    });

    it("begins with a snapshot that has Jaeger's indices and nothing else", async () => {
      const snapshot = await lost.takeSnapshot("first");
      assert.equal(text(snapshot, "state"), "SUCCESS");
      assert.deepEqual(list(snapshot, "indices").sort(), Object.keys(made).sort());
      assert.equal(at(snapshot, "include_global_state"), false);
      assert.deepEqual(list(snapshot, "feature_states"), []);
    });

    it("brings back what is lost, keeps what has come since, and leaves the rest alone", async () => {
      await lost.wipe();
      traceSinceLoss = await lost.write();
      await lost.stopCollector();
      await lost.section("Choose the snapshot");
      await lost.section("Set aside what has come since");
      assert.deepEqual(await lost.indices(), {});
      await lost.section("Restore");
      await lost.section("With dated indices (staging)");
      await lost.startCollector();
      await lost.section("Clear up");
      await lost.assertFound(oldTrace);
      await lost.assertFound(traceSinceLoss);
      assert.equal(at(await lost.ask("GET", "/lost-others/_count"), "count"), 1);
      assert.deepEqual(list(await lost.ask("GET", "/_cat/indices/kept-lost-*?format=json")), []);
    });

    it("leaves each index as old as it was", async () => {
      assert.deepEqual(await lost.indices(), made);
    });

    it("lets Jaeger write on, and the cleaner keep and remove as ever", async () => {
      const next = await lost.write();
      await clean(retention(30, "cleaner").cleanerDays);
      await lost.assertFound(oldTrace);
      await lost.assertFound(next);
      const left = await lost.indices();
      for (const index of Object.keys(made)) assert.ok(index in left, index);
      // 2.13 removes what was made before tomorrow's midnight, less its argument: with 0 all that was made today.
      await clean(0);
      assert.deepEqual(await lost.indices(), {});
    });
  });

  // As with the lifecycle policy of production, with the rollovers made by request: this archive has no ILM.
  describe("with aliases that roll over", () => {
    let lost: LostJaeger;
    const traces: string[] = [];
    let made: Record<string, unknown> = {};
    const rollover = (): Promise<unknown> => lost.ask("POST", "/rolled-jaeger-span-write/_rollover");

    before(async () => {
      lost = new LostJaeger(node, runbook, "rolled", "ilm");
      await initialise();
      await lost.startQuery();
      await lost.startCollector();
      traces.push(await lost.write(29));
      await rollover();
      traces.push(await lost.write());
      assert.deepEqual(await writers("span"), ["rolled-jaeger-span-000002"]);
      made = await lost.indices();
      await lost.takeSnapshot("first");
    });
    after(async () => {
      for (const heading of lost.sectionsRun) sectionsRun.add(heading);
      await lost.stop();
      await lost.wipe();
    });

    /**
     * Templates, first indices and aliases, as the bootstrap has them made on an empty cluster. The tool does the two
     * last things itself where there is a lifecycle policy, which it cannot name to this node.
     */
    async function initialise(): Promise<void> {
      await lost.tool(tools.esRollover, ["init"], { SHARDS: "1", REPLICAS: "0" });
      for (const family of ["span", "service", "dependencies"].map((kind) => `rolled-jaeger-${kind}`)) {
        const found = await lost.ask("GET", `/_index_template/${family}`);
        const template = mapping(found, "index_templates", 0, "index_template");
        put(template, ["template", "aliases"], { [`${family}-read`]: {} });
        await lost.ask("PUT", `/_index_template/${family}`, template);
        const add = { index: `${family}-000001`, alias: `${family}-write`, is_write_index: true };
        await lost.ask("POST", "/_aliases", { actions: [{ add }] });
      }
    }

    /** The indices that an alias writes to. */
    async function writers(kind: string): Promise<string[]> {
      const alias = `rolled-jaeger-${kind}-write`;
      const holders = mapping(await lost.ask("GET", `/_alias/${alias}`));
      return Object.keys(holders).filter(
        (index) => at(holders, index, "aliases", alias, "is_write_index") === true,
      );
    }

    /** @returns what was printed about the aliases */
    async function restoreAll(): Promise<string> {
      await lost.stopCollector();
      await lost.section("Choose the snapshot");
      await lost.section("Set aside what has come since");
      await lost.section("Restore");
      const { output } = await lost.section("With a lifecycle policy (production)");
      await lost.startCollector();
      await lost.section("Clear up");
      return output;
    }

    it("brings back indices and aliases, with the newest index to write to", async () => {
      await lost.stopCollector();
      await lost.wipe();
      await initialise();
      await lost.startCollector();
      traces.push(await lost.write());
      const output = await restoreAll();
      for (const trace of traces) await lost.assertFound(trace);
      assert.deepEqual(await writers("span"), ["rolled-jaeger-span-000002"]);
      assert.deepEqual(await writers("service"), ["rolled-jaeger-service-000001"]);
      assert.deepEqual(await lost.indices(), made);
      assert.match(output, /rolled-jaeger-span-write +rolled-jaeger-span-000002 +true/);
    });

    it("lets Jaeger write on, into the newest index, and the next rollover happen", async () => {
      const count = (index: string): Promise<number> => countDocuments(node.ask, index);
      const held = await count("rolled-jaeger-span-000002");
      traces.push(await lost.write());
      assert.equal(await count("rolled-jaeger-span-000002"), held + 3);
      await rollover();
      assert.deepEqual(await writers("span"), ["rolled-jaeger-span-000003"]);
      traces.push(await lost.write());
      assert.equal(await count("rolled-jaeger-span-000003"), 3);
    });

    it("brings back one index that has been the newest, and writes stay where they are", async () => {
      await lost.ask("DELETE", "/rolled-jaeger-span-000002");
      const whole = await node.ask(
        "POST",
        "/_snapshot/rolled-jaeger/first/_restore?wait_for_completion=true",
        {
          indices: "rolled-jaeger-span-000002",
          include_global_state: false,
        },
      );
      assert.ok(whole.status >= 400, JSON.stringify(whole));
      assert.match(JSON.stringify(whole.body), /more than one write index/);
      // What was written to it after the snapshot is lost.
      traces.splice(2, 2);
      await lost.section("When only some indices are gone");
      for (const trace of traces) await lost.assertFound(trace);
      assert.deepEqual(await writers("span"), ["rolled-jaeger-span-000003"]);
      traces.push(await lost.write());
    });

    it("brings all back when Jaeger has gone on, into an index with the name of an alias", async () => {
      const holders = await lost.indices();
      await lost.takeSnapshot("second");
      await lost.wipe();
      traces.push(await lost.send());
      const isThere = async (): Promise<boolean> => "rolled-jaeger-span-write" in (await lost.indices());
      assert.ok(await until(isThere, 20_000));
      await restoreAll();
      assert.deepEqual(await lost.indices(), holders);
      assert.deepEqual(await writers("span"), ["rolled-jaeger-span-000003"]);
      for (const trace of traces) await lost.assertFound(trace);
    });
  });

  describe("afterwards", () => {
    it("has used every request of the runbook but those for pods and for the lifecycle management", () => {
      const withBlocks = [...runbook].filter(([, blocks]) => blocks.length > 0).map(([heading]) => heading);
      assert.deepEqual(new Set(withBlocks.filter((heading) => !sectionsRun.has(heading))), new Set(notRun));
      for (const heading of notRun) {
        for (const block of runbook.get(heading) ?? [])
          assert.match(block, /kubectl|pulumi|index\.lifecycle/);
      }
    });
  });
});
