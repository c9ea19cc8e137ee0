import assert from "node:assert/strict";
import { day, parseElasticsearchDuration, parseGoDuration } from "../../policy/artefacts/duration";

describe("durations", () => {
  it("of Jaeger are a sum of numbers with units", () => {
    assert.equal(parseGoDuration("168h"), 7 * day);
    assert.equal(parseGoDuration("1h30m"), 5_400_000);
    assert.equal(parseGoDuration("1.5h"), 5_400_000);
    assert.equal(parseGoDuration("100ms"), 100);
  });

  it("of Jaeger know no days, signs, spaces and bare numbers", () => {
    for (const text of ["7d", "-1h", "1 h", "168", "", "h", "1h x", 168, null, undefined]) {
      assert.equal(parseGoDuration(text), undefined, String(text));
    }
  });

  it("of Elasticsearch are one number with one unit, days included", () => {
    assert.equal(parseElasticsearchDuration("90d"), 90 * day);
    assert.equal(parseElasticsearchDuration("24h"), day);
    for (const text of ["1d12h", "90", "-1d", "1.5d", "1w", 90]) {
      assert.equal(parseElasticsearchDuration(text), undefined, String(text));
    }
  });
});
