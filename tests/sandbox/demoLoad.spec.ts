// Proves the load generator against a server of the test's own. The services behind it are in demo.spec.ts.
import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type LoadOptions, runLoad } from "../../sandbox/demo/load";

describe("runLoad", () => {
  let server: http.Server;
  let url: string;
  let requests: number;
  let atOnce: number;
  let mostAtOnce: number;
  let connections: number;
  /** What the server answers to the n-th request. */
  let answer: (index: number) => { status: number; text: string; delayMs?: number };

  before(async () => {
    server = http.createServer((request, response) => {
      const { status, text, delayMs = 5 } = answer(requests);
      requests += 1;
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      response.once("close", () => {
        atOnce -= 1;
      });
      request.resume().once("end", () => {
        setTimeout(() => {
          response.writeHead(status);
          response.end(text);
        }, delayMs);
      });
    });
    server.on("connection", () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/auth/login`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    requests = atOnce = mostAtOnce = connections = 0;
    answer = (index) => ({
      status: 200,
      text: JSON.stringify({ traceId: `t${index}`, sampled: index % 4 === 0 }),
    });
  });

  const run = (options: Partial<LoadOptions>): ReturnType<typeof runLoad> =>
    runLoad({ url, requests: 40, concurrency: 4, ...options });

  it("sends just that many, just so many at a time, over kept connections", async () => {
    const result = await run({});
    assert.deepEqual([result.sent, result.ok, result.failed, requests], [40, 40, 0, 40]);
    assert.equal(mostAtOnce, 4);
    assert.equal(connections, 4);
    assert.ok(result.durationMs > 0);
  });

  it("counts the sampled ones, and gives their trace ids", async () => {
    const result = await run({});
    assert.equal(result.sampledCount, 10);
    assert.deepEqual(
      [...result.traceIds].sort(),
      Array.from({ length: 10 }, (_, index) => `t${index * 4}`).sort(),
    );
  });

  it("keeps 1,000 trace ids at the most, and counts on", async () => {
    answer = (index) => ({
      status: 200,
      text: JSON.stringify({ traceId: `t${index}`, sampled: true }),
      delayMs: 0,
    });
    const result = await run({ requests: 1_200, concurrency: 32 });
    assert.deepEqual([result.sampledCount, result.traceIds.length], [1_200, 1_000]);
  });

  it("counts failures, tells the first five, and does not throw", async () => {
    answer = (index) =>
      index % 2 === 0 ? { status: 502, text: "no upstream" } : { status: 200, text: "not JSON" };
    const result = await run({});
    assert.deepEqual([result.sent, result.ok, result.failed], [40, 0, 40]);
    assert.equal(result.errors.length, 5);
    assert.match(result.errors.join("\n"), /answered 502: no upstream/);
    assert.match(result.errors.join("\n"), /answered no JSON: not JSON/);
  });

  it("a server that is away is so many failures", async () => {
    const result = await run({ url: "http://127.0.0.1:1/", requests: 3 });
    assert.deepEqual([result.sent, result.ok, result.failed], [3, 0, 3]);
    assert.match(result.errors[0]!, /ECONNREFUSED/);
  });

  it("begins no more per second than it is told", async () => {
    const { durationMs, ok } = await run({ requests: 21, ratePerSecond: 50, concurrency: 21 });
    assert.equal(ok, 21);
    assert.ok(durationMs >= 390 && durationMs < 2_000, `${Math.round(durationMs)} ms`);
  });

  it("ends early on a signal; what had not begun is not counted as sent", async () => {
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort();
    }, 150);
    const result = await run({ requests: 10_000, ratePerSecond: 100, signal: stop.signal });
    assert.ok(result.durationMs < 1_500, `${Math.round(result.durationMs)} ms`);
    assert.ok(result.sent >= 5 && result.sent < 60, `${result.sent} sent`);
    assert.equal(result.sent, result.ok + result.failed);
  });

  it("ends when its time is over, and cuts off what is under way", async () => {
    answer = () => ({ status: 200, text: "{}", delayMs: 5_000 });
    const result = await run({ maxSeconds: 0.2 });
    assert.ok(result.durationMs < 1_500, `${Math.round(result.durationMs)} ms`);
    assert.deepEqual([result.sent, result.failed], [4, 4]);
  });

  for (const [options, message] of [
    [{ requests: 0 }, /requests is 0; allowed is a number from 1 to 100000/],
    [{ requests: 100_001 }, /requests is 100001/],
    [{ concurrency: 257 }, /concurrency is 257; allowed is a number from 1 to 256/],
    [{ ratePerSecond: 0 }, /ratePerSecond is 0/],
    [{ maxSeconds: Number.NaN }, /maxSeconds is NaN; allowed is a number from 0.001 to 3600/],
  ] as const) {
    it(`refuses ${JSON.stringify(options)} before it sends anything`, async () => {
      await assert.rejects(run(options), message);
      assert.equal(requests, 0);
    });
  }
});
