import assert from "node:assert/strict";
import * as path from "node:path";
import { waitForTrace } from "../../sandbox/trace/query";
import { command, npm } from "../support/sandbox";

/** One span, sent by the library alone, with nothing but the printed variables. */
const program = `
const { initTracing, shutdownTracing, TracingConfig } = require("@nova/opentelemetry-config");
initTracing(process.env.OTEL_SERVICE_NAME, TracingConfig.fromEnv());
const { trace } = require("@opentelemetry/api");
const span = trace.getTracer("outside").startSpan("outside the cluster");
console.log("traceId=" + span.spanContext().traceId);
span.end();
shutdownTracing();
`;

describe("a process outside of the cluster", () => {
  it("sends its spans with the variables that `env SERVICE` prints", async () => {
    const printed = await npm("run", "--silent", "sandbox", "--", "env", "auth-service");
    assert.equal(printed.code, 0);
    const variables = Object.fromEntries(
      printed.stdout
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    assert.equal(variables.OTLP_ENDPOINT, "http://localhost:4317");
    assert.equal(Number(variables.TRACING_SAMPLE_RATE), 1);
    const { code, stdout } = await command(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", "-e", program],
      {
        ...variables,
        NODE_PATH: path.resolve("node_modules"),
      },
    );
    assert.equal(code, 0);
    const traceId = /traceId=([0-9a-f]{32})/.exec(stdout)?.[1] ?? "";
    const spans = await waitForTrace("http://localhost:16686", traceId, ["auth-service"], 20_000);
    assert.deepEqual(
      spans.map(({ name }) => name),
      ["outside the cluster"],
    );
  });

  it("is told which services there are, where the name is wrong", async () => {
    const { code, stderr } = await npm("run", "--silent", "sandbox", "--", "env", "nobody-service");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /has no service "nobody-service"; it has: auth-service, content-service, messaging-service, user-service/,
    );
    assert.doesNotMatch(stderr, /\n +at /);
  });
});
