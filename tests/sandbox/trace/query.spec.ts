// Proves the waiting against a server of the test's own. That Jaeger answers so, the end-to-end tests show.
import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { SandboxError } from "../../../sandbox/support/errors";
import { findTrace, waitForTrace } from "../../../sandbox/trace/query";

const times = { startTimeUnixNano: "1000000", endTimeUnixNano: "2000000" };
const resourceSpans = (service: string, spanId: string, parentSpanId = "") => ({
  resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
  scopeSpans: [{ spans: [{ spanId, parentSpanId, name: "n", ...times }] }],
});
const answer = (...parts: ReturnType<typeof resourceSpans>[]) => ({ result: { resourceSpans: parts } });

describe("trace/query", () => {
  let server: http.Server;
  let address: string;
  /** What the server answers, one after the other; the last for ever. A number is an error's status. */
  let answers: unknown[];
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    server = http.createServer((request, response) => {
      asked.push(request.url ?? "");
      const next = answers.length > 1 ? answers.shift() : answers[0];
      response.statusCode = typeof next === "number" ? next : 200;
      response.end(JSON.stringify(typeof next === "number" ? {} : next));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("asks for one trace by its id, and finds none where there is none", async () => {
    answers = [404];
    assert.deepEqual(await findTrace(address, "abc"), []);
    assert.deepEqual(asked, ["/api/v3/traces/abc"]);
  });

  it("waits until all services are in the trace, and all parents", async () => {
    const whole = answer(resourceSpans("one", "a"), resourceSpans("two", "b", "a"));
    answers = [404, answer(resourceSpans("one", "a"), resourceSpans("two", "b", "on-its-way")), whole];
    const spans = await waitForTrace(address, "abc", ["one", "two"], 5000);
    assert.deepEqual(
      spans.map(({ spanId }) => spanId),
      ["a", "b"],
    );
    assert.equal(asked.length, 3);
  });

  const failures: readonly (readonly [string, unknown, RegExp])[] = [
    [
      "the services that are missing",
      answer(resourceSpans("one", "a")),
      /abc.*spans of two, three \(1 spans\)/,
    ],
    [
      "that parents are missing",
      answer(...["one", "two", "three"].map((name) => resourceSpans(name, name, "gone"))),
      /parents missing \(3 spans\)/,
    ],
    ["how the last question failed", 503, /answered 503/],
  ];
  for (const [what, given, expected] of failures) {
    it(`says ${what} when the time is over`, async () => {
      answers = [given];
      await assert.rejects(
        waitForTrace(address, "abc", ["one", "two", "three"], 100),
        (error) => error instanceof SandboxError && expected.test(error.message),
      );
    });
  }
});
