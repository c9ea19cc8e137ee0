import assert from "node:assert/strict";
import { until } from "../../sandbox/support/process";
import { at, list } from "../support/document";
import { personalDataCases } from "../elasticsearch/personalData/cases";
import { casesService, sendCase } from "../elasticsearch/personalData/send";
import { elasticsearchAs } from "./support/elasticsearch";
import { openStaging } from "./support/staging";

// All cases in the cluster that users have: tests/elasticsearch/personalData.spec.ts shows that the search finds them
// where spans go to Jaeger directly.
describe("personal data that is sent to staging's Service jaeger-collector", () => {
  it("is in no document of Elasticsearch, though every span is", async () => {
    const staging = await openStaging();
    try {
      const ask = await elasticsearchAs(staging, "administrator");
      const to = `${await staging.service("jaeger-collector")}:4318`;
      for (const sent of personalDataCases) await sendCase(to, sent);
      const documents = async (): Promise<unknown[]> => {
        await ask("POST", "/nova-jaeger-*/_refresh");
        const { body } = await ask("GET", "/nova-jaeger-*/_search?size=10000&track_total_hits=true");
        const hits = list(body, "hits", "hits");
        assert.equal(at(body, "hits", "total", "value"), hits.length, "more than one answer has");
        return hits.map((hit) => at(hit, "_source"));
      };
      // One of them has a service's name of its own.
      const arrived = async (): Promise<boolean> =>
        (await documents()).filter(
          (span) => at(span, "process", "serviceName") === casesService && at(span, "spanID") !== undefined,
        ).length ===
        personalDataCases.length - 1;
      assert.ok(await until(arrived, 60_000, 1000), "each span is stored");
      const stored = JSON.stringify(await documents());
      for (const { what, place, secret } of personalDataCases) {
        assert.ok(!stored.includes(secret), `${what} (${place}): ${secret} is in Elasticsearch`);
      }
    } finally {
      staging.close();
    }
  });
});
