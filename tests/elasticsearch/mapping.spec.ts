import assert from "node:assert/strict";
import { drawTraces, type Span } from "../../bench/storage/spans";
import { spanMappingMark } from "../../components/elasticsearch/spanMapping";
import { sandboxPaths } from "../../sandbox/support/paths";
import { run } from "../../sandbox/support/process";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { at, list, text } from "../support/document";
import { bootstrapTemplate, openStore, templateFor, type Store } from "./support/mappedStores";
import type { Answer, RealNode } from "./support/node";
import { sharedNode } from "./support/sharedNode";

// Two stores of Jaeger 2.13 with the same spans: one has our template, the other only Jaeger's own. Each question has
// to find something, and the same in both.

const [lean, plain] = ["mapping-lean", "mapping-plain"];
const startMs = Date.now() - 30 * 60 * 1000;
const today = new Date(startMs).toISOString().slice(0, 10);
const traces = [...drawTraces({ startMs, spans: 500, seed: 7 })];
const spans = traces.flat();

/** A span that is there, and what to know of it. */
function oneWith(what: string, wanted: (span: Span) => boolean): Span {
  const found = spans.find(wanted);
  if (found === undefined) throw new Error(`no span ${what} was made`);
  return found;
}

/** The names of the traces that an answer holds. */
const idsOf = (answer: readonly unknown[]): string[] => answer.map((trace) => text(trace, "traceID")).sort();

/** What a span is, whatever order the store gives its parts in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  // Jaeger numbers processes as they come.
  const entries = Object.entries(value).filter(([key]) => key !== "processID");
  return Object.fromEntries(
    entries
      .map(([key, inner]) => [key, key === "processes" ? Object.values(inner as object) : inner] as const)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe("our mapping of spans, on a real node with the real Jaeger 2.13", function () {
  this.timeout(60_000);
  let node: RealNode;
  let ours: Store;
  let jaegers: Store;

  before(async () => {
    node = await sharedNode();
    await bootstrapTemplate(node, templateFor(lean));
    [ours, jaegers] = await Promise.all([openStore(node, lean), openStore(node, plain)]);
    await Promise.all([ours.write(spans), jaegers.write(spans)]);
  });
  after(async () => {
    for (const store of [ours, jaegers] as (Store | undefined)[]) await store?.stop();
  });

  async function indexOf(name: string): Promise<{ settings: unknown; mappings: unknown }> {
    const { body } = await node.ask("GET", `/${name}`);
    return { settings: at(body, name, "settings", "index"), mappings: at(body, name, "mappings") };
  }

  it("is what a new index gets, although Jaeger has put its own template for the same names", async () => {
    const { body } = await node.ask("GET", `/_index_template/${lean}-jaeger-span*`);
    const priorities = list(body, "index_templates").map((one) => [
      text(one, "name"),
      at(one, "index_template", "priority"),
    ]);
    assert.deepEqual(Object.fromEntries(priorities), {
      [`${lean}-jaeger-span`]: 0,
      [`${lean}-jaeger-span-mapping`]: 500,
    });
    const { mappings, settings } = await indexOf(`${lean}-jaeger-span-${today}`);
    assert.equal(at(settings, "codec"), "best_compression");
    assert.equal(at(settings, "number_of_shards"), "1");
    assert.equal(at(settings, "number_of_replicas"), "0");
    assert.deepEqual(at(mappings, "_meta"), spanMappingMark);
    assert.equal(at(mappings, "properties", "tags", "properties", "value", "doc_values"), false);
    assert.equal(at(mappings, "properties", "references", "enabled"), false);
    // The other one is what it is compared with.
    const other = await indexOf(`${plain}-jaeger-span-${today}`);
    assert.equal(at(other.settings, "codec"), undefined);
    assert.equal(at(other.mappings, "properties", "references", "type"), "nested");
  });

  const find = (question: Record<string, string | number>): string => {
    const range = { start: startMs * 1000, end: Date.now() * 1000, limit: 1000 };
    const all = Object.entries({ ...range, ...question }).map(([key, value]): [string, string] => [
      key,
      String(value),
    ]);
    return `/api/traces?${new URLSearchParams(all).toString()}`;
  };
  const tags = (wanted: Record<string, unknown>): { tags: string } => ({
    tags: JSON.stringify(
      Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, String(value)])),
    ),
  });

  const root = oneWith("without a parent", ({ parentSpanId }) => parentSpanId === undefined);
  const ofUser = oneWith("of a user", ({ attributes }) => "user.id" in attributes);
  const failed = oneWith("with an exception", ({ events }) =>
    events.some(({ name }) => name === "exception"),
  );
  const remarked = oneWith("with a remark", ({ events }) => events.some(({ name }) => name === "retry"));
  const long = oneWith("of some length", ({ endMicros, startMicros }) => endMicros - startMicros > 20_000);
  const us = (span: Span): number => span.endMicros - span.startMicros;

  const questions: readonly [string, Record<string, string | number>, (span: Span) => boolean][] = [
    ["a service", { service: "messaging-service" }, ({ service }) => service === "messaging-service"],
    [
      "a service and an operation",
      { service: root.service, operation: root.name },
      ({ service, name }) => service === root.service && name === root.name,
    ],
    [
      "an attribute that is a text",
      { service: ofUser.service, ...tags({ "user.id": ofUser.attributes["user.id"] }) },
      ({ attributes, service }) =>
        service === ofUser.service && attributes["user.id"] === ofUser.attributes["user.id"],
    ],
    [
      "an attribute that is a number",
      { service: "user-service", ...tags({ "rpc.grpc.status_code": 0 }) },
      ({ attributes, service }) => service === "user-service" && attributes["rpc.grpc.status_code"] === 0,
    ],
    [
      "an attribute by a regular expression",
      { service: "content-service", ...tags({ "url.path": "/api/v1/p.*" }) },
      ({ attributes, service }) =>
        service === "content-service" && String(attributes["url.path"]).startsWith("/api/v1/p"),
    ],
    [
      "two attributes",
      { service: "content-service", ...tags({ "http.request.method": "GET", "http.route": "/api/v1/feed" }) },
      ({ attributes, service }) =>
        service === "content-service" && attributes["http.route"] === "/api/v1/feed",
    ],
    [
      "the kind, which Jaeger keeps as a field",
      { service: "auth-service", ...tags({ "span.kind": "client" }) },
      ({ kind, service }) => service === "auth-service" && kind === "client",
    ],
    [
      "errors, which Jaeger keeps as a field",
      { service: failed.service, ...tags({ error: true }) },
      (span) => span.service === failed.service && span.failed,
    ],
    [
      "an attribute of the process",
      { service: "auth-service", ...tags({ "deployment.environment.name": "production" }) },
      ({ service }) => service === "auth-service",
    ],
    [
      "a field of a log",
      { service: remarked.service, ...tags({ reason: "connection reset by peer" }) },
      ({ events, service }) => service === remarked.service && events.some(({ name }) => name === "retry"),
    ],
    [
      "the name of an event",
      { service: failed.service, ...tags({ event: "exception" }) },
      ({ events, service }) => service === failed.service && events.some(({ name }) => name === "exception"),
    ],
    [
      "the shortest duration",
      { service: long.service, minDuration: "20ms" },
      (span) => span.service === long.service && us(span) >= 20_000,
    ],
    [
      "the longest duration",
      { service: "auth-service", maxDuration: "2ms" },
      (span) => span.service === "auth-service" && us(span) <= 2000,
    ],
  ];
  for (const [title, question, wanted] of questions) {
    it(`finds traces by ${title}, the same as Jaeger's own mapping`, async () => {
      const expected = traces.filter((trace) => trace.some(wanted)).map(([first]) => first?.traceId ?? "");
      assert.ok(
        expected.length > 0 && expected.length < traces.length,
        `${expected.length} of ${traces.length}`,
      );
      const [mine, theirs] = await Promise.all([ours.query(find(question)), jaegers.query(find(question))]);
      assert.deepEqual(idsOf(mine), expected.sort());
      assert.deepEqual(sorted(mine), sorted(theirs));
    });
  }

  it("finds those of a range of time, and as many as the limit says, the latest", async () => {
    const endMs = Math.round(startMs + 2000);
    const half = { service: "content-service", end: endMs * 1000 };
    const few = { service: "content-service", limit: 5 };
    // Jaeger asks for milliseconds, and orders by the latest span of the service.
    const latest = (trace: readonly Span[], beforeMs: number): number =>
      Math.max(
        ...trace
          .filter(
            ({ service, startMicros }) => service === "content-service" && startMicros / 1000 < beforeMs + 1,
          )
          .map(({ startMicros }) => startMicros),
      );
    const inOrder = (beforeMs: number): string[] =>
      traces
        .filter((trace) => latest(trace, beforeMs) > 0)
        .sort((a, b) => latest(b, beforeMs) - latest(a, beforeMs))
        .map(([first]) => first?.traceId ?? "");
    const earlier = inOrder(endMs);
    assert.ok(earlier.length > 0 && earlier.length < inOrder(Infinity).length);
    assert.deepEqual(idsOf(await ours.query(find(half))), earlier.sort());
    assert.deepEqual(idsOf(await ours.query(find(few))), inOrder(Infinity).slice(0, 5).sort());
    for (const question of [half, few]) {
      const [mine, theirs] = await Promise.all([ours.query(find(question)), jaegers.query(find(question))]);
      assert.deepEqual(idsOf(mine), idsOf(theirs));
    }
  });

  it("finds nothing where there is nothing", async () => {
    for (const question of [
      { service: "no-service" },
      { service: root.service, operation: "GET /nowhere" },
      { service: ofUser.service, ...tags({ "user.id": "nobody" }) },
      // Key and value are there, but not in one attribute.
      { service: ofUser.service, ...tags({ "user.id": "postgresql" }) },
      { service: root.service, minDuration: "1h" },
      { service: root.service, end: (startMs - 60_000) * 1000, start: (startMs - 120_000) * 1000 },
    ]) {
      assert.deepEqual(await ours.query(find(question)), [], JSON.stringify(question));
    }
    await assert.rejects(ours.query("/api/traces/0123456789abcdef0123456789abcdef"), /404/);
  });

  it("finds a trace by its ID, whole: attributes, logs, references and process", async () => {
    const path = `/api/traces/${failed.traceId}`;
    const [mine, theirs] = await Promise.all([ours.query(path), jaegers.query(path)]);
    const made = traces.find(([first]) => first?.traceId === failed.traceId) ?? [];
    assert.deepEqual(
      list(mine, 0, "spans")
        .map((span) => text(span, "spanID"))
        .sort(),
      made.map(({ spanId }) => spanId).sort(),
    );
    const parents = list(mine, 0, "spans").flatMap((span) => list(span, "references"));
    assert.equal(parents.length, made.length - 1);
    assert.match(JSON.stringify(mine), /exception\.stacktrace/);
    assert.deepEqual(sorted(mine), sorted(theirs));
  });

  it("lists services and operations", async () => {
    assert.deepEqual((await ours.query("/api/services")).sort(), [
      "auth-service",
      "content-service",
      "messaging-service",
      "user-service",
    ]);
    const path = "/api/services/user-service/operations";
    const expected = [
      ...new Set(spans.filter(({ service }) => service === "user-service").map(({ name }) => name)),
    ];
    assert.deepEqual((await ours.query(path)).sort(), expected.sort());
    assert.deepEqual((await jaegers.query(path)).sort(), expected.sort());
  });

  it("shows the dependencies that a job has written", async () => {
    // In place of the job, which is not tried here: one document in its form.
    const link = { parent: "auth-service", child: "user-service", callCount: 3 };
    const document = { timestamp: new Date(startMs).toISOString(), dependencies: [link] };
    await node.ask("POST", `/${lean}-jaeger-dependencies-${today}/_doc?refresh=true`, document);
    assert.deepEqual(await ours.query(`/api/dependencies?endTs=${Date.now()}&lookback=${24 * 3600 * 1000}`), [
      link,
    ]);
  });

  describe("with what later releases write and ask", () => {
    // From the source of the code after 2.20, no release of which can be run here: the parent's ID in each span, pages
    // sorted by time and ID, and a summary of each trace.
    const addParent =
      "def refs = ctx._source.references; if (refs != null && refs.size() > 0) { ctx._source.parentSpanID = refs[0].spanID }";
    const summary = {
      size: 0,
      query: { terms: { traceID: traces.slice(0, 10).map(([first]) => first?.traceId) } },
      aggregations: {
        traces: {
          terms: { field: "traceID", size: 10, order: [{ first: "asc" }] },
          aggregations: {
            first: { min: { field: "startTime" } },
            last: { max: { script: { source: "doc['startTime'].value + doc['duration'].value" } } },
            services: { terms: { field: "process.serviceName" } },
            roots: { filter: { bool: { must_not: { exists: { field: "parentSpanID" } } } } },
          },
        },
      },
    };

    before(async () => {
      for (const prefix of [lean, plain]) {
        const { body } = await node.ask("POST", "/_reindex?refresh=true", {
          source: { index: `${prefix}-jaeger-span-${today}` },
          dest: { index: `${prefix}-jaeger-span-later` },
          script: { lang: "painless", source: addParent },
        });
        assert.equal(at(body, "created"), spans.length, JSON.stringify(body));
      }
    });
    const both = async (body: unknown): Promise<[unknown, unknown]> => {
      const ask = (prefix: string): Promise<Answer> =>
        node.ask("POST", `/${prefix}-jaeger-span-later/_search`, body);
      const [mine, theirs] = await Promise.all([ask(lean), ask(plain)]);
      assert.equal(mine.status, 200, JSON.stringify(mine.body));
      return [mine.body, theirs.body];
    };

    it("answers the summaries", async () => {
      const [mine, theirs] = await both(summary);
      const buckets = list(mine, "aggregations", "traces", "buckets");
      assert.equal(buckets.length, 10);
      for (const bucket of buckets) assert.equal(at(bucket, "roots", "doc_count"), 1);
      assert.deepEqual(buckets, list(theirs, "aggregations", "traces", "buckets"));
    });

    it("gives the pages of a trace in order", async () => {
      const query = { term: { traceID: failed.traceId } };
      const sort = [{ startTime: "asc" }, { spanID: "asc" }];
      const made = (traces.find(([first]) => first?.traceId === failed.traceId) ?? []).map(
        ({ spanId }) => spanId,
      );
      const [whole] = await both({ size: 1000, query });
      const order = (hit: unknown): [number, string] => [
        Number(at(hit, "_source", "startTime")),
        text(hit, "_source", "spanID"),
      ];
      const inOrder = list(whole, "hits", "hits")
        .map(order)
        .sort(([one, a], [two, b]) => one - two || (a < b ? -1 : 1))
        .map(([, spanId]) => spanId);
      assert.deepEqual([...inOrder].sort(), made.sort());
      const seen: string[] = [];
      let after: unknown[] | undefined;
      for (;;) {
        const [mine, theirs] = await both({ size: 2, query, sort, ...(after && { search_after: after }) });
        assert.deepEqual(list(mine, "hits", "hits").map(order), list(theirs, "hits", "hits").map(order));
        const hits = list(mine, "hits", "hits");
        if (hits.length === 0) break;
        seen.push(...hits.map((hit) => text(hit, "_source", "spanID")));
        after = list(hits.at(-1), "sort");
      }
      assert.deepEqual(seen, inOrder);
    });
  });
});

describe("our mapping of spans under aliases", function () {
  this.timeout(60_000);
  const prefix = "mapping-aliases";

  it("is what the rollover tool's first index and the one after a rollover get, and Jaeger uses both", async () => {
    // The node knows no lifecycle (ILM), and refuses an index with such a setting: all else of our template is as with
    // it. That ILM's settings stand in it is a unit test's matter; that ILM obeys them is not proved here.
    const node = await sharedNode();
    const { body, name } = templateFor(prefix, "ilm");
    const { lifecycle, ...index } = body.template.settings.index;
    assert.deepEqual(lifecycle, {
      name: `${prefix}-jaeger-ilm-policy`,
      rollover_alias: `${prefix}-jaeger-span-write`,
    });
    const template = { ...body, template: { ...body.template, settings: { index } } };
    await bootstrapTemplate(node, { name, body: template });
    const { esRollover } = await ensureToolchain(sandboxPaths(), lineProgress());
    await run(esRollover, ["init", node.url], {
      env: {
        ...process.env,
        INDEX_PREFIX: prefix,
        ES_USERNAME: "elastic",
        ES_PASSWORD: node.password,
        SHARDS: "1",
        REPLICAS: "0",
      },
    });
    const store = await openStore(node, prefix, { mechanism: "ilm" });
    try {
      await store.write(traces[0] ?? []);
      // Each attribute is a document of its own to a rollover by documents, and so to the 200 million of a shard.
      const { body: stats } = await node.ask("GET", `/${prefix}-jaeger-span-000001/_stats/docs`);
      const documents = Number(at(stats, "_all", "primaries", "docs", "count"));
      assert.ok(documents > 8 * (traces[0]?.length ?? 0), String(documents));
      for (const [limit, reached] of [
        [documents, true],
        [documents + 1, false],
      ] as const) {
        const condition = `[max_primary_shard_docs: ${limit}]`;
        const { body: asked } = await node.ask(
          "POST",
          `/${prefix}-jaeger-span-write/_rollover?dry_run=true`,
          {
            conditions: { max_primary_shard_docs: limit },
          },
        );
        assert.equal(at(asked, "conditions", condition), reached, JSON.stringify(asked));
      }
      const rolled = await node.ask("POST", `/${prefix}-jaeger-span-write/_rollover`);
      assert.equal(at(rolled.body, "new_index"), `${prefix}-jaeger-span-000002`);
      for (const number of ["000001", "000002"]) {
        const one = `${prefix}-jaeger-span-${number}`;
        const { body: found } = await node.ask("GET", `/${one}`);
        assert.equal(at(found, one, "settings", "index", "codec"), "best_compression", one);
        assert.deepEqual(at(found, one, "mappings", "_meta"), spanMappingMark, one);
        assert.notEqual(at(found, one, "aliases", `${prefix}-jaeger-span-read`), undefined, one);
      }
      const id = traces[0]?.[0]?.traceId ?? "";
      assert.equal(list(await store.query(`/api/traces/${id}`), 0, "spans").length, traces[0]?.length);
    } finally {
      await store.stop();
    }
  });

  it("stops the bootstrap where another template wins, and names it", async () => {
    const node = await sharedNode();
    const other = { index_patterns: ["mapping-shadowed-*"], priority: 900, template: {} };
    await node.ask("PUT", "/_index_template/somebody-elses", other);
    try {
      await assert.rejects(bootstrapTemplate(node, templateFor("mapping-shadowed")), /somebody-elses/);
    } finally {
      await node.ask("DELETE", "/_index_template/somebody-elses");
    }
  });
});
