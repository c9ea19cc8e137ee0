import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { lifecyclePolicy } from "../../components/elasticsearch/lifecyclePolicy";
import { retention } from "../../components/elasticsearch/retention";
import { until } from "../../sandbox/support/process";
import { at, isMapping, text } from "../support/document";
import { startLifecycleNode } from "./support/lifecycleNode";
import type { RealNode } from "./support/node";
import { scaledPolicy } from "./support/scaledPolicy";
import { Sightings } from "./support/sightings";

// The lifecycle policy of production, run by a genuine ILM: that of 6.8.23, the only one that a registry serves. What
// it does with the policy is proved; that 8.19 and 9 do the same is from their documentation. The templates are the
// test's own, because 6.8 refuses Jaeger's.

/** The promise of production. */
const document = lifecyclePolicy(retention(90, "ilm"));
/** A day passes 576,000 times faster: 90 days are 13.5 s. ILM looks every second, which is nearly seven of these days. */
const dayMilliseconds = 250;
const promise = 90 * dayMilliseconds;
/** How long an index exists before ILM is let at it, so that its age and the time since its rollover differ. */
const headStart = 4000;
/** For what has to happen at some time, however busy the machine is. */
const patience = 120_000;

interface Rollover {
  readonly createdAt: number;
  readonly rolledOverAt: number;
}

describe("the lifecycle policy of production on ILM 6.8.23, with days made 0.25 s long", () => {
  let node: RealNode;
  let sightings: Sightings;
  const rollovers = new Map<string, Rollover>();
  /** When the youngest document of `spans-000001` was sent. */
  let youngestSent = 0;
  let documentsSent = 0;

  before(async () => {
    node = await startLifecycleNode();
    await expect("PUT", "/_ilm/policy/scaled", scaledPolicy(document, dayMilliseconds));
    await expect("PUT", "/_ilm/policy/unscaled", scaledPolicy(document, 24 * 3600 * 1000));
    await expect("POST", "/_ilm/stop");
    for (const [family, policy] of [
      ["spans", "scaled"],
      ["empty", "scaled"],
      ["restored", "scaled"],
      ["early", "scaled"],
      ["control", "unscaled"],
    ] as const) {
      const settings = {
        number_of_shards: 1,
        number_of_replicas: 0,
        "index.lifecycle.name": policy,
        "index.lifecycle.rollover_alias": `${family}-write`,
      };
      await expect("PUT", `/_template/${family}`, { index_patterns: [`${family}-0*`], settings });
      await expect("PUT", `/${family}-000001`, {
        aliases: { [`${family}-write`]: { is_write_index: true } },
      });
    }
    for (const family of ["restored", "early", "control"]) await write(family);
    const location = node.repository;
    await expect("PUT", "/_snapshot/disk", { type: "fs", settings: { location } });
    await takeSnapshot("early");
    sightings = new Sightings(node.ask, "*");
    await writeUntilRolledOver();
    // At once, as long as they are there.
    for (const family of ["restored", "early", "spans", "empty"]) {
      rollovers.set(family, await waitForRollover(`${family}-000001`));
    }
  });
  after(async () => {
    await node.close();
    await sightings.stop();
  });

  async function expect(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await node.ask(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  }

  /** Writes a document as Jaeger does, through the alias. @returns the index that took it */
  async function write(family: string): Promise<string> {
    return text(await expect("POST", `/${family}-write/_doc?refresh=true`, { at: Date.now() }), "_index");
  }

  /** A snapshot of the first index of a family, under the family's name. */
  async function takeSnapshot(family: string): Promise<void> {
    const body = { indices: `${family}-000001`, include_global_state: false };
    await expect("PUT", `/_snapshot/disk/${family}?wait_for_completion=true`, body);
  }

  async function restore(family: string, options: object = {}): Promise<void> {
    const body = { include_global_state: false, ...options };
    await expect("POST", `/_snapshot/disk/${family}/_restore?wait_for_completion=true`, body);
  }

  /** Documents before, while and until ILM rolls the index over: one of them is the last that went into it. */
  async function writeUntilRolledOver(): Promise<void> {
    const begin = Date.now();
    let isStarted = false;
    for (;;) {
      if (!isStarted && Date.now() - begin > headStart) {
        await expect("POST", "/_ilm/start");
        isStarted = true;
      }
      const sent = Date.now();
      if ((await write("spans")) !== "spans-000001") return;
      youngestSent = sent;
      documentsSent += 1;
      assert.ok(Date.now() - begin < patience, "spans-000001 was not rolled over");
      await sleep(50);
    }
  }

  /** What ILM counts an index's age from, once it has been rolled over. */
  async function rolledOver(index: string): Promise<Rollover | undefined> {
    const settings = await expect("GET", `/${index}/_settings`);
    const own = at(settings, index, "settings", "index");
    if (at(own, "lifecycle", "indexing_complete") !== "true") return undefined;
    const explained = await expect("GET", `/${index}/_ilm/explain`);
    const rolledOverAt = Number(at(explained, "indices", index, "lifecycle_date_millis"));
    return { createdAt: Number(at(own, "creation_date")), rolledOverAt };
  }

  async function waitForRollover(index: string): Promise<Rollover> {
    let found: Rollover | undefined;
    await until(async () => (found = await rolledOver(index)) !== undefined, patience);
    assert.ok(found, `${index} was not rolled over`);
    return found;
  }

  /** Waits until the first index of a family is gone. @returns milliseconds after its rollover, or a little more */
  async function waitForDeletion(family: string, since = 0): Promise<number> {
    const index = `${family}-000001`;
    await until(() => sightings.missedAt(index, since) !== undefined, patience);
    const missedAt = sightings.missedAt(index, since) ?? assert.fail(`${index} was not deleted`);
    return missedAt - (rollovers.get(family)?.rolledOverAt ?? NaN);
  }

  it("is the document that the program renders, but for its times and the name of the size", () => {
    const flat = (value: unknown, path: readonly string[] = []): [string, unknown][] =>
      isMapping(value) && Object.keys(value).length > 0
        ? Object.entries(value).flatMap(([key, inner]) => flat(inner, [...path, key]))
        : [[path.join("."), value]];
    const days = (value: unknown): unknown =>
      typeof value === "string" && value.endsWith("ms") ? `${parseInt(value) / dayMilliseconds}d` : value;
    const back = flat(scaledPolicy(document, dayMilliseconds)).map(([path, value]) => [
      path.replace(/max_size$/, "max_primary_shard_size"),
      days(value),
    ]);
    assert.deepEqual(new Map(back as [string, unknown][]), new Map(flat(document)));
  });

  it("has to name the size in another way here: 6.8 knows no max_primary_shard_size", async () => {
    const { status, body } = await node.ask("PUT", "/_ilm/policy/refused", document);
    assert.equal(status, 400);
    assert.match(JSON.stringify(body), /unknown field \[max_primary_shard_size\]/);
  });

  it("counts the age of a restored index from its rollover", async () => {
    const index = "restored-000001";
    const before = rollovers.get("restored");
    await takeSnapshot("restored");
    await expect("DELETE", `/${index}`);
    await restore("restored");
    const restoredAt = Date.now();
    assert.deepEqual(await rolledOver(index), before);
    const age = await waitForDeletion("restored", restoredAt);
    assert.ok(age >= promise, `gone ${age} ms after its rollover`);
  });

  // A section of docs/operations/elasticsearch-restore.md, but for origination_date, which 6.8 does not know: without it
  // the age counts from then, and the index lives too long.
  it("waits for ever for the rollover of an index restored from before it, until it is told of it", async () => {
    const index = "early-000001";
    // Unless it has gone by itself, on a busy machine.
    await node.ask("DELETE", `/${index}`);
    await restore("early", { include_aliases: false });
    const restoredAt = Date.now();
    const isStuck = async (): Promise<boolean> => {
      const explained = await expect("GET", `/${index}/_ilm/explain`);
      return at(explained, "indices", index, "step") === "ERROR";
    };
    assert.ok(await until(isStuck, patience));
    const toldAt = Date.now();
    await expect("PUT", `/${index}/_settings`, { "index.lifecycle.indexing_complete": true });
    // From 7 on ILM tries again by itself.
    await expect("POST", `/${index}/_ilm/retry`);
    await waitForDeletion("early", restoredAt);
    assert.ok(Number(sightings.missedAt(index, restoredAt)) - toldAt >= promise);
  });

  it("rolls an index over, and writes go to the next", () => {
    const { createdAt = NaN, rolledOverAt = NaN } = rollovers.get("spans") ?? {};
    assert.ok(rolledOverAt - createdAt >= headStart, `after ${rolledOverAt - createdAt} ms`);
    assert.ok(youngestSent > createdAt);
  });

  it("deletes it, and not before it is as old as the promise, counted from the rollover", async () => {
    const age = await waitForDeletion("spans");
    assert.ok(age >= promise, `gone ${age} ms after its rollover`);
  });

  it("keeps the youngest document of an index for as long as the promise", async () => {
    const goneAt = (await waitForDeletion("spans")) + (rollovers.get("spans")?.rolledOverAt ?? NaN);
    assert.ok(goneAt - youngestSent >= promise, `gone ${goneAt - youngestSent} ms after it was sent`);
    assert.equal(sightings.lastDocuments("spans-000001"), documentsSent);
  });

  // From 8.5 on it does not, by documentation: "empty indices are not rolled over by default" (rollover action), with
  // indices.lifecycle.rollover.only_if_has_documents, true by default. No release here can show it.
  it("rolls an empty index over as well, which Elasticsearch since 8.5 does not", async () => {
    const age = await waitForDeletion("empty");
    assert.ok(age >= promise, `gone ${age} ms after its rollover`);
    assert.equal(sightings.lastDocuments("empty-000001"), 0);
  });

  it("leaves an index alone that is younger than a day of 24 hours", async () => {
    await waitForDeletion("spans");
    assert.equal(await rolledOver("control-000001"), undefined);
    assert.equal(sightings.missedAt("control-000001"), undefined);
    assert.equal(sightings.lastDocuments("control-000001"), 1);
  });
});
