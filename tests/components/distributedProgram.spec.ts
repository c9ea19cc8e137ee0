import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import main from "../../index";
import { at } from "../support/document";
import { find, record, type Recorded, type Recording } from "../support/mocks";
import { secretMark } from "../support/secretMarks";
import { shippedConfig, type Change } from "../support/stackFiles";

// The whole program for staging and production under mocks: what the parts are to each other. tests/golden shows every
// object; that an API server takes them is shown by tests/engine.

type Outputs = Record<string, unknown>;

/** Texts in a document, each with whether a secret is around it. */
function texts(value: unknown, secret = false): { readonly text: string; readonly secret: boolean }[] {
  if (typeof value === "string") return [{ text: value, secret }];
  if (typeof value !== "object" || value === null) return [];
  const isSecret = secret || secretMark in value;
  return Object.entries(value).flatMap(([key, inner]) => [
    { text: key, secret: isSecret },
    ...texts(inner, isSecret),
  ]);
}

const isObject = ({ type }: Recorded): boolean => type.startsWith("kubernetes:");
const kindOf = ({ type }: Recorded): string => type.split(":").at(-1) ?? "";

/** URNs of everything that a resource waits for, directly or not. */
function waitsFor(recording: Recording<unknown>, resource: Recorded): Set<string> {
  const seen = new Set<string>();
  const visit = ({ dependencies, parent }: Recorded): void => {
    for (const urn of [...dependencies, parent]) {
      const next = recording.resources.find((other) => other.urn === urn);
      if (next === undefined || seen.has(urn)) continue;
      seen.add(urn);
      visit(next);
    }
  };
  visit(resource);
  return seen;
}

for (const stack of ["staging", "production"] as const) {
  describe(`the program, stack ${stack}`, () => {
    const run = (...changes: Change[]): Promise<Recording<Outputs>> =>
      record(main, shippedConfig(stack, ...changes));
    let recording: Recording<Outputs>;
    before(async () => {
      recording = await run();
    });

    it("no secret value is in any object but Secrets, and there it is a secret of the state", () => {
      let found = 0;
      for (const resource of recording.resources) {
        for (const { text, secret } of texts(resource.inputs)) {
          if (!text.includes("canary")) continue;
          found++;
          assert.equal(resource.type, "kubernetes:core/v1:Secret", `${resource.name} holds ${text}`);
          assert.ok(secret, `${resource.name} holds ${text} in clear`);
        }
      }
      assert.ok(found >= 3, `only ${found} secrets were found`);
    });

    it("no output is secret, and none is unknown before a cluster answers", () => {
      for (const [name, value] of Object.entries(recording.result)) {
        assert.ok(!pulumi.Output.isInstance(value), name);
        assert.ok(!JSON.stringify(value).includes("canary"), name);
      }
    });

    it("Jaeger waits for the bootstrap, and the bootstrap for the nodes and their certificates", () => {
      const [job] = recording.resources.filter((resource) => kindOf(resource) === "Job");
      assert.ok(job);
      const before = waitsFor(recording, job);
      assert.ok(before.has(find(recording, "StatefulSet", "elasticsearch").urn));
      for (const certificate of recording.resources.filter(
        (resource) => kindOf(resource) === "Certificate",
      )) {
        if (certificate.name.startsWith("elasticsearch"))
          assert.ok(before.has(certificate.urn), certificate.name);
      }
      for (const role of ["gateway", "collector-backend", "query"]) {
        const jaeger = find(recording, "Deployment", `jaeger-${role}`);
        assert.ok(waitsFor(recording, jaeger).has(job.urn), role);
      }
    });

    it("everything is reached through the one provider", () => {
      const { urn } = find(recording, "kubernetes", "cluster");
      for (const resource of recording.resources.filter(isObject)) {
        assert.equal(resource.provider, `${urn}::cluster-id`, resource.name);
      }
    });

    it("another version of Jaeger, of Elasticsearch or of a service changes no selector", async () => {
      const selectors = ({ resources }: Recording<unknown>): string[] =>
        resources
          .filter(isObject)
          .map((resource) => {
            const selector = at(resource.inputs, "spec", "selector");
            return `${kindOf(resource)} ${resource.name} ${JSON.stringify(selector)}`;
          })
          .filter((line) => !line.endsWith("undefined"));
      const changed = await run(
        ["nova-tracing:jaeger.version", "2.20.0"],
        ["nova-tracing:storage.elasticsearch.version", "9.4.3"],
        ["nova-tracing:services.auth-service.version", "9.9.9"],
      );
      // The Job has no selector, and its name follows from what it runs.
      assert.ok(selectors(recording).length > 8);
      assert.deepEqual(selectors(changed), selectors(recording));
    });

    it("says what the next deployment has to know, and what people ask for", () => {
      assert.deepEqual(Object.keys(recording.result).sort(), [
        "configMaps",
        "deployed",
        "environment",
        "otlpEndpoint",
        "retentionDays",
        "sampleRates",
        "uiAddress",
      ]);
    });

    it("cert-manager is installed only if the settings say so, and before anything that needs it", async () => {
      const installs = ({ type }: Recorded): boolean => type.startsWith("kubernetes-cert-manager:");
      assert.deepEqual(recording.resources.filter(installs), []);
      const installed = await run(["nova-tracing:certManager.install", true]);
      const [chart] = installed.resources.filter(installs);
      assert.ok(chart);
      const before = waitsFor(installed, find(installed, "StatefulSet", "elasticsearch"));
      assert.ok(before.has(chart.urn));
    });

    it("without the Prometheus operator the rules are a ConfigMap", async () => {
      const plain = await run(["nova-tracing:alerts.delivery", "configMap"]);
      const kinds = plain.resources.map(kindOf);
      assert.ok(!kinds.includes("PrometheusRule") && !kinds.includes("PodMonitor"));
      find(plain, "ConfigMap", "jaeger-alerts");
    });
  });
}

describe("the program with many services", () => {
  it("a thousand services are ordinary: each has its ConfigMap, its rate and its strategy", async () => {
    const services = Array.from({ length: 1000 }, (_, index): Change => {
      return [`nova-tracing:services.team-${index}`, { version: "1.0.0" }];
    });
    const large = await record(main, shippedConfig("production", ...services));
    const configMaps = large.resources.filter(({ name }) => /^services-team-\d+-config$/.test(name));
    assert.equal(configMaps.length, 1000);
    assert.equal(Object.keys(large.result.sampleRates as object).length, 1004);
  }).timeout(30_000);
});

describe("the program with an Elasticsearch of somebody else", () => {
  it("makes nothing of Elasticsearch but the Secret, the bootstrap and what may reach it", async () => {
    const { config, ...shipped } = shippedConfig("production", [
      "nova-tracing:storage.elasticsearch",
      {
        mode: "existing",
        indexPrefix: "nova",
        shards: 3,
        copies: 1,
        url: "https://elasticsearch.nova.com:9200",
        majorVersion: 9,
        username: "jaeger",
      },
    ]);
    const key = "nova-tracing:elasticsearchPassword";
    const recording = await record(main, {
      ...shipped,
      config: { ...config, [key]: "canary-password" },
      secretKeys: [...shipped.secretKeys, key],
    });
    const kinds = recording.resources
      .filter((resource) => isObject(resource) && resource.name.startsWith("elasticsearch"))
      .map(kindOf);
    assert.ok(!kinds.includes("StatefulSet") && !kinds.includes("Certificate"), kinds.join(", "));
    assert.ok(kinds.includes("Job") && kinds.includes("Secret"), kinds.join(", "));
    const { inputs } = find(recording, "ConfigMap", "jaeger-collector-backend-config");
    const dependencies = find(recording, "CronJob", "jaeger-dependencies").inputs;
    assert.match(JSON.stringify(dependencies), /spark-dependencies:v[\d.]+-elasticsearch9"/);
    assert.match(JSON.stringify(inputs), /https:\/\/elasticsearch\.nova\.com:9200/);
  });
});
