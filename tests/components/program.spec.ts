import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import main from "../../index";
import { at, list, text } from "../support/document";
import { find, record, type Recording } from "../support/mocks";
import { shippedConfig } from "../support/stackFiles";

// The whole program with the shipped stack files, under mocks. What the engine and a cluster make of it is shown by
// the engine tests and the sandbox.

describe("the program, stack dev", () => {
  let recording: Recording<Record<string, unknown>>;
  before(async () => {
    recording = await record(main, shippedConfig("dev"));
  });

  it("makes exactly these objects", () => {
    const objects = recording.resources
      .filter(({ custom }) => custom)
      .map(({ type, name }) => `${type} ${name}`);
    assert.deepEqual(objects.sort(), [
      "kubernetes:apps/v1:Deployment jaeger",
      "kubernetes:core/v1:ConfigMap jaeger-config",
      "kubernetes:core/v1:ConfigMap jaeger-sampling",
      "kubernetes:core/v1:ConfigMap services-auth-service-config",
      "kubernetes:core/v1:ConfigMap services-content-service-config",
      "kubernetes:core/v1:ConfigMap services-messaging-service-config",
      "kubernetes:core/v1:ConfigMap services-user-service-config",
      "kubernetes:core/v1:Namespace observability",
      "kubernetes:core/v1:Service jaeger-collector",
      "kubernetes:core/v1:Service jaeger-query",
      "kubernetes:core/v1:ServiceAccount jaeger",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy jaeger",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy observability-default-deny",
      "pulumi:providers:kubernetes cluster",
    ]);
  });

  it("reaches the cluster through its one provider, which changes ConfigMaps and Secrets in place", () => {
    const { inputs, urn } = find(recording, "kubernetes", "cluster");
    assert.equal(at(inputs, "enableConfigMapMutable"), "true");
    assert.equal(at(inputs, "enableSecretMutable"), "true");
    for (const { type, provider, name } of recording.resources) {
      if (type.startsWith("kubernetes:")) assert.equal(provider, `${urn}::cluster-id`, name);
    }
  });

  it("takes cluster and context from the settings, if they say so", async () => {
    const named = { context: "kind-nova", kubeconfig: "~/.kube/other" };
    const recorded = await record(main, shippedConfig("dev", ["nova-tracing:cluster", named]));
    const { inputs } = find(recorded, "kubernetes", "cluster");
    assert.deepEqual([at(inputs, "context"), at(inputs, "kubeconfig")], ["kind-nova", "~/.kube/other"]);
  });

  it("hands out what clients and the sandbox need, all plain", () => {
    const { configMaps, developmentVariables, ...plain } = recording.result;
    assert.deepEqual(plain, {
      deployed: { jaegerVersion: "2.22.0", storage: "memory" },
      environment: "dev",
      otlpEndpoint: "http://jaeger-collector.observability:4317",
      outsideOtlpEndpoint: "http://localhost:4317",
      uiAddress: "http://localhost:16686",
      retentionDays: 7,
      sampleRates: { "auth-service": 1, "user-service": 1, "content-service": 1, "messaging-service": 1 },
    });
    const services = ["auth-service", "user-service", "content-service", "messaging-service"];
    assert.deepEqual(Object.keys(configMaps as object), services);
    assert.deepEqual(Object.keys(developmentVariables as object), services);
    for (const value of Object.values(recording.result)) assert.ok(!pulumi.Output.isInstance(value));
  });

  it("makes nothing of Jaeger before the namespace and its policy are there", () => {
    const namespace = [
      find(recording, "Namespace", "observability").urn,
      find(recording, "NetworkPolicy", "observability-default-deny").urn,
    ];
    const inside = recording.resources.filter(
      ({ urn, custom }) => custom && urn.includes("::nova:tracing:Jaeger"),
    );
    assert.equal(inside.length, 7);
    for (const { name, dependencies } of inside) {
      for (const urn of namespace) assert.ok(dependencies.includes(urn), `${name} waits for ${urn}`);
    }
  });

  it("the strategies and the ConfigMaps come from one table", () => {
    const { inputs } = find(recording, "ConfigMap", "jaeger-sampling");
    const strategies = JSON.parse(text(inputs, "data", "strategies.json")) as {
      service_strategies: { service: string; param: number }[];
    };
    for (const { service, param } of strategies.service_strategies) {
      const { inputs: variables } = find(recording, "ConfigMap", `services-${service}-config`);
      assert.equal(Number(text(variables, "data", "TRACING_SAMPLE_RATE")), param);
    }
    assert.equal(strategies.service_strategies.length, 4);
  });

  it("opens the legacy receiver as soon as a service of the stack wants it", async () => {
    const config = shippedConfig("dev", ["nova-tracing:services.user-service.exporter", "jaeger"]);
    const legacy = await record(main, config);
    const ports = list(find(legacy, "Service", "jaeger-collector").inputs, "spec", "ports");
    assert.ok(ports.some((port) => at(port, "port") === 14268));
  });
});

describe("the program, where it cannot go on", () => {
  const refused = (message: RegExp) => () =>
    assert.rejects(main(), (error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, message);
      return true;
    });

  it("a stack that is no environment: one clear error, and nothing is registered", async () => {
    const { resources } = await record(refused(/"prod": is no environment/), {
      ...shippedConfig("production"),
      stack: "prod",
    });
    assert.deepEqual(resources, []);
  });

  it("a mistake in the settings: one clear error, and nothing is registered", async () => {
    const config = shippedConfig("dev", ["nova-tracing:sampling.defaultRate", 0.5]);
    const { resources } = await record(refused(/sampling\.defaultRate = 0\.5: must be 1/), config);
    assert.deepEqual(resources, []);
  });

  it("a change that would lose data: refused from what the stack says was deployed last, with nothing but that read", async () => {
    const deployed = { jaegerVersion: "2.22.0", storage: "elasticsearch" };
    const elasticsearch = {
      mode: "builtin",
      indexPrefix: "nova",
      version: "8.19.13",
      nodes: 5,
      storageGi: 500,
    };
    const { resources } = await record(refused(/nodes 5 to 3 takes nodes away/), {
      ...shippedConfig("production"),
      previousOutputs: { deployed: { ...deployed, elasticsearch } },
    });
    assert.deepEqual(resources, []);
  });
});
