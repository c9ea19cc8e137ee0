// Proves the library in processes of its own against a real OTLP/gRPC receiver on 127.0.0.1. It does not prove
// Jaeger, nor several processes in one trace: that is in tests/sandbox/demo.spec.ts.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ServerCredentials } from "@grpc/grpc-js";
import { createCertificate } from "./support/certificate";
import { runChild, startChild } from "./support/child";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "./support/otlpReceiver";

interface Burst {
  readonly madeMs: number;
  readonly endedMs: number;
  readonly flushed: boolean;
  readonly again: boolean;
}

describe("tracing", function () {
  this.timeout(30_000);
  let receiver: OtlpReceiver;
  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    TRACING_ENABLED: "true",
    TRACING_SAMPLE_RATE: "1",
    OTLP_ENDPOINT: receiver.endpoint,
    ...more,
  });

  beforeEach(async () => {
    receiver = await startOtlpReceiver();
  });
  afterEach(() => {
    receiver.close();
  });

  describe("one HTTP and two gRPC calls", () => {
    let result: { traceId: string; seen: Record<string, string>; flushed: boolean; stderr: string };
    let spans: readonly ReceivedSpan[];
    const one = (name: string, kind: number): ReceivedSpan => {
      const found = spans.filter(
        (span) => span.name === name && span.kind === kind && span.traceId === result.traceId,
      );
      assert.equal(found.length, 1, `one span ${name} of kind ${kind}`);
      return found[0]!;
    };

    before(async () => {
      const own = await startOtlpReceiver();
      result = await runChild("hops.js", {
        TRACING_ENABLED: "true",
        TRACING_SAMPLE_RATE: "1",
        OTLP_ENDPOINT: own.endpoint,
        SERVICE_VERSION: "1.2.3",
        APP_ENV: "staging",
      });
      own.close();
      spans = own.spans;
    });

    it("are one trace: each server span under the client span that called it", () => {
      const whole = one("whole", 1);
      assert.equal(whole.parentSpanId, "");
      for (const [client, server] of [
        ["GET", "GET /users/:id"],
        ["grpc.nova.test.Echo/Say", "grpc.nova.test.Echo/Say"],
        ["grpc.nova.test.Echo/Fail", "grpc.nova.test.Echo/Fail"],
      ] as const) {
        assert.equal(one(client, 3).parentSpanId, whole.spanId);
        assert.equal(one(server, 2).parentSpanId, one(client, 3).spanId);
      }
    });

    it("carry the W3C traceparent of the client span over both hops, and no baggage", () => {
      assert.equal(result.seen["http"], `00-${result.traceId}-${one("GET", 3).spanId}-01`);
      assert.equal(
        result.seen["grpc"],
        `00-${result.traceId}-${one("grpc.nova.test.Echo/Say", 3).spanId}-01`,
      );
      assert.equal(result.seen["baggage"], "undefined");
    });

    it("tell who sent them: service, version and environment", () => {
      assert.ok(spans.length > 0);
      for (const { resource } of spans) {
        assert.equal(resource["service.name"], "hops-service");
        assert.equal(resource["service.version"], "1.2.3");
        assert.equal(resource["deployment.environment.name"], "staging");
        assert.equal(resource["telemetry.sdk.language"], "nodejs");
      }
    });

    it("tell route, status code and failure", () => {
      const server = one("GET /users/:id", 2);
      assert.equal(server.attributes["http.route"], "/users/:id");
      assert.equal(server.attributes["http.response.status_code"], 200);
      const failed = one("grpc.nova.test.Echo/Fail", 2);
      assert.equal(failed.attributes["rpc.grpc.status_code"], 5);
      assert.equal(failed.status.code, 2);
      assert.match(failed.status.message, /no user REDACTED/);
    });

    it("have no personal data on the wire", () => {
      const wire = JSON.stringify(spans);
      assert.ok(!wire.includes("alice"), wire);
      assert.ok(!wire.includes("secret-token"));
      assert.equal(one("whole", 1).attributes["user.email"], "REDACTED");
      assert.equal(one("whole", 1).attributes["user.id"], 7);
      assert.equal(one("GET /users/:id", 2).attributes["url.query"], "email=REDACTED&page=REDACTED");
    });

    it("are joined by no span of a probe", () => {
      assert.deepEqual(
        spans.filter((span) => span.kind === 2 && String(span.attributes["url.path"]).includes("healthz")),
        [],
      );
    });

    it("are all sent at the end, and nothing is said", () => {
      assert.equal(result.flushed, true);
      assert.equal(result.stderr, "");
    });
  });

  it("exports batches of 512 at most, keeps 2048 waiting at most, and drops the rest without waiting", async () => {
    const { madeMs, flushed, again } = await runChild<Burst>("burst.js", environment({ SPANS: "6000" }));
    assert.ok(madeMs < 3_000, `${Math.round(madeMs)} ms`);
    // One batch is on its way and 2048 wait; the loop leaves no time for more.
    assert.deepEqual(receiver.batches, [512, 512, 512, 512, 512]);
    assert.deepEqual([flushed, again], [true, true]);
  });

  it("lives without a collector: spans cost nothing, the end is bounded, one line tells", async () => {
    const refused = environment({ OTLP_ENDPOINT: "http://127.0.0.1:1", SPANS: "4000", TIMEOUT_MS: "700" });
    const { madeMs, endedMs, flushed, stderr } = await runChild<Burst>("burst.js", refused);
    assert.ok(madeMs < 3_000, `${Math.round(madeMs)} ms`);
    assert.ok(endedMs < 1_500, `${Math.round(endedMs)} ms`);
    assert.equal(flushed, false);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.match(
      stderr,
      /^tracing: \d+ spans lost so far: http:\/\/127\.0\.0\.1:1 .*ECONNREFUSED.*the service goes on/,
    );
  });

  it("ends in time when the collector takes the connection and never answers", async () => {
    const sockets = new Set<net.Socket>();
    const silent = net.createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;
    const env = environment({ OTLP_ENDPOINT: `http://127.0.0.1:${port}`, SPANS: "10", TIMEOUT_MS: "500" });
    const child = startChild("burst.js", env);
    const { endedMs, flushed } = JSON.parse(await child.line("{")) as Burst;
    // A call under way cannot be taken back; without process.exit the process would stay until its deadline of 10 s.
    child.process.kill("SIGKILL");
    await child.ended;
    for (const socket of sockets) socket.destroy();
    silent.close();
    assert.ok(endedMs < 1_200, `${Math.round(endedMs)} ms`);
    assert.equal(flushed, false);
  });

  it("loses nothing when the collector is away for a moment", async () => {
    // 700 spans are two batches, and each is refused once or more.
    receiver.refuse = 3;
    const { flushed, stderr } = await runChild<Burst>(
      "burst.js",
      environment({ SPANS: "700", TIMEOUT_MS: "9000" }),
    );
    assert.equal(flushed, true);
    assert.equal(receiver.spans.length, 700);
    assert.equal(new Set(receiver.spans.map(({ spanId }) => spanId)).size, 700, "and sends nothing twice");
    assert.equal(stderr, "");
  });

  it("offers a batch that waits for its next attempt at once when the process ends", async () => {
    // Attempts at 0 and about 0.5 s; the third would be no sooner than 1.2 s, the end of the process is at 0.9 s.
    receiver.refuse = 2;
    const env = environment({ SPANS: "512", RUN_MS: "900", TIMEOUT_MS: "250" });
    const { flushed } = await runChild<Burst>("burst.js", env);
    assert.equal(flushed, true);
    assert.deepEqual(receiver.batches, [512]);
  });

  it("makes no span, patches nothing and sends no header when TRACING_ENABLED is false", async () => {
    const { traceparent } = await runChild<{ traceparent: string }>(
      "late.js",
      environment({ TRACING_ENABLED: "false" }),
    );
    assert.equal(traceparent, "undefined");
    assert.deepEqual(receiver.spans, []);
  });

  it("TRACING_EXPORTER=jaeger sends OTLP to OTLP_ENDPOINT and warns once", async () => {
    const env = environment({
      TRACING_EXPORTER: "jaeger",
      JAEGER_ENDPOINT: "http://127.0.0.1:2/api/traces",
      SPANS: "3",
    });
    const { stderr, flushed } = await runChild<Burst>("burst.js", env);
    assert.equal(flushed, true);
    assert.equal(receiver.spans.length, 3);
    assert.match(
      stderr,
      /^tracing: TRACING_EXPORTER=jaeger is a legacy name: .*Write TRACING_EXPORTER=otlp\n$/,
    );
  });

  it("https:// is TLS, verified against OTEL_EXPORTER_OTLP_CERTIFICATE", async () => {
    const { certificate, key } = createCertificate();
    const folder = mkdtempSync(path.join(tmpdir(), "nova-tracing-"));
    const file = path.join(folder, "ca.pem");
    writeFileSync(file, certificate);
    const pair = [{ cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) }];
    const secure = await startOtlpReceiver({ credentials: ServerCredentials.createSsl(null, pair) });
    try {
      const env = environment({ OTLP_ENDPOINT: secure.endpoint, SPANS: "2", TIMEOUT_MS: "1500" });
      const trusted = await runChild<Burst>("burst.js", { ...env, OTEL_EXPORTER_OTLP_CERTIFICATE: file });
      assert.equal(trusted.flushed, true, trusted.stderr);
      assert.equal(secure.spans.length, 2);
      const plainText = secure.endpoint.replace("https", "http");
      const [untrusted, plain] = await Promise.all([
        runChild<Burst>("burst.js", env),
        runChild<Burst>("burst.js", { ...env, OTLP_ENDPOINT: plainText }),
      ]);
      assert.equal(untrusted.flushed, false, "an unknown issuer gets nothing");
      assert.equal(plain.flushed, false, "http:// is plain text");
      assert.equal(secure.spans.length, 2);
    } finally {
      secure.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("says so when gRPC was loaded before, and traces what goes through the module all the same", async () => {
    const { traceparent, stderr } = await runChild<{ traceparent: string }>("late.js", environment());
    assert.match(stderr, /^tracing: @grpc\/grpc-js was loaded before initTracing: .*register\n$/);
    assert.match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.deepEqual(receiver.spans.map(({ kind }) => kind).sort(), [2, 3]);
  });

  it("builds to plain JavaScript that node runs without any loader", async () => {
    const library = path.join(__dirname, "..");
    // Inside the package, so that its dependencies are found from there.
    const folder = path.join(library, "node_modules", ".cache", "build");
    const compiler = require.resolve("typescript/bin/tsc");
    const build = promisify(execFile)(process.execPath, [compiler, "-p", library, "--outDir", folder]);
    await assert.doesNotReject(build);
    const script = path.join(folder, "service.js");
    writeFileSync(
      script,
      `const { initTracing, shutdownTracing } = require("./index.js");
       initTracing("plain").startSpan("one").end();
       void shutdownTracing().then((flushed) => console.log(JSON.stringify({ flushed })));`,
    );
    const { flushed } = await runChild<{ flushed: boolean }>(script, environment());
    rmSync(folder, { recursive: true });
    assert.equal(flushed, true);
    assert.deepEqual(
      receiver.spans.map(({ name }) => name),
      ["one"],
    );
  });

  describe("register", () => {
    const nodeArgs = ["-r", "@nova/opentelemetry-config/register"];
    const get = (port: string): Promise<void> =>
      new Promise((resolve, reject) => {
        http
          .get({ host: "127.0.0.1", port, agent: false }, (response) =>
            response.resume().once("end", resolve),
          )
          .on("error", reject);
      });

    for (const [title, env, expected] of [
      ["sends the last spans on SIGTERM, and lets the signal end the process", {}, "SIGTERM"],
      ["leaves the end to a service that handles SIGTERM itself", { OWN_HANDLER: "true" }, 0],
    ] as const) {
      it(title, async () => {
        const name = { OTEL_SERVICE_NAME: "plain-service" };
        const child = startChild("plainServer.js", environment({ ...name, ...env }), { nodeArgs });
        const ready = await child.line("ready ");
        await get(ready.split(" ")[1]!);
        await new Promise((resolve) => setTimeout(resolve, 50));
        child.process.kill("SIGTERM");
        assert.equal(await child.ended, expected, child.stderr());
        assert.deepEqual(
          receiver.spans.map(({ name: span, serviceName }) => [serviceName, span]),
          [["plain-service", "GET"]],
        );
        assert.equal(child.stderr(), "");
      });
    }

    it("refuses to start with bad variables, in one message without a stack trace", async () => {
      const env = environment({ OTEL_SERVICE_NAME: "x", TRACING_SAMPLE_RATE: "50%", APP_ENV: "qa" });
      const child = startChild("plainServer.js", env, { nodeArgs });
      assert.equal(await child.ended, 1);
      assert.equal(child.stdout(), "");
      assert.match(
        child.stderr(),
        /^tracing: 2 tracing variables are wrong:\n {2}TRACING_SAMPLE_RATE="50%".*\n {2}APP_ENV="qa".*\n$/,
      );
    });

    it("refuses to start without OTEL_SERVICE_NAME, and says what to write", async () => {
      const child = startChild("plainServer.js", environment(), { nodeArgs });
      assert.equal(await child.ended, 1);
      assert.match(
        child.stderr(),
        /^tracing: OTEL_SERVICE_NAME is not set; write the service's name, like auth-service\.\n$/,
      );
    });
  });
});
