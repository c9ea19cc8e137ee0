import { setTimeout as pause } from "node:timers/promises";
import { countDocuments } from "../../tests/elasticsearch/support/ask";
import { startJaeger } from "../../tests/elasticsearch/support/jaeger";
import { templateFor } from "../../tests/elasticsearch/support/mappedStores";
import type { RealNode } from "../../tests/elasticsearch/support/node";
import { at } from "../../tests/support/document";
import { sendSpans } from "./otlp";
import { askQuestions, type Times } from "./questions";
import { drawTraces, type Span } from "./spans";

/** What an index takes. */
export interface Size {
  /** Bytes on disk before and after all segments are merged into one. */
  readonly written: number;
  readonly merged: number;
  /** Documents of Lucene, a span's nested ones among them. */
  readonly documents: number;
  /** Bytes by field, after the merge. */
  readonly fields: Readonly<Record<string, number>>;
}

/** What was measured with one template. */
export interface Measured {
  readonly spans: number;
  /** As Jaeger 2.13 writes. */
  readonly size: Size;
  /** With what later releases add to a span: see `laterForm`. */
  readonly later: Size;
  /** Processor time of Elasticsearch while it took them, seconds. */
  readonly cpuSeconds: number;
}

/** Whose mapping an index gets; the prefix of its name, too. */
export type Template = "jaeger" | "ours";

type Step = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/**
 * Has Jaeger write the spans, and measures what they take.
 * @param startMs when they begin, milliseconds of the epoch; all in one day
 */
export async function measureTemplate(
  node: RealNode,
  template: Template,
  spans: number,
  startMs: number,
  step: Step,
): Promise<Measured> {
  if (template === "ours") await putOurTemplate(node, template);
  const access = { url: node.url, username: "elastic", password: node.password, indexPrefix: template };
  const index = `${template}-jaeger-span-${dayOf(startMs)}`;
  const cpuBefore = await cpuSecondsOf(node);
  const made = await step(`${spans} spans through Jaeger 2.13`, async () => {
    const collector = await startJaeger({ ...access, role: "collector" });
    try {
      const sent = await sendAll(node, `127.0.0.1:${collector.portOf("otlpHttp")}`, index, spans, startMs);
      await allStored(node, index, sent);
      return sent;
    } finally {
      await collector.stop();
    }
  });
  const cpuSeconds = (await cpuSecondsOf(node)) - cpuBefore;

  const size = await step("size", () => sizeOf(node, index, made));
  const later = await step("size of the later form", async () => {
    const name = `${template}-jaeger-span-later`;
    const answer = await node.ask("POST", "/_reindex?refresh=true", {
      source: { index, size: 2000 },
      dest: { index: name },
      script: { lang: "painless", source: laterForm },
    });
    if (at(answer.body, "created") !== made) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
    return sizeOf(node, name, made);
  });
  return { spans: made, size, later, cpuSeconds };
}

/** Lets Elasticsearch compile what the first who is measured would else wait for. */
export async function warmUp(node: RealNode, startMs: number): Promise<void> {
  const indexPrefix = "cold";
  const access = { url: node.url, username: "elastic", password: node.password, indexPrefix };
  const collector = await startJaeger({ ...access, role: "collector" });
  try {
    const index = `${indexPrefix}-jaeger-span-${dayOf(startMs)}`;
    const sent = await sendAll(node, `127.0.0.1:${collector.portOf("otlpHttp")}`, index, 30_000, startMs);
    await allStored(node, index, sent);
  } finally {
    await collector.stop();
  }
}

/** As Jaeger names an index. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Both at once, and asked in turns, so that another load of the machine meets both. */
export async function measureAnswers(
  { password, url }: RealNode,
  templates: readonly Template[],
  spans: number,
  startMs: number,
): Promise<Times[]> {
  const access = { url, username: "elastic", password, role: "query" } as const;
  const queries = await Promise.all(templates.map((indexPrefix) => startJaeger({ ...access, indexPrefix })));
  try {
    const addresses = queries.map((query) => `http://127.0.0.1:${query.portOf("queryHttp")}`);
    return await askQuestions(addresses, startMs, spans);
  } finally {
    await Promise.all(queries.map((query) => query.stop()));
  }
}

/**
 * What the code after 2.20 adds, which cannot be run here: an `_id` of trace, span and a checksum of 16 digits (for
 * which another number of as many digits stands), and the parent's ID.
 */
const laterForm = `
  def span = ctx._source;
  if (span.references != null && span.references.size() > 0) span.parentSpanID = span.references[0].spanID;
  long mixed = Long.parseUnsignedLong(span.spanID, 16) * -7046029254386353131L + (long) span.startTime;
  ctx._id = span.traceID + '_' + span.spanID + '_' + Long.toHexString(mixed);
`;

async function putOurTemplate(node: RealNode, indexPrefix: string): Promise<void> {
  const { name, body } = templateFor(indexPrefix);
  const { status } = await node.ask("PUT", `/_index_template/${name}`, body);
  if (status !== 200) throw new Error(`the template was refused with ${status}`);
}

/**
 * As an SDK sends, in batches of 512, four at a time; but never far ahead of what is written: Jaeger 2.13 loses what
 * Elasticsearch has no room for.
 * @returns how many
 */
async function sendAll(
  node: RealNode,
  address: string,
  index: string,
  spans: number,
  startMs: number,
): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let [batch, made] = [[] as Span[], 0];
  const send = async (): Promise<void> => {
    const sending: Promise<void> = sendSpans(address, batch).finally(() => underWay.delete(sending));
    underWay.add(sending);
    made += batch.length;
    batch = [];
    if (underWay.size >= 4) await Promise.race(underWay);
    for (let waited = 0; waited < 300 && made - (await indexed(node, index)) > ahead; waited++)
      await pause(200);
  };
  for (const trace of drawTraces({ startMs, spans })) {
    batch.push(...trace);
    if (batch.length >= 512) await send();
  }
  await send();
  await Promise.all(underWay);
  return made;
}

/** Spans that may be on their way. */
const ahead = 5000;

/** Spans that the index has taken, whether they can be found yet or not. */
async function indexed({ ask }: RealNode, index: string): Promise<number> {
  const { body } = await ask("GET", `/${index}/_stats/indexing`);
  return Number(at(body, "_all", "primaries", "indexing", "index_total") ?? 0);
}

/** Jaeger 2.13 acknowledges what it has not written yet. @throws if nothing comes any more */
async function allStored({ ask }: RealNode, index: string, spans: number): Promise<void> {
  let [stored, quiet] = [0, 0];
  while (stored < spans) {
    await pause(3000);
    const now = await countDocuments(ask, index);
    quiet = now > stored ? 0 : quiet + 1;
    stored = now;
    if (quiet === 15) throw new Error(`${index} holds ${stored} of ${spans} spans, and no more come`);
  }
}

async function sizeOf({ ask }: RealNode, index: string, spans: number): Promise<Size> {
  await ask("POST", `/${index}/_flush?force=true&wait_if_ongoing=true`);
  const written = await storeBytes(ask, index);
  await ask("POST", `/${index}/_forcemerge?max_num_segments=1`);
  await ask("POST", `/${index}/_flush?force=true&wait_if_ongoing=true`);
  const merged = await storeBytes(ask, index);
  const { body: stats } = await ask("GET", `/${index}/_stats/docs,segments`);
  if (at(stats, "_all", "primaries", "segments", "count") !== 1)
    throw new Error(`${index} is not one segment`);
  const { body: usage } = await ask("POST", `/${index}/_disk_usage?run_expensive_tasks=true`);
  const fields = at(usage, index, "fields") as Record<string, { total_in_bytes: number }>;
  return {
    written: written / spans,
    merged: merged / spans,
    documents: Number(at(stats, "_all", "primaries", "docs", "count")) / spans,
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, { total_in_bytes: bytes }]) => [name, bytes / spans]),
    ),
  };
}

/** Elasticsearch looks at the disk every ten seconds, and answers what it has seen then. */
async function storeBytes(ask: RealNode["ask"], index: string): Promise<number> {
  await pause(11_000);
  const { body } = await ask("GET", `/${index}/_stats/store`);
  return Number(at(body, "_all", "primaries", "store", "size_in_bytes"));
}

async function cpuSecondsOf({ ask }: RealNode): Promise<number> {
  const { body } = await ask("GET", "/_nodes/stats/process");
  const nodes = Object.values(at(body, "nodes") as Record<string, unknown>);
  return Number(at(nodes[0], "process", "cpu", "total_in_millis")) / 1000;
}
