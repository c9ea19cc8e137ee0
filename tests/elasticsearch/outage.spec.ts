// What an outage costs with the release that can be built here, 2.13, whose writes are asynchronous: it acknowledges
// what it holds in memory. docs/delivery.md has the figures, and those of the releases that cannot be had here. They are
// why staging and production take a release that acknowledges what is stored.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { counter, startJaeger, type RunningJaeger } from "./support/jaeger";
import { Load, lostSpans } from "./support/load";
import { startNode, type RealNode } from "./support/node";

const spansPerSecond = 500;

describe(`an outage of Elasticsearch under ${spansPerSecond} spans a second, with Jaeger 2.13`, () => {
  let node: RealNode;
  let collector: RunningJaeger;

  before(async () => {
    node = await startNode();
  });
  after(() => node.close());
  afterEach(() => collector.stop("SIGKILL"));

  async function start(indexPrefix: string): Promise<void> {
    const { url, password } = node;
    collector = await startJaeger({ role: "collector", url, password, username: "elastic", indexPrefix });
  }
  const errors = async (): Promise<number> =>
    counter(await collector.metrics(), "jaeger_storage_bulk_index_errors_total");

  /** Prints what became of a load. @returns the spans that were acknowledged and are not stored */
  async function account(load: Load, indexPrefix: string): Promise<number> {
    const lost = (await lostSpans(node, indexPrefix, load)).length;
    process.stdout.write(
      `      ${load.acknowledged.size} acknowledged, ${load.refused} refused, ${lost} lost\n`,
    );
    return lost;
  }

  it("loses nothing while Elasticsearch is killed for 60 s and the collector lives: its client waits, and holds, and is healthy", async () => {
    await start("alone");
    const load = new Load(spansPerSecond);
    const sending = load.send(80, () => collector);
    await sleep(5000);
    await node.kill();
    await sleep(60_000);
    // What kubelet asks before it ends a pod: as long as that is fine, what is held is not lost.
    const health = await fetch(`http://127.0.0.1:${collector.portOf("health")}/status`);
    assert.equal(health.status, 200);
    await node.start();
    await sending;
    assert.equal(await account(load, "alone"), 0);
    assert.equal(await errors(), 0);
    assert.equal(load.refused, 0);
    assert.equal(load.acknowledged.size, 80 * spansPerSecond);
  });

  it("loses what it has acknowledged and holds, where the collector is killed too; no metric tells", async () => {
    await start("both");
    const load = new Load(spansPerSecond);
    const sending = load.send(25, () => collector);
    await sleep(5000);
    await node.kill();
    await sleep(10_000);
    const errorsUntilThen = await errors();
    await collector.stop("SIGKILL");
    await node.start();
    await start("both");
    await sending;
    const lost = await account(load, "both");
    // Ten seconds of spans, less what a loaded machine sent later.
    assert.ok(lost > 5 * spansPerSecond);
    assert.equal(errorsUntilThen, 0);
    assert.equal(await errors(), 0, "the new one knows nothing of it");
  });

  it("loses what Elasticsearch refuses, and jaeger_storage_bulk_index_errors_total tells how much", async () => {
    await start("refused");
    const before = new Load(spansPerSecond);
    await before.send(3, () => collector);
    assert.equal(await account(before, "refused"), 0);
    // As an operator does, or a rule on the disk.
    await node.ask("PUT", "/refused-jaeger-span-*/_settings", { "index.blocks.write": true });
    const load = new Load(spansPerSecond);
    await load.send(5, () => collector);
    await sleep(2000);
    await node.ask("PUT", "/refused-jaeger-span-*/_settings", { "index.blocks.write": false });
    const hopedFor = before.acknowledged.size + load.acknowledged.size;
    const lost = (await lostSpans(node, "refused", load, hopedFor)).length;
    process.stdout.write(
      `      then ${lost} of ${load.acknowledged.size} acknowledged spans lost, ${await errors()} counted\n`,
    );
    assert.ok(lost > spansPerSecond);
    assert.equal(await errors(), lost);
  });
});
