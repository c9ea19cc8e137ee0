import assert from "node:assert/strict";
import fc from "fast-check";
import {
  TRACING_DEFAULTS,
  TracingConfig,
  TracingConfigError,
  type TracingVariable,
} from "@nova/opentelemetry-config";

const VARIABLES = Object.keys(TRACING_DEFAULTS) as TracingVariable[];

function problemsOf(env: Record<string, string>): TracingConfigError {
  try {
    TracingConfig.fromEnv(env);
  } catch (error) {
    if (error instanceof TracingConfigError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: `${JSON.stringify(env)} was accepted` });
}

describe("TracingConfig.fromEnv", () => {
  it("without variables it is the guide's table of defaults", () => {
    assert.deepEqual(TracingConfig.fromEnv({}), {
      enabled: false,
      exporter: "otlp",
      otlpEndpoint: "http://jaeger:4317",
      jaegerEndpoint: "http://jaeger:14268/api/traces",
      sampleRate: 0.1,
      serviceVersion: "dev",
      environment: "development",
    });
  });

  it("reads process.env when it is given nothing", () => {
    const before = process.env["SERVICE_VERSION"];
    process.env["SERVICE_VERSION"] = "9.8.7";
    try {
      assert.equal(TracingConfig.fromEnv().serviceVersion, "9.8.7");
    } finally {
      if (before === undefined) delete process.env["SERVICE_VERSION"];
      else process.env["SERVICE_VERSION"] = before;
    }
  });

  it("reads the guide's ConfigMap for production", () => {
    assert.deepEqual(
      TracingConfig.fromEnv({
        TRACING_ENABLED: "true",
        TRACING_EXPORTER: "otlp",
        OTLP_ENDPOINT: "http://jaeger-collector.observability:4317",
        TRACING_SAMPLE_RATE: "0.1",
        SERVICE_VERSION: "1.0.0",
        APP_ENV: "production",
      }),
      {
        enabled: true,
        exporter: "otlp",
        otlpEndpoint: "http://jaeger-collector.observability:4317",
        jaegerEndpoint: "http://jaeger:14268/api/traces",
        sampleRate: 0.1,
        serviceVersion: "1.0.0",
        environment: "production",
      },
    );
  });

  const good: [TracingVariable, string, keyof TracingConfig, unknown][] = [
    ["TRACING_ENABLED", "TRUE", "enabled", true],
    ["TRACING_ENABLED", " false ", "enabled", false],
    ["TRACING_ENABLED", "", "enabled", false],
    ["TRACING_EXPORTER", "jaeger", "exporter", "jaeger"],
    ["TRACING_EXPORTER", "OTLP", "exporter", "otlp"],
    ["OTLP_ENDPOINT", "http://localhost:4317", "otlpEndpoint", "http://localhost:4317"],
    ["OTLP_ENDPOINT", "http://localhost:4317/", "otlpEndpoint", "http://localhost:4317/"],
    ["OTLP_ENDPOINT", "http://[::1]:4317", "otlpEndpoint", "http://[::1]:4317"],
    ["OTLP_ENDPOINT", "http://collector:80", "otlpEndpoint", "http://collector:80"],
    ["OTLP_ENDPOINT", "https://otlp.nova.com", "otlpEndpoint", "https://otlp.nova.com"],
    ["TRACING_SAMPLE_RATE", "0", "sampleRate", 0],
    ["TRACING_SAMPLE_RATE", "1", "sampleRate", 1],
    ["TRACING_SAMPLE_RATE", "1.0", "sampleRate", 1],
    ["TRACING_SAMPLE_RATE", ".5", "sampleRate", 0.5],
    ["TRACING_SAMPLE_RATE", "1e-3", "sampleRate", 0.001],
    ["TRACING_SAMPLE_RATE", "  ", "sampleRate", 0.1],
    ["SERVICE_VERSION", "2025.11.9-a1b2c3+linux", "serviceVersion", "2025.11.9-a1b2c3+linux"],
    ["APP_ENV", "staging", "environment", "staging"],
  ];
  for (const [variable, text, field, expected] of good) {
    it(`accepts ${variable}=${JSON.stringify(text)}`, () => {
      assert.equal(TracingConfig.fromEnv({ [variable]: text })[field], expected);
    });
  }

  const bad: [TracingVariable, string, allowed: string, write: string][] = [
    ["TRACING_ENABLED", "yes", "true or false", "write true."],
    ["TRACING_ENABLED", "0", "true or false", "write false."],
    ["TRACING_ENABLED", "maybe", "true or false", "true to trace"],
    ["TRACING_EXPORTER", "zipkin", "otlp, jaeger", "otlp or jaeger"],
    ["OTLP_ENDPOINT", "jaeger:4317", "http://host:port", "write http://jaeger:4317."],
    ["OTLP_ENDPOINT", "grpc://jaeger:4317", "http://host:port", "write http://jaeger:4317."],
    ["OTLP_ENDPOINT", "http://jaeger", "http://host:port", "write http://jaeger:4317."],
    ["OTLP_ENDPOINT", "http://jaeger:4318/v1/traces", "without a path", "http://jaeger:4317, the gRPC port"],
    ["OTLP_ENDPOINT", "http://jaeger:4317/v1", "without a path", "write http://jaeger:4317."],
    ["OTLP_ENDPOINT", "http://jaeger:99999", "http://host:port", "an address like"],
    ["OTLP_ENDPOINT", "http://a b:4317", "http://host:port", "an address like"],
    ["OTLP_ENDPOINT", "https://me:hunter2@jaeger:4317", "http://host:port", "OTEL_EXPORTER_OTLP_HEADERS"],
    ["JAEGER_ENDPOINT", "udp://jaeger:6831", "an http:// or https:// address", "http://jaeger:6831"],
    ["TRACING_SAMPLE_RATE", "10", "from 0 to 1", "write 0.1 for 10%."],
    ["TRACING_SAMPLE_RATE", "7%", "from 0 to 1", "write 0.07 for 7%."],
    ["TRACING_SAMPLE_RATE", "0,5", "from 0 to 1", "write 0.5."],
    ["TRACING_SAMPLE_RATE", "-0.1", "from 0 to 1", "0.1 for one trace in ten"],
    ["TRACING_SAMPLE_RATE", "0x1", "from 0 to 1", "0.1 for one trace in ten"],
    ["TRACING_SAMPLE_RATE", "NaN", "from 0 to 1", "0.1 for one trace in ten"],
    ["TRACING_SAMPLE_RATE", "Infinity", "from 0 to 1", "0.1 for one trace in ten"],
    ["SERVICE_VERSION", "1.0 beta", "1 to 128 printable ASCII", "like 1.2.3"],
    ["SERVICE_VERSION", "v".repeat(129), "1 to 128 printable ASCII", "like 1.2.3"],
    ["APP_ENV", "prod", "development, staging, production", "write production."],
    ["APP_ENV", "test", "development, staging, production", "development or staging or production"],
  ];
  for (const [variable, text, allowed, write] of bad) {
    it(`refuses ${variable}=${JSON.stringify(text.slice(0, 40))} and says what to write`, () => {
      const { message, problems } = problemsOf({ [variable]: text });
      assert.equal(problems.length, 1);
      assert.ok(message.startsWith(`1 tracing variable is wrong:\n  ${variable}="`), message);
      assert.ok(message.includes(allowed), message);
      assert.ok(message.includes(write), message);
    });
  }

  it("names all bad variables in one error, and no good one", () => {
    const { message, problems } = problemsOf({
      TRACING_ENABLED: "on",
      TRACING_EXPORTER: "otlp",
      OTLP_ENDPOINT: "nowhere",
      TRACING_SAMPLE_RATE: "2",
      APP_ENV: "qa",
    });
    assert.match(message, /^4 tracing variables are wrong:\n/);
    assert.deepEqual(
      problems.map(({ variable }) => variable),
      ["TRACING_ENABLED", "OTLP_ENDPOINT", "TRACING_SAMPLE_RATE", "APP_ENV"],
    );
    assert.equal(message.split("\n").length, 5);
  });

  it("an error shows no password and no stack", () => {
    const error = problemsOf({ OTLP_ENDPOINT: "http://me:hunter2@jaeger:4317" });
    assert.doesNotMatch(error.message, /hunter2|me:/);
    assert.doesNotMatch(String(error.stack), /\n\s+at /);
  });

  it("what it advises for a rate is itself accepted", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 2, max: 100 }), fc.double({ min: 1.01, max: 100, noNaN: true })),
        (percent) => {
          const text = `${percent.toFixed(2)}%`;
          const advised =
            /write (\S+) for/.exec(problemsOf({ TRACING_SAMPLE_RATE: text }).message)?.[1] ?? "none";
          assert.ok(
            Math.abs(TracingConfig.fromEnv({ TRACING_SAMPLE_RATE: advised }).sampleRate - percent / 100) <
              1e-4,
          );
        },
      ),
    );
  });

  it("every rate from 0 to 1 is read exactly, every other number refused", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (rate) => {
        assert.equal(TracingConfig.fromEnv({ TRACING_SAMPLE_RATE: String(rate) }).sampleRate, Math.abs(rate));
      }),
    );
    fc.assert(
      fc.property(
        fc.double({ noNaN: true }).filter((rate) => rate < 0 || rate > 1),
        (rate) => {
          assert.equal(problemsOf({ TRACING_SAMPLE_RATE: String(rate) }).problems.length, 1);
        },
      ),
    );
  });

  it("any text whatever gives a complete config or an error that names just the bad variables", () => {
    const env = fc.dictionary(
      fc.constantFrom(...VARIABLES),
      fc.oneof(fc.string(), fc.string({ unit: "binary" })),
    );
    fc.assert(
      fc.property(env, (variables) => {
        try {
          const config = TracingConfig.fromEnv(variables);
          assert.ok(Object.values(config).every((value) => value !== undefined));
          assert.ok(config.sampleRate >= 0 && config.sampleRate <= 1);
        } catch (error) {
          assert.ok(error instanceof TracingConfigError, String(error));
          assert.ok(error.problems.length > 0);
          for (const { variable, allowed, write } of error.problems) {
            assert.ok(variable !== undefined && variable in variables, `${variable ?? "?"} was given`);
            assert.ok(allowed !== "" && write !== "");
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
