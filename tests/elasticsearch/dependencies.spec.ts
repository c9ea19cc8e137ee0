// The dependency graph, without the job that fills it: spark-dependencies is in no package registry, neither as a jar nor
// as an image. A stand-in does what its documentation says (it counts the calls between services in the spans of a day,
// and stores one document), as Jaeger's user; Jaeger's template, the document and the query are real. It does not prove
// that the job's own release does the same, nor its pod, which is rendered and judged.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Span } from "../../bench/storage/spans";
import { jaegerRole } from "../../components/elasticsearch/role";
import { at, list, text } from "../support/document";
import { openStore, type Store } from "./support/mappedStores";
import type { Ask } from "./support/node";
import { giveRole } from "./support/roles";
import { sharedNode } from "./support/sharedNode";

const indexPrefix = "graph";

/** Who calls whom, as the guide's services do. */
const services = ["messaging-service", "content-service", "user-service", "auth-service"];
const today = (): string => new Date().toISOString().slice(0, 10);

/** One trace: each service is called by the one before it. */
function chain(): Span[] {
  const traceId = randomBytes(16).toString("hex");
  const spanIds = services.map(() => randomBytes(8).toString("hex"));
  const [startMicros, endMicros] = [Date.now() * 1000, Date.now() * 1000];
  const rest = { scope: "test", kind: "server", attributes: {}, events: [], failed: false } as const;
  return services.map((service, index) => ({
    ...rest,
    traceId,
    spanId: spanIds[index] ?? "",
    parentSpanId: spanIds[index - 1],
    service,
    name: `call ${index}`,
    startMicros,
    endMicros,
  }));
}

/** Stands in for spark-dependencies. @returns the number of links that it has stored */
async function storeLinks(ask: Ask): Promise<number> {
  const { body } = await ask("POST", `/${indexPrefix}-jaeger-span-${today()}/_search`, { size: 10_000 });
  const spans = list(body, "hits", "hits").map((hit) => ({
    id: text(hit, "_source", "spanID"),
    service: text(hit, "_source", "process", "serviceName"),
    parent: at(hit, "_source", "references", 0, "spanID"),
  }));
  const serviceOf = new Map<unknown, string>(spans.map(({ id, service }) => [id, service]));
  const counts = new Map<string, number>();
  for (const { parent, service } of spans) {
    const caller = serviceOf.get(parent);
    if (caller === undefined || caller === service) continue;
    const link = `${caller} ${service}`;
    counts.set(link, (counts.get(link) ?? 0) + 1);
  }
  const dependencies = [...counts].map(([link, callCount]) => {
    const [parent, child] = link.split(" ");
    return { parent, child, callCount };
  });
  const { status } = await ask("POST", `/${indexPrefix}-jaeger-dependencies-${today()}/_doc?refresh=true`, {
    // The day that the job read, from its start.
    timestamp: `${today()}T00:00:00.000Z`,
    dependencies,
  });
  assert.equal(status, 201);
  return dependencies.length;
}

describe("the dependency graph of Jaeger 2.13", () => {
  let store: Store;
  let asJaeger: Ask;
  const graph = (): Promise<unknown[]> =>
    store.query(`/api/dependencies?endTs=${Date.now() + 1000}&lookback=${24 * 3600 * 1000}`);

  before(async () => {
    const node = await sharedNode();
    const login = await giveRole(node, "graph-jaeger", jaegerRole(indexPrefix, "cleaner"));
    asJaeger = node.askAs(login.username, login.password);
    store = await openStore(node, indexPrefix, { login });
    await store.write([...chain(), ...chain(), ...chain()]);
  });
  after(() => store.stop());

  it("is empty while no job has run: Jaeger does not make it itself", async () => {
    assert.deepEqual(await graph(), []);
  });

  it("shows the four services and their calls once a job has stored the links of the day", async () => {
    assert.equal(await storeLinks(asJaeger), 3);
    const expected = services
      .slice(1)
      .map((child, index) => ({ parent: services[index], child, callCount: 3 }));
    const byParent = (one: unknown): string => text(one, "parent");
    const shown = (await graph()).map((link) => ({
      parent: at(link, "parent"),
      child: at(link, "child"),
      callCount: at(link, "callCount"),
    }));
    const sort = <T>(links: readonly T[]): T[] =>
      [...links].sort((a, b) => byParent(a).localeCompare(byParent(b)));
    assert.deepEqual(sort(shown), sort(expected));
  });
});
