import assert from "node:assert/strict";
import {
  defaultElasticsearchVersion,
  elasticsearchVersionProblem,
} from "../../../components/elasticsearch/version";

describe("Elasticsearch's version", () => {
  for (const version of [defaultElasticsearchVersion, "8.19.0", "9.0.0", "9.4.3"]) {
    it(`${version} is supported`, () => {
      assert.equal(elasticsearchVersionProblem(version), undefined);
    });
  }
  const refused: readonly [string, RegExp][] = [
    ["latest", /full version/],
    ["8.19", /full version/],
    ["v8.19.13", /full version/],
    ["8.19.13-SNAPSHOT", /full version/],
    ["7.17.22", /no more security fixes/],
    ["8.18.4", /not the last 8/],
    ["10.0.0", /not tried with/],
  ];
  for (const [version, reason] of refused) {
    it(`"${version}" is refused, with a version to write instead`, () => {
      const problem = elasticsearchVersionProblem(version) ?? "";
      assert.match(problem, reason);
      assert.match(problem, /Write for example "8\.19\.21"/);
    });
  }
});
