import assert from "node:assert/strict";
import { findTrace } from "../../sandbox/trace/query";
import { until } from "../../sandbox/support/process";
import { sendTrace } from "../support/sentTrace";
import { startJaeger } from "./support/jaeger";
import { sharedNode } from "./support/sharedNode";

describe("Jaeger 2.13 with the configuration of a collector and of a query", () => {
  it("finds a trace of 29 days ago by its ID, which the collector has stored", async () => {
    const { url, password } = await sharedNode();
    const common = { url, username: "elastic", password, indexPrefix: "found" };
    const [collector, query] = await Promise.all([
      startJaeger({ ...common, role: "collector" }),
      startJaeger({ ...common, role: "query" }),
    ]);
    try {
      const startMs = Date.now() - 29 * 24 * 3600 * 1000;
      const address = `127.0.0.1:${collector.portOf("otlpHttp")}`;
      const { traceId } = await sendTrace(address, { service: "old-service", spans: 3, startMs });
      const found = async (): Promise<boolean> =>
        (await findTrace(`http://127.0.0.1:${query.portOf("queryHttp")}`, traceId)).length === 3;
      assert.ok(await until(found, 20_000, 500), query.log());
    } finally {
      await Promise.all([collector.stop(), query.stop()]);
    }
  });
});
