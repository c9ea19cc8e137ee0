// The monitor's own program against a real node, as Jaeger's user. This node has no lifecycle management: what the
// program makes of its state is in tests/components/elasticsearch/monitor.spec.ts, from an answer as documented.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { elasticsearchMetrics } from "../../components/alerts/elasticsearchMetrics";
import { monitorPlan } from "../../components/elasticsearch/monitor/pod";
import { jaegerRole } from "../../components/elasticsearch/role";
import { projectFolder } from "../../sandbox/support/paths";
import { until } from "../../sandbox/support/process";
import { connection } from "../components/jaeger/support/distributed";
import { endChild } from "./support/endChild";
import { counter } from "./support/jaeger";
import { freePort, type RealNode } from "./support/node";
import { sharedNode } from "./support/sharedNode";

const username = "monitor-jaeger";
const password = "made-up-for-a-test";
const script = path.join(projectFolder, "components/elasticsearch/monitor/script/main.js");

describe("the monitor of Elasticsearch", () => {
  let node: RealNode;
  let monitor: ChildProcess;
  let folder: string;
  let planFile: string;
  let address: string;
  const scrape = async (): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${address}/metrics`);
    return { status: response.status, text: await response.text() };
  };

  before(async () => {
    node = await sharedNode();
    const role = jaegerRole("monitored", "cleaner");
    await node.ask("PUT", `/_security/role/${username}`, role);
    await node.ask("PUT", `/_security/user/${username}`, { password, roles: [username] });
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-monitor-"));
    const passwordFile = path.join(folder, "password");
    fs.writeFileSync(passwordFile, password);
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const plan = {
      ...monitorPlan(connection("cleaner", { url: node.url, username }), undefined),
      passwordFile,
      host: "127.0.0.1",
      port,
    };
    planFile = path.join(folder, "plan.json");
    fs.writeFileSync(planFile, JSON.stringify(plan));
    monitor = spawn(process.execPath, [script, planFile], { stdio: "ignore" });
    assert.ok(
      await until(async () => (await fetch(`${address}/health`).catch(() => undefined))?.ok ?? false, 20_000),
    );
  });
  after(async () => {
    await endChild(monitor);
    fs.rmSync(folder, { recursive: true });
  });

  it("gives every metric that the alerts of a stack without lifecycle management and snapshots read", async () => {
    const { status, text } = await scrape();
    assert.equal(status, 200, text);
    const { lifecycle, lastSnapshot, ...always } = elasticsearchMetrics;
    for (const metric of Object.values(always)) assert.match(text, new RegExp(`^${metric}\\{`, "m"));
    for (const metric of [lifecycle, lastSnapshot]) assert.doesNotMatch(text, new RegExp(metric));
  });

  it("follows the cluster: an index with a copy that no node can take turns it yellow", async () => {
    const status = async (color: string): Promise<number> =>
      counter((await scrape()).text, elasticsearchMetrics.status, `color="${color}"`);
    const unassigned = async (): Promise<number> =>
      counter((await scrape()).text, elasticsearchMetrics.unassignedShards);
    const before = await unassigned();
    await node.ask("PUT", "/monitored-jaeger-span-copy", { settings: { number_of_replicas: 2 } });
    assert.equal(await unassigned(), before + 2);
    assert.equal(await status("yellow"), 1);
    assert.equal(await status("green"), 0);
    await node.ask("DELETE", "/monitored-jaeger-span-copy");
    assert.equal(await unassigned(), before);
  });

  it("tells the size of the disk as the machine does", async () => {
    const { text } = await scrape();
    const { bsize, blocks } = fs.statfsSync(node.dataFolder);
    assert.equal(counter(text, elasticsearchMetrics.diskBytes), bsize * blocks);
    assert.ok(counter(text, elasticsearchMetrics.diskAvailableBytes) < bsize * blocks);
  });

  it("leaves out the snapshots, and nothing else, where their repository does not answer", async () => {
    const plan = JSON.parse(fs.readFileSync(planFile, "utf8")) as object;
    const port = await freePort();
    const other = path.join(folder, "other.json");
    fs.writeFileSync(other, JSON.stringify({ ...plan, port, snapshotRepository: "gone" }));
    const child = spawn(process.execPath, [script, other], { stdio: "ignore" });
    try {
      const where = `http://127.0.0.1:${port}`;
      const isUp = async (): Promise<boolean> =>
        (await fetch(`${where}/health`).catch(() => undefined))?.ok ?? false;
      assert.ok(await until(isUp, 20_000, 100));
      const response = await fetch(`${where}/metrics`);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.match(text, new RegExp(`^${elasticsearchMetrics.status}\\{`, "m"));
      assert.doesNotMatch(text, new RegExp(elasticsearchMetrics.lastSnapshot));
    } finally {
      await endChild(child);
    }
  });

  it("fails the scrape, with the reason, where its user is refused, and reads the password anew", async () => {
    const passwordFile = path.join(folder, "password");
    fs.writeFileSync(passwordFile, "another");
    const refused = await scrape();
    assert.equal(refused.status, 503);
    assert.match(refused.text, /GET \/\S+ as monitor-jaeger: 401/);
    fs.writeFileSync(passwordFile, `${password}\n`);
    assert.equal((await scrape()).status, 200);
  });
});
