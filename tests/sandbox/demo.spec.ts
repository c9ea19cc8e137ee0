// Proves the four demo services as processes on loopback, in the plain JavaScript that the image holds. It does not prove image, pods, Services or ConfigMaps.
import assert from "node:assert/strict";
import http from "node:http";
import path from "node:path";
import { type Child, startChild } from "../../packages/opentelemetry-config/tests/support/child";
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from "../../packages/opentelemetry-config/tests/support/otlpReceiver";
import { emitPlainJavaScript } from "../../packages/opentelemetry-config/tests/support/plainJavaScript";
import { runLoad } from "../../sandbox/demo/load";

let folder: string;

interface Running {
  readonly children: readonly Child[];
  readonly loginUrl: string;
  readonly healthUrls: readonly string[];
  /** Ends all four with SIGTERM; resolves with their exit codes. */
  readonly stop: () => Promise<(number | string)[]>;
}

/** Starts the four from the last of the chain to the first, each told the free port that the next one took. */
async function startServices(env: Readonly<Record<string, string>>): Promise<Running> {
  const children: Child[] = [];
  const start = async (
    service: string,
    own: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> => {
    const ports = { LISTEN_HOST: "127.0.0.1", HTTP_PORT: "0", GRPC_PORT: "0", HEALTH_PORT: "0" };
    const child = startChild(path.join(folder, `${service}.js`), { ...ports, ...env, ...own });
    children.push(child);
    const ready = await child.line(`ready ${service} `);
    return Object.fromEntries(
      ready
        .split(" ")
        .slice(2)
        .map((pair) => pair.split("=") as [string, string]),
    );
  };
  const messaging = await start("messaging-service", {});
  const content = await start("content-service", {
    MESSAGING_SERVICE_ADDRESS: `127.0.0.1:${messaging["grpc"]}`,
  });
  const user = await start("user-service", { CONTENT_SERVICE_URL: `http://127.0.0.1:${content["http"]}` });
  const auth = await start("auth-service", { USER_SERVICE_ADDRESS: `127.0.0.1:${user["grpc"]}` });
  const health = [messaging["health"], content["http"], user["health"], auth["http"]];
  return {
    children,
    loginUrl: `http://127.0.0.1:${auth["http"]}/api/v1/auth/login`,
    healthUrls: health.map((port) => `http://127.0.0.1:${port}/healthz`),
    stop: () => {
      for (const child of children) child.process.kill("SIGTERM");
      return Promise.all(children.map(({ ended }) => ended));
    },
  };
}

async function request(
  url: string,
  method: string,
  { body = "", headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    http
      .request(url, { method, headers, agent: false }, (response) => {
        let text = "";
        response
          .setEncoding("utf8")
          .on("data", (chunk: string) => (text += chunk))
          .on("end", () => {
            resolve({ status: response.statusCode ?? 0, text });
          });
      })
      .on("error", reject)
      .end(body);
  });
}

describe("demo services", function () {
  this.timeout(60_000);
  let receiver: OtlpReceiver;
  let running: Running | undefined;

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<Running> => {
    running = await startServices({
      TRACING_ENABLED: "true",
      OTLP_ENDPOINT: receiver.endpoint,
      TRACING_SAMPLE_RATE: "1",
      SERVICE_VERSION: "1.0.0",
      ...env,
    });
    return running;
  };

  before(() => {
    folder = emitPlainJavaScript(path.join(__dirname, "..", "..", "sandbox", "demo", "services"));
  });
  beforeEach(async () => {
    receiver = await startOtlpReceiver();
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    receiver.close();
  });

  it("one login is one trace over four services, each span under the one that called it", async () => {
    const { loginUrl, healthUrls, stop } = await start();
    for (const url of healthUrls) assert.equal((await request(url, "GET")).status, 200);
    const { status, text } = await request(loginUrl, "POST", { body: '{"email":"alice@example.com"}' });
    assert.equal(status, 200, text);
    const answer = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(
      { ...answer, traceId: undefined },
      { userId: "42", feed: 2, messages: 2, traceId: undefined, sampled: true },
    );

    const began = Date.now();
    assert.deepEqual(await stop(), [0, 0, 0, 0], "SIGTERM ends each with exit code 0");
    assert.ok(Date.now() - began < 4_000, "and quickly");

    const spans = receiver.spans;
    assert.deepEqual(
      [...new Set(spans.map(({ traceId }) => traceId))],
      [answer["traceId"]],
      "probes make no span",
    );
    const chain: [string, string, number][] = [
      ["auth-service", "POST /api/v1/auth/login", 2],
      ["auth-service", "grpc.nova.demo.UserService/GetUser", 3],
      ["user-service", "grpc.nova.demo.UserService/GetUser", 2],
      ["user-service", "GET", 3],
      ["content-service", "GET /api/v1/feed", 2],
      ["content-service", "grpc.nova.demo.MessagingService/ListMessages", 3],
      ["messaging-service", "grpc.nova.demo.MessagingService/ListMessages", 2],
    ];
    let parent = "";
    const byId = new Map<string, ReceivedSpan>();
    for (const [service, name, kind] of chain) {
      const found = spans.filter((s) => s.serviceName === service && s.name === name && s.kind === kind);
      assert.equal(found.length, 1, `${service}: one span ${name}`);
      assert.equal(found[0]!.parentSpanId, parent, `${service}: the parent of ${name}`);
      parent = found[0]!.spanId;
      byId.set(parent, found[0]!);
    }
    const query = spans.filter(({ spanId }) => !byId.has(spanId));
    assert.deepEqual(
      query.map(({ name, serviceName }) => [serviceName, name]),
      [["user-service", "SELECT users"]],
    );
    assert.equal(byId.get(query[0]!.parentSpanId)?.name, "grpc.nova.demo.UserService/GetUser");
    assert.equal(query[0]!.attributes["user.email"], "REDACTED");
    assert.ok(!JSON.stringify(spans).includes("alice"), "the e-mail address is nowhere");
  });

  it("the root's decision holds in all four: no trace is kept in part", async () => {
    const { loginUrl, stop } = await start({ TRACING_SAMPLE_RATE: "0.5" });
    const result = await runLoad({ url: loginUrl, requests: 200, concurrency: 8 });
    const { sent, ok, failed, errors } = result;
    assert.deepEqual({ sent, ok, failed, errors }, { sent: 200, ok: 200, failed: 0, errors: [] });
    // Five standard deviations around 100.
    assert.ok(Math.abs(result.sampledCount - 100) <= 36, `${result.sampledCount} of 200`);

    const callersTrace = { keep: "a".repeat(32), drop: "b".repeat(32) };
    for (const [traceId, flags] of [
      [callersTrace.keep, "01"],
      [callersTrace.drop, "00"],
    ]) {
      const headers = { traceparent: `00-${traceId}-${"c".repeat(16)}-${flags}` };
      const { text } = await request(loginUrl, "POST", { headers });
      const answer = JSON.parse(text) as Record<string, unknown>;
      assert.deepEqual(
        [answer["traceId"], answer["sampled"]],
        [traceId, flags === "01"],
        "the caller decides",
      );
    }

    await stop();
    const spansOf = new Map<string, number>();
    for (const { traceId } of receiver.spans) spansOf.set(traceId, (spansOf.get(traceId) ?? 0) + 1);
    assert.deepEqual([...spansOf.keys()].sort(), [...result.traceIds, callersTrace.keep].sort());
    assert.deepEqual([...new Set(spansOf.values())], [8]);
  });

  it("works without a collector and without one of its own, and ends quickly all the same", async () => {
    const { children, loginUrl, stop } = await start({ OTLP_ENDPOINT: "http://127.0.0.1:1" });
    assert.equal((await request(loginUrl, "POST")).status, 200);

    children[0]!.process.kill("SIGKILL");
    await children[0]!.ended;
    const failed = await request(loginUrl, "POST");
    assert.equal(failed.status, 502);
    assert.match(failed.text, /UserService\.GetUser .* GET .*feed.* 502.*MessagingService\.ListMessages/);
    assert.equal((await request(loginUrl, "POST")).status, 502, "it still answers");

    const began = Date.now();
    assert.deepEqual(await stop(), ["SIGKILL", 0, 0, 0]);
    assert.ok(Date.now() - began < 6_000, `${Date.now() - began} ms`);
  });

  it("works without tracing, and says so in the answer", async () => {
    const { loginUrl } = await start({ TRACING_ENABLED: "false" });
    const answer = JSON.parse((await request(loginUrl, "POST")).text) as Record<string, unknown>;
    assert.deepEqual(answer, { userId: "42", feed: 2, messages: 2, sampled: false });
  });

  it("refuses a bad variable in one message without a stack trace", async () => {
    const child = startChild(path.join(folder, "auth-service.js"), { TRACING_SAMPLE_RATE: "10%" });
    assert.notEqual(await child.ended, 0);
    assert.match(
      child.stderr(),
      /TRACING_SAMPLE_RATE="10%": allowed is a number from 0 to 1; write 0\.1 for 10%/,
    );
    assert.doesNotMatch(child.stderr(), /^\s+at /m);
  });
});
