// The dependency graph, without the job that fills it: spark-dependencies is in no package registry, neither as a jar nor
// as an image. A stand-in does what its documentation says (it counts the calls between services in the spans of a day,
// and stores one document), as Jaeger's user; Jaeger's template, the document and the query are real. It does not prove
// that the job's own release does the same, nor its pod, which is rendered and judged.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { jaegerRole } from "../../components/elasticsearch/role";
import { until } from "../../sandbox/support/process";
import { at, list, text } from "../support/document";
import { startJaeger, type RunningJaeger } from "./support/jaeger";
import type { Ask } from "./support/node";
import { sharedNode } from "./support/sharedNode";

const indexPrefix = "graph";
const username = "graph-jaeger";
const password = "made-up-for-a-test";

/** Who calls whom, as the guide's services do. */
const services = ["messaging-service", "content-service", "user-service", "auth-service"];
const today = (): string => new Date().toISOString().slice(0, 10);

/** One trace: each service is called by the one before it. */
async function sendChain(address: string): Promise<void> {
  const traceId = randomBytes(16).toString("hex");
  const spanIds = services.map(() => randomBytes(8).toString("hex"));
  const now = `${Date.now()}000000`;
  const resourceSpans = services.map((service, index) => ({
    resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId,
            spanId: spanIds[index],
            ...(index > 0 && { parentSpanId: spanIds[index - 1] }),
            name: `call ${index}`,
            kind: 2,
            startTimeUnixNano: now,
            endTimeUnixNano: now,
          },
        ],
      },
    ],
  }));
  const { status } = await fetch(`http://${address}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans }),
  });
  assert.equal(status, 200);
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
  let collector: RunningJaeger;
  let query: RunningJaeger;
  let asJaeger: Ask;
  const graph = async (): Promise<unknown[]> => {
    const where = `/api/dependencies?endTs=${Date.now() + 1000}&lookback=${24 * 3600 * 1000}`;
    const response = await fetch(`http://127.0.0.1:${query.portOf("queryHttp")}${where}`);
    assert.equal(response.status, 200);
    return (at(await response.json(), "data") ?? []) as unknown[];
  };

  before(async () => {
    const { url, ask, askAs } = await sharedNode();
    await ask("PUT", `/_security/role/${username}`, jaegerRole(indexPrefix, "cleaner"));
    await ask("PUT", `/_security/user/${username}`, { password, roles: [username] });
    asJaeger = askAs(username, password);
    const common = { url, username, password, indexPrefix };
    [collector, query] = await Promise.all([
      startJaeger({ ...common, role: "collector" }),
      startJaeger({ ...common, role: "query" }),
    ]);
    for (let trace = 0; trace < 3; trace++) await sendChain(`127.0.0.1:${collector.portOf("otlpHttp")}`);
    const stored = async (): Promise<boolean> => {
      await ask("POST", `/${indexPrefix}-jaeger-*/_refresh`);
      return at((await ask("GET", `/${indexPrefix}-jaeger-span-*/_count`)).body, "count") === 12;
    };
    assert.ok(await until(stored, 20_000, 500));
  });
  after(async () => {
    await Promise.all([collector.stop(), query.stop()]);
  });

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
