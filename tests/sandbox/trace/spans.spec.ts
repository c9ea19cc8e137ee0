import assert from "node:assert/strict";
import { spansOf } from "../../../sandbox/trace/spans";

const service = (name: string) => ({ attributes: [{ key: "service.name", value: { stringValue: name } }] });
const times = { startTimeUnixNano: "1700000000000000000", endTimeUnixNano: "1700000000012500000" };

describe("trace/spans: spansOf", () => {
  it("reads service, name, parent, time and error of each span", () => {
    const answer = {
      result: {
        resourceSpans: [
          {
            resource: service("auth-service"),
            scopeSpans: [
              { spans: [{ spanId: "a1", name: "POST", ...times }] },
              { spans: [{ spanId: "a2", parentSpanId: "a1", name: "call", status: { code: 2 }, ...times }] },
            ],
          },
          {
            resource: service("user-service"),
            scopeSpans: [
              { spans: [{ spanId: "b1", parentSpanId: "a2", name: "Get", status: { code: 1 }, ...times }] },
            ],
          },
        ],
      },
    };
    const at = { startMs: 1_700_000_000_000, durationMs: 12.5 };
    assert.deepEqual(spansOf(answer), [
      { spanId: "a1", parentSpanId: "", service: "auth-service", name: "POST", failed: false, ...at },
      { spanId: "a2", parentSpanId: "a1", service: "auth-service", name: "call", failed: true, ...at },
      { spanId: "b1", parentSpanId: "a2", service: "user-service", name: "Get", failed: false, ...at },
    ]);
  });

  it("keeps apart starts that lie a microsecond from each other", () => {
    const span = (spanId: string, startTimeUnixNano: string) => ({
      ...times,
      spanId,
      name: "n",
      startTimeUnixNano,
    });
    const spans = [span("one", "1700000000000001000"), span("two", "1700000000000002000")];
    const [one, two] = spansOf({ result: { resourceSpans: [{ scopeSpans: [{ spans }] }] } });
    assert.ok(one && two && one.startMs < two.startMs);
  });

  it("calls a service unknown that does not say its name", () => {
    const scopeSpans = [{ spans: [{ spanId: "a", name: "n", ...times }] }];
    assert.equal(spansOf({ result: { resourceSpans: [{ scopeSpans }] } })[0]?.service, "unknown");
  });

  for (const answer of [{}, { result: {} }, { result: { resourceSpans: [{ scopeSpans: [{}] }, {}] } }]) {
    it(`finds no spans in ${JSON.stringify(answer)}`, () => {
      assert.deepEqual(spansOf(answer), []);
    });
  }
});
