import assert from "node:assert/strict";
import { tracingVariables } from "../../../components/tracing/variables";

const input = {
  service: "auth-service",
  version: "1.2.3",
  appEnv: "production",
  sampleRate: 0.1,
  otlpEndpoint: "http://jaeger-collector.observability:4317",
  exporter: "otlp",
  jaegerEndpoint: "http://jaeger-collector.observability:14268/api/traces",
} as const;

const guideKeys = [
  "TRACING_ENABLED",
  "TRACING_EXPORTER",
  "OTLP_ENDPOINT",
  "TRACING_SAMPLE_RATE",
  "SERVICE_VERSION",
  "APP_ENV",
];
const standardKeys = [
  "OTEL_SERVICE_NAME",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OTEL_BSP_MAX_QUEUE_SIZE",
  "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
  "OTEL_BSP_SCHEDULE_DELAY",
  "OTEL_RESOURCE_ATTRIBUTES",
];

describe("variables of a traced service", () => {
  it("are exactly the guide's and the eight standard ones", () => {
    assert.deepEqual(Object.keys(tracingVariables(input)), [...guideKeys, ...standardKeys]);
  });

  it("say what the guide's example for production says", () => {
    const variables = tracingVariables(input);
    assert.deepEqual(Object.fromEntries(guideKeys.map((key) => [key, variables[key]])), {
      TRACING_ENABLED: "true",
      TRACING_EXPORTER: "otlp",
      OTLP_ENDPOINT: "http://jaeger-collector.observability:4317",
      TRACING_SAMPLE_RATE: "0.1",
      SERVICE_VERSION: "1.2.3",
      APP_ENV: "production",
    });
  });

  it("say the same twice: once to the guide's library, once to any SDK", () => {
    const variables = tracingVariables(input);
    assert.deepEqual(Object.fromEntries(standardKeys.map((key) => [key, variables[key]])), {
      OTEL_SERVICE_NAME: "auth-service",
      OTEL_EXPORTER_OTLP_ENDPOINT: variables.OTLP_ENDPOINT,
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: variables.TRACING_SAMPLE_RATE,
      OTEL_BSP_MAX_QUEUE_SIZE: "2048",
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "512",
      OTEL_BSP_SCHEDULE_DELAY: "5000",
      OTEL_RESOURCE_ATTRIBUTES: "service.version=1.2.3,deployment.environment.name=production",
    });
  });

  it("name Jaeger's own endpoint only where the exporter is jaeger", () => {
    const legacy = tracingVariables({ ...input, exporter: "jaeger" });
    assert.equal(legacy.TRACING_EXPORTER, "jaeger");
    assert.equal(legacy.JAEGER_ENDPOINT, "http://jaeger-collector.observability:14268/api/traces");
    assert.equal(Object.keys(legacy).length, guideKeys.length + standardKeys.length + 1);
  });

  it("name the files for TLS where there is TLS, and nothing else beside", () => {
    const { otlpEndpoint } = input;
    const encrypted = tracingVariables({ ...input, encrypted: true });
    assert.deepEqual(encrypted, {
      ...tracingVariables({ ...input, otlpEndpoint }),
      OTEL_EXPORTER_OTLP_CERTIFICATE: "/etc/nova-tracing/otlp-tls/ca.crt",
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: "/etc/nova-tracing/otlp-tls/tls.crt",
      OTEL_EXPORTER_OTLP_CLIENT_KEY: "/etc/nova-tracing/otlp-tls/tls.key",
    });
  });

  it("keep a version with commas and equals signs in one attribute", () => {
    const { OTEL_RESOURCE_ATTRIBUTES } = tracingVariables({ ...input, version: "1.0,a=b" });
    assert.equal(
      OTEL_RESOURCE_ATTRIBUTES,
      "service.version=1.0%2Ca%3Db,deployment.environment.name=production",
    );
  });

  it("are all text, as a ConfigMap demands", () => {
    for (const value of Object.values(tracingVariables(input))) assert.equal(typeof value, "string");
  });
});
