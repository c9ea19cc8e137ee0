// What the gateway is for: nothing personal reaches storage. The real OpenTelemetry Collector with the rendered
// configuration, before a real Jaeger 2.13 on a real Elasticsearch; and the same values sent to Jaeger directly, which
// shows that the search would find them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { gatewayExporter } from "../../components/jaeger/gatewayConfig";
import type { YamlMap } from "../../components/jaeger/sharedConfig";
import { projectFolder } from "../../sandbox/support/paths";
import { until } from "../../sandbox/support/process";
import { at, put } from "../support/document";
import { withSections, writeSection } from "../support/markedSections";
import { table } from "../support/accessPage";
import { harmlessValues, personalDataCases, type OtlpValue } from "./personalData/cases";
import { sendAttributes, sendCase } from "./personalData/send";
import { countDocuments } from "./support/ask";
import { startGateway } from "./support/gateway";
import { startJaeger, type RunningJaeger } from "./support/jaeger";
import { sharedNode } from "./support/sharedNode";

const page = path.join(projectFolder, "docs/personal-data.md");
const harmlessService = "harmless-service";

describe("personal data on its way through the gateway, a real Jaeger and a real Elasticsearch", () => {
  const prefixes = { gateway: "scrubbed", jaeger: "unscrubbed" };
  const running: RunningJaeger[] = [];
  let documents: Record<keyof typeof prefixes, unknown[]>;

  before(async () => {
    const { url, password, ask } = await sharedNode();
    const collector = (indexPrefix: string): Promise<RunningJaeger> =>
      startJaeger({ role: "collector", url, password, username: "elastic", indexPrefix });
    const backend = await collector(prefixes.gateway);
    running.push(backend);
    const alone = await collector(prefixes.jaeger);
    running.push(alone);
    const gateway = await startGateway(backend.portOf("otlpHttp"));
    running.push(gateway);
    for (const receiver of [gateway, alone]) {
      const to = `127.0.0.1:${receiver.portOf("otlpHttp")}`;
      for (const sent of personalDataCases) await sendCase(to, sent);
      await sendAttributes(to, harmlessService, harmlessValues);
    }
    const stored = async (prefix: string): Promise<unknown[]> => {
      const spans = personalDataCases.length + 1;
      const complete = async (): Promise<boolean> =>
        (await countDocuments(ask, `${prefix}-jaeger-span-*`)) === spans;
      assert.ok(await until(complete, 30_000, 500), `not all of ${spans} spans were stored`);
      // All that Jaeger writes: spans, services, whatever else there may be.
      const { body } = await ask("GET", `/${prefix}-jaeger-*/_search?size=1000`);
      return at(body, "hits", "hits") as unknown[];
    };
    documents = { gateway: await stored(prefixes.gateway), jaeger: await stored(prefixes.jaeger) };
  });
  after(() => Promise.all(running.map((one) => one.stop())));

  const found = (where: keyof typeof prefixes, secret: string): boolean =>
    documents[where].some((document) =>
      [secret, JSON.stringify(secret).slice(1, -1)].some((form) => JSON.stringify(document).includes(form)),
    );

  it("is told apart by each case: no secret stands in another's value", () => {
    assert.ok(personalDataCases.length >= 40);
    for (const { secret } of personalDataCases) {
      const holders = personalDataCases.filter(({ value }) => JSON.stringify(value).includes(secret));
      assert.equal(holders.length, 1, secret);
    }
  });

  for (const { what, place, secret } of personalDataCases) {
    it(`stores nothing of ${what} (${place})`, () => {
      assert.ok(!found("gateway", secret), `${secret} is in Elasticsearch`);
    });
  }

  it("finds most of it where spans go to Jaeger directly", () => {
    const through = personalDataCases.filter(({ secret }) => found("jaeger", secret));
    assert.ok(through.length >= 40, `${through.length}`);
  });

  it("keeps who somebody is as a hash of a hash, by which one can search", () => {
    const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
    assert.ok(found("gateway", sha256(sha256("a01@example.com"))));
    assert.ok(found("jaeger", sha256("a01@example.com")));
  });

  it("stores what is harmless as it was sent", () => {
    const span = documents.gateway
      .map((hit) => at(hit, "_source"))
      .find(
        (source) =>
          at(source, "process", "serviceName") === harmlessService && at(source, "tags") !== undefined,
      );
    const tags = at(span, "tags") as { key: string; value: unknown }[];
    for (const { key, value } of harmlessValues) {
      assert.equal(tags.find((tag) => tag.key === key)?.value, asStored(value), key);
    }
    assert.equal(at(span, "operationName"), "GET /api/v1/users");
    assert.ok(!tags.some(({ key }) => key.startsWith("redaction.")));
  });

  it("hands on nothing of any case, whatever the next one would have kept; but what links have, it cannot reach", async () => {
    const received: string[] = [];
    const receiver = http.createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part));
      request.on("end", () => {
        received.push(body);
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    // As text, to be read here.
    const change = (document: YamlMap): YamlMap => {
      put(document, ["exporters", gatewayExporter, "encoding"], "json");
      return document;
    };
    const gateway = await startGateway((receiver.address() as AddressInfo).port, { change });
    try {
      for (const sent of personalDataCases) await sendCase(`127.0.0.1:${gateway.portOf("otlpHttp")}`, sent);
      assert.equal(received.length, personalDataCases.length);
      const handedOn = personalDataCases.filter(({ secret }) =>
        received.some((body) => body.includes(JSON.stringify(secret).slice(1, -1))),
      );
      assert.deepEqual(
        handedOn.map(({ place }) => place),
        ["link attribute"],
      );
    } finally {
      await gateway.stop();
      receiver.close();
    }
  });

  it("is what docs/personal-data.md says (UPDATE_DOCS=1 writes it)", async () => {
    const rows = personalDataCases.map(({ what, place, key, secret }) => [
      what,
      place,
      key === undefined ? "" : `\`${key}\``,
      found("jaeger", secret) ? "stored" : "not stored",
      found("gateway", secret) ? "**stored**" : "not stored",
    ]);
    const seen = table(["what", "where", "name", "to Jaeger directly", "through the gateway"], rows);
    if (process.env.UPDATE_DOCS !== undefined) await writeSection(page, "cases", seen);
    const written = fs.readFileSync(page, "utf8");
    assert.equal(
      written,
      await withSections(page, written, { cases: seen }),
      "UPDATE_DOCS=1 writes what was seen",
    );
  });
});

/** How Jaeger keeps a value: a number as it is, a list as text. */
function asStored(value: string | OtlpValue): unknown {
  if (typeof value === "string") return value;
  if ("intValue" in value) return Number(value.intValue);
  if ("arrayValue" in value)
    return JSON.stringify(value.arrayValue.values.map((item) => Object.values(item)[0] as unknown));
  throw new RangeError("not stored as text");
}
