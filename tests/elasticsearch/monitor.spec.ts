// The monitor's own program against a real node, as Jaeger's user. This node has no lifecycle management: what the
// program makes of its state is in tests/components/elasticsearch/monitor.spec.ts, from an answer as documented.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { elasticsearchMetrics } from "../../components/alerts/elasticsearchMetrics";
import { jaegerRole } from "../../components/elasticsearch/role";
import { counter } from "./support/jaeger";
import { startMonitor, type RunningMonitor } from "./support/monitor";
import type { RealNode } from "./support/node";
import { giveRole, type Login } from "./support/roles";
import { sharedNode } from "./support/sharedNode";

const username = "monitor-jaeger";

describe("the monitor of Elasticsearch", () => {
  let node: RealNode;
  let login: Login;
  let monitor: RunningMonitor;

  before(async () => {
    node = await sharedNode();
    login = await giveRole(node, username, jaegerRole("monitored", "cleaner"));
    monitor = await startMonitor({ url: node.url, login, mechanism: "cleaner" });
  });
  after(() => monitor.stop());

  it("gives every metric that the alerts of a stack without lifecycle management and snapshots read", async () => {
    const { status, text } = await monitor.scrape();
    assert.equal(status, 200, text);
    const { lifecycle, lastSnapshot, ...always } = elasticsearchMetrics;
    for (const metric of Object.values(always)) assert.match(text, new RegExp(`^${metric}\\{`, "m"));
    for (const metric of [lifecycle, lastSnapshot]) assert.doesNotMatch(text, new RegExp(metric));
  });

  it("follows the cluster: an index with a copy that no node can take turns it yellow", async () => {
    const status = async (color: string): Promise<number> =>
      counter((await monitor.scrape()).text, elasticsearchMetrics.status, `color="${color}"`);
    const unassigned = async (): Promise<number> =>
      counter((await monitor.scrape()).text, elasticsearchMetrics.unassignedShards);
    const before = await unassigned();
    await node.ask("PUT", "/monitored-jaeger-span-copy", { settings: { number_of_replicas: 2 } });
    assert.equal(await unassigned(), before + 2);
    assert.equal(await status("yellow"), 1);
    assert.equal(await status("green"), 0);
    await node.ask("DELETE", "/monitored-jaeger-span-copy");
    assert.equal(await unassigned(), before);
  });

  it("tells the size of the disk as the machine does", async () => {
    const { text } = await monitor.scrape();
    const { bsize, blocks } = fs.statfsSync(node.dataFolder);
    assert.equal(counter(text, elasticsearchMetrics.diskBytes), bsize * blocks);
    assert.ok(counter(text, elasticsearchMetrics.diskAvailableBytes) < bsize * blocks);
  });

  it("leaves out the snapshots, and nothing else, where their repository does not answer", async () => {
    const without = await startMonitor({ url: node.url, login, mechanism: "cleaner", repository: "gone" });
    try {
      const { status, text } = await without.scrape();
      assert.equal(status, 200, text);
      assert.match(text, new RegExp(`^${elasticsearchMetrics.status}\\{`, "m"));
      assert.doesNotMatch(text, new RegExp(elasticsearchMetrics.lastSnapshot));
    } finally {
      await without.stop();
    }
  });

  it("fails the scrape, with the reason, where its user is refused, and reads the password anew", async () => {
    const { passwordFile } = monitor.plan;
    fs.writeFileSync(passwordFile, "another");
    const refused = await monitor.scrape();
    assert.equal(refused.status, 503);
    assert.match(refused.text, /GET \/\S+ as monitor-jaeger: 401/);
    fs.writeFileSync(passwordFile, `${login.password}\n`);
    assert.equal((await monitor.scrape()).status, 200);
  });
});
