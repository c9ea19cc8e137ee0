// Days are not waited for, and Elasticsearch lets nobody make an index of another day. So it is the cleaner's number of
// days that is moved: by it an index of today is just outside, and just inside. To the day, that is the cut-off of
// Jaeger 2.13: tomorrow's midnight (UTC) less the days. That of 2.20 and later counts from the run; no such release can
// be had here.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { PlainMap } from "../../sandbox/providers/shared/propertyValues";
import { list } from "../support/document";
import { elasticsearchAs, indices, type Ask } from "./support/elasticsearch";
import { sendTrace } from "../support/sentTrace";
import { openStaging, type Staging } from "./support/staging";
import { traceThroughProxy } from "./support/ui";

const day = 24 * 3600 * 1000;
/** Of Pulumi.staging.yaml. */
const retentionDays = 30;

/** Begins the names of indices that Jaeger's user may remove, and that no Jaeger has. */
const ownPrefix = "nova-jaeger-test";

const dateOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

/** Comes back when today lasts for long enough. */
async function notBeforeMidnight(): Promise<void> {
  const left = day - (Date.now() % day);
  if (left < 60_000) await sleep(left + 1000);
}

describe("staging's retention", () => {
  let staging: Staging;
  let ask: Ask;

  before(async () => {
    staging = await openStaging();
    ask = await elasticsearchAs(staging, "administrator");
  });
  after(() => {
    staging.close();
  });

  it("finds by its ID a trace that is older than 72 h, Jaeger's own limit, but within the 30 days", async () => {
    const collector = await staging.service("jaeger-collector");
    const startMs = Date.now() - (retentionDays - 1) * day;
    const { traceId, spanIds } = await sendTrace(collector, { service: "old-service", spans: 3, startMs });
    const spans = await traceThroughProxy(staging, traceId, (found) => found.length === 3, 20_000);
    assert.deepEqual(spans.map(({ spanId }) => spanId).sort(), [...spanIds].sort());
    assert.ok(Object.keys(await indices(ask)).includes(`nova-jaeger-span-${dateOf(startMs)}`));
  });

  it("is the cleaner's: as it is scheduled, it runs well and removes nothing that is 30 days old or younger", async () => {
    const before = await indices(ask);
    const log = await staging.runCronJob("elasticsearch-index-cleaner");
    assert.deepEqual(await indices(ask), before, log);
  });

  for (const { days, removed } of [
    { days: 1, removed: false },
    { days: 0, removed: true },
  ]) {
    it(`${removed ? "ends" : "has not ended"} for an index of today where the cleaner is told ${days} days: its cut-off is tomorrow's midnight less that (2.13)`, async () => {
      await notBeforeMidnight();
      const span = `${ownPrefix}-jaeger-span-${dateOf(Date.now())}`;
      const others = `${ownPrefix}-other-span-${dateOf(Date.now())}`;
      for (const name of [span, others])
        await ask("PUT", `/${name}`, { settings: { number_of_replicas: 0 } });
      const log = await staging.runCronJob("elasticsearch-index-cleaner", (container) => ({
        ...container,
        args: [String(days), ...list(container, "args").slice(1)] as string[],
        env: (container.env as PlainMap[]).map((variable) =>
          variable.name === "INDEX_PREFIX" ? { ...variable, value: ownPrefix } : variable,
        ),
      }));
      assert.equal((await ask("GET", `/${span}`)).status, removed ? 404 : 200, log);
      assert.equal((await ask("GET", `/${others}`)).status, 200, "not of Jaeger's");
      for (const name of [span, others]) await ask("DELETE", `/${name}`);
    });
  }
});
