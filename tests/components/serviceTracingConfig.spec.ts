import assert from "node:assert/strict";
import { ServiceTracingConfig, type ServiceTracingConfigArgs } from "../../components/serviceTracingConfig";
import { dataChecksum } from "../../components/kubernetes/checksum";
import { mapping, text } from "../support/document";
import { childrenOf, find, record, type Recording } from "../support/mocks";

// Under mocks: what the ConfigMaps say. That a service takes its rate from them is shown on the running sandbox.

const args: ServiceTracingConfigArgs = {
  environment: "production",
  defaultRate: 0.1,
  services: {
    "auth-service": { version: "1.2.3" },
    "messaging-service": { version: "2.0.0", sampleRate: 0.01, namespace: "messaging" },
  },
  otlpEndpoint: "http://jaeger-collector.observability:4317",
  jaegerEndpoint: "http://jaeger-collector.observability:14268/api/traces",
};

function build(change: Partial<ServiceTracingConfigArgs> = {}): Promise<Recording<ServiceTracingConfig>> {
  return record(() => new ServiceTracingConfig("services", { ...args, ...change }));
}

const dataOf = (recording: Recording<unknown>, service: string): Record<string, string> =>
  mapping(find(recording, "ConfigMap", `services-${service}-config`).inputs, "data") as Record<
    string,
    string
  >;

describe("ServiceTracingConfig", () => {
  let recording: Recording<ServiceTracingConfig>;
  before(async () => {
    recording = await build();
  });

  it("is one ConfigMap for each service, and nothing else", () => {
    assert.deepEqual(childrenOf(recording, find(recording, "ServiceTracingConfig", "services")), [
      "ConfigMap services-auth-service-config",
      "ConfigMap services-messaging-service-config",
    ]);
    assert.equal(recording.resources.length, 3);
  });

  it("puts it where the service runs, under the name that the guide gives it", () => {
    const places = ["auth-service", "messaging-service"].map((service) => {
      const { inputs } = find(recording, "ConfigMap", `services-${service}-config`);
      return `${text(inputs, "metadata", "namespace")}/${text(inputs, "metadata", "name")}`;
    });
    assert.deepEqual(places, ["default/auth-service-config", "messaging/messaging-service-config"]);
  });

  it("says exactly the guide's keys and the eight standard ones", () => {
    assert.deepEqual(dataOf(recording, "messaging-service"), {
      TRACING_ENABLED: "true",
      TRACING_EXPORTER: "otlp",
      OTLP_ENDPOINT: "http://jaeger-collector.observability:4317",
      TRACING_SAMPLE_RATE: "0.01",
      SERVICE_VERSION: "2.0.0",
      APP_ENV: "production",
      OTEL_SERVICE_NAME: "messaging-service",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://jaeger-collector.observability:4317",
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.01",
      OTEL_BSP_MAX_QUEUE_SIZE: "2048",
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "512",
      OTEL_BSP_SCHEDULE_DELAY: "5000",
      OTEL_RESOURCE_ATTRIBUTES: "service.version=2.0.0,deployment.environment.name=production",
    });
  });

  it("names the environment as the guide does", async () => {
    const named = [];
    for (const environment of ["dev", "staging", "production"] as const) {
      named.push(dataOf(await build({ environment }), "auth-service").APP_ENV);
    }
    assert.deepEqual(named, ["development", "staging", "production"]);
  });

  it("hands out rate, place and checksum of each ConfigMap", () => {
    assert.deepEqual(recording.result.sampleRates, { "auth-service": 0.1, "messaging-service": 0.01 });
    assert.deepEqual(recording.result.configMaps["messaging-service"], {
      namespace: "messaging",
      name: "messaging-service-config",
      checksum: dataChecksum(dataOf(recording, "messaging-service")),
    });
  });

  it("gives a process outside the cluster the same, but for the endpoint", () => {
    assert.deepEqual(recording.result.developmentVariables["auth-service"], {
      ...dataOf(recording, "auth-service"),
      OTLP_ENDPOINT: "http://localhost:4317",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4317",
    });
  });

  it("points a service with the exporter jaeger to the receiver for it, inside and outside", async () => {
    const legacy = await build({ services: { old: { version: "1", exporter: "jaeger" } } });
    assert.equal(dataOf(legacy, "old").JAEGER_ENDPOINT, args.jaegerEndpoint);
    assert.equal(
      legacy.result.developmentVariables.old?.JAEGER_ENDPOINT,
      "http://localhost:14268/api/traces",
    );
    assert.ok(!("JAEGER_ENDPOINT" in dataOf(recording, "auth-service")));
  });

  it("a changed rate changes the checksum of that service and of no other", async () => {
    const services = { ...args.services, "auth-service": { version: "1.2.3", sampleRate: 0.05 } };
    const { configMaps } = (await build({ services })).result;
    const before = recording.result.configMaps;
    assert.notEqual(configMaps["auth-service"]?.checksum, before["auth-service"]?.checksum);
    assert.equal(configMaps["messaging-service"]?.checksum, before["messaging-service"]?.checksum);
  });

  it("can be made for another namespace, with rates of its own", async () => {
    const other = await build({ environment: "staging", namespace: "rates", defaultRate: 0.5 });
    assert.equal(other.result.configMaps["auth-service"]?.namespace, "rates");
    assert.equal(dataOf(other, "auth-service").TRACING_SAMPLE_RATE, "0.5");
    assert.equal(other.result.configMaps["messaging-service"]?.namespace, "messaging");
  });

  it("two in one program do not collide", async () => {
    const both = await record(() => {
      new ServiceTracingConfig("one", args);
      new ServiceTracingConfig("two", { ...args, namespace: "other" });
    });
    assert.equal(both.resources.length, 6);
    assert.equal(new Set(both.resources.map(({ urn }) => urn)).size, 6);
  });

  it("a thousand services are a thousand ConfigMaps", async () => {
    const services = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`team-${index}`, { version: "1.0.0" }]),
    );
    // Pulumi notes a stack trace for every promise, and ts-node translates each: most of the time of such a test.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      assert.equal((await build({ services })).resources.length, 1001);
    } finally {
      Error.stackTraceLimit = limit;
    }
  });

  for (const sampleRate of [-0.1, 1.1, Number.NaN]) {
    it(`a rate of ${sampleRate} is refused without a stack trace`, async () => {
      const { resources } = await record(() => {
        const services = { "auth-service": { version: "1", sampleRate } };
        assert.throws(
          () => new ServiceTracingConfig("services", { ...args, services }),
          (error: { message: string; hideStack?: boolean }) =>
            error.hideStack === true &&
            error.message === `sample rate of auth-service is ${sampleRate}; write a share from 0 to 1`,
        );
      });
      assert.deepEqual(
        resources.filter(({ custom }) => custom),
        [],
      );
    });
  }
});
