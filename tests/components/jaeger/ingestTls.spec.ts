import assert from "node:assert/strict";
import { gatewayExporter } from "../../../components/jaeger/gatewayConfig";
import { parse } from "yaml";
import { clientCertificate, serverCertificate } from "../../../components/jaeger/ingestCertificates";
import {
  encryptedReceiver,
  exporterTls,
  ingestModes,
  otlpFilesOf,
  type IngestMode,
  type IngestTls,
} from "../../../components/jaeger/ingestTls";
import type { JaegerStackArgs } from "../../../components/jaegerStack";
import main from "../../../index";
import { JaegerStack } from "../../../components/jaegerStack";
import { samplingTable } from "../../../components/tracing/sampleRates";
import { at, isMapping, list, mapping, text } from "../../support/document";
import { find, record, type Recorded, type Recording } from "../../support/mocks";
import { shippedConfig } from "../../support/stackFiles";
import { basicAccess, connection } from "./support/distributed";

// Documents, and under mocks what is registered. What a real Jaeger, the library and the probe make of them is in
// tests/engine/ingestTls.spec.ts; cert-manager itself has issued none of these certificates here.

const issuer = { kind: "ClusterIssuer", name: "nova-tracing" } as const;
const ingest = (tls: IngestMode): IngestTls => ({ tls, issuer });
const receiver = { protocols: { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } } };
const kindOf = ({ type }: Recorded): string => type.split(":").at(-1) ?? "";

describe("TLS of a receiver", () => {
  it("is none with off", () => {
    assert.deepEqual(encryptedReceiver(receiver, ingest("off")), receiver);
    assert.deepEqual(otlpFilesOf("jaeger-collector", ingest("off")), { volumes: [], mounts: [] });
  });

  it("covers every protocol, and demands a certificate of the client with mtls alone", () => {
    const tls = {
      cert_file: "/etc/jaeger/otlp-tls/tls.crt",
      key_file: "/etc/jaeger/otlp-tls/tls.key",
      min_version: "1.2",
      reload_interval: "1m",
    };
    const mutual = {
      ...tls,
      client_ca_file: "/etc/jaeger/otlp-tls/ca.crt",
      client_ca_file_reload: true,
    };
    for (const [mode, expected] of [
      ["tls", tls],
      ["mtls", mutual],
    ] as const) {
      assert.deepEqual(encryptedReceiver(receiver, ingest(mode)), {
        protocols: {
          grpc: { endpoint: "0.0.0.0:4317", tls: expected },
          http: { endpoint: "0.0.0.0:4318", tls: expected },
        },
      });
    }
  });

  it("has a peer in a gateway before it: the same files in a folder of their own, and plain text with off", () => {
    assert.deepEqual(exporterTls(ingest("off")), { insecure: true });
    for (const mode of ["tls", "mtls"] as const) {
      assert.deepEqual(exporterTls(ingest(mode)), {
        ca_file: "/etc/jaeger/otlp-client-tls/ca.crt",
        cert_file: "/etc/jaeger/otlp-client-tls/tls.crt",
        key_file: "/etc/jaeger/otlp-client-tls/tls.key",
        min_version: "1.2",
        reload_interval: "1m",
      });
    }
  });
});

describe("certificates of those who take and send spans", () => {
  it("a server's is for each name of its Service, and for a server alone", () => {
    for (const service of ["jaeger-collector", "jaeger-collector-backend"]) {
      const { dnsNames, usages, secretName } = serverCertificate(service, "observability", issuer);
      assert.deepEqual(dnsNames, [
        service,
        `${service}.observability`,
        `${service}.observability.svc`,
        `${service}.observability.svc.cluster.local`,
      ]);
      assert.deepEqual(usages, ["digital signature", "server auth"]);
      assert.equal(secretName, `${service}-otlp-tls`);
    }
  });

  it("a client's says which service of which namespace it is, and can be no server's", () => {
    const { commonName, dnsNames, usages } = clientCertificate("auth-service", "team-b", issuer);
    assert.equal(commonName, "auth-service");
    assert.deepEqual(dnsNames, ["auth-service.team-b"]);
    assert.deepEqual(usages, ["digital signature", "client auth"]);
  });

  it("a client's outlives nine months without a restart: the next one is there early, the old one is valid on", () => {
    const hours = (duration: unknown): number => Number(/^(\d+)h0m0s$/.exec(String(duration))?.[1]);
    const client = clientCertificate("auth-service", "default", issuer);
    assert.equal(hours(client.renewBefore), 275 * 24);
    assert.equal(hours(client.duration), 365 * 24);
    const server = serverCertificate("jaeger-collector", "observability", issuer);
    assert.equal(hours(server.duration) - hours(server.renewBefore), 60 * 24);
  });
});

for (const stack of ["staging", "production"] as const) {
  describe(`the program with TLS for ingest, stack ${stack}`, () => {
    const recordings = new Map<string, Recording<Record<string, unknown>>>();
    const recorded = (which: string): Recording<Record<string, unknown>> => {
      const recording = recordings.get(which);
      assert.ok(recording);
      return recording;
    };
    const certificates = (which: string): string[] =>
      recorded(which)
        .resources.filter((resource) => kindOf(resource) === "Certificate")
        .map(({ inputs }) => `${text(inputs, "metadata", "namespace")}/${text(inputs, "metadata", "name")}`)
        .filter((name) => name.endsWith("-otlp-tls"))
        .sort();
    const podOf = (which: string, name: string): unknown =>
      at(find(recorded(which), "Deployment", name).inputs, "spec", "template", "spec");

    before(async () => {
      for (const mode of ingestModes) {
        const config = shippedConfig(
          stack,
          ["nova-tracing:ingest", { tls: mode, issuer }],
          ["nova-tracing:services.auth-service.namespace", "team-b"],
        );
        recordings.set(mode, await record(main, config));
      }
      const plain = shippedConfig(stack, ["nova-tracing:services.auth-service.namespace", "team-b"]);
      recordings.set("nothing", await record(main, plain));
    });

    it("one certificate for each service in its namespace, one for each Service that takes spans, for the gateway and for the probe", () => {
      for (const mode of ingestModes) {
        assert.deepEqual(certificates(mode), [
          "default/content-service-otlp-tls",
          "default/messaging-service-otlp-tls",
          "default/user-service-otlp-tls",
          "observability/jaeger-collector-backend-otlp-tls",
          "observability/jaeger-collector-otlp-tls",
          "observability/jaeger-gateway-otlp-tls",
          "observability/jaeger-probe-otlp-tls",
          "team-b/auth-service-otlp-tls",
        ]);
      }
      assert.deepEqual(certificates("nothing"), []);
    });

    it("all by the ClusterIssuer, and waited for before anything that mounts them", () => {
      const { resources } = recorded("mtls");
      const own = resources.filter(
        ({ name, ...resource }) =>
          kindOf({ name, ...resource }) === "Certificate" && name.endsWith("-otlp-tls"),
      );
      for (const { inputs } of own) {
        assert.deepEqual(at(inputs, "spec", "issuerRef"), { group: "cert-manager.io", ...issuer });
        assert.equal(at(inputs, "metadata", "annotations", "pulumi.com/waitFor"), "condition=Ready");
      }
      const certificate = find(recorded("mtls"), "Certificate", "jaeger-collector-backend-otlp-tls");
      const collector = find(recorded("mtls"), "Deployment", "jaeger-collector-backend");
      assert.ok(collector.dependencies.includes(certificate.urn), "the collector waits for its certificate");
      const gateway = find(recorded("mtls"), "Deployment", "jaeger-gateway");
      for (const name of ["jaeger-collector-otlp-tls", "jaeger-gateway-otlp-tls"]) {
        const { urn } = find(recorded("mtls"), "Certificate", name);
        assert.ok(gateway.dependencies.includes(urn), `the gateway waits for ${name}`);
      }
    });

    it("off with an issuer changes no pod and no ConfigMap: it prepares", () => {
      // By name: one that waits for a certificate is registered later.
      const plain = (which: string): unknown =>
        Object.fromEntries(
          recorded(which)
            .resources.filter((resource) => /^(Deployment|ConfigMap)$/.test(kindOf(resource)))
            .map((resource) => [`${kindOf(resource)} ${resource.name}`, resource.inputs]),
        );
      assert.deepEqual(plain("off"), plain("nothing"));
      const entry = (which: string): unknown => at(recorded(which).result, "configMaps", "auth-service");
      assert.deepEqual(entry("off"), {
        ...(entry("nothing") as object),
        tlsSecret: "auth-service-otlp-tls",
      });
    });

    it("https and the files in each service's ConfigMap, the same with tls and mtls", () => {
      const dataOf = (which: string, service: string): unknown =>
        at(find(recorded(which), "ConfigMap", `services-${service}-config`).inputs, "data");
      for (const service of ["auth-service", "user-service"]) {
        const endpoint = "https://jaeger-collector.observability:4317";
        assert.deepEqual(dataOf("tls", service), {
          ...mapping(dataOf("nothing", service)),
          OTLP_ENDPOINT: endpoint,
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          OTEL_EXPORTER_OTLP_CERTIFICATE: "/etc/nova-tracing/otlp-tls/ca.crt",
          OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: "/etc/nova-tracing/otlp-tls/tls.crt",
          OTEL_EXPORTER_OTLP_CLIENT_KEY: "/etc/nova-tracing/otlp-tls/tls.key",
        });
        assert.deepEqual(dataOf("mtls", service), dataOf("tls", service));
      }
      assert.equal(recorded("tls").result["otlpEndpoint"], "https://jaeger-collector.observability:4317");
    });

    it("files of gateway and collector where their configurations look for them, on both hops", () => {
      for (const mode of ["tls", "mtls"]) {
        const configOf = (name: string): unknown =>
          parse(text(at(find(recorded(mode), "ConfigMap", `${name}-config`).inputs, "data"), "config.yaml"));
        const [gateway, collector] = [configOf("jaeger-gateway"), configOf("jaeger-collector-backend")];
        assertFilesMounted(podOf(mode, "jaeger-gateway"), at(gateway, "receivers", "otlp"));
        assertFilesMounted(podOf(mode, "jaeger-gateway"), at(gateway, "exporters", gatewayExporter));
        assertFilesMounted(podOf(mode, "jaeger-collector-backend"), at(collector, "receivers", "otlp"));
      }
    });

    it("files of the probe where its plan looks for them, and https in the plan", () => {
      for (const mode of ["tls", "mtls"]) {
        const data = at(find(recorded(mode), "ConfigMap", "jaeger-probe").inputs, "data");
        const plan: unknown = JSON.parse(text(data, "plan.json"));
        assert.equal(at(plan, "writeUrl"), "https://jaeger-collector.observability:4318/v1/traces");
        assertFilesMounted(podOf(mode, "jaeger-probe"), at(plan, "writeTls"));
      }
    });
  });
}

/** Each path of a document that is a file of a certificate lies on a mounted Secret of the pod, which cert-manager fills. */
function assertFilesMounted(pod: unknown, document: unknown): void {
  const paths: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "string" && /\/(ca\.crt|tls\.(crt|key))$/.test(value)) paths.push(value);
    if (isMapping(value)) Object.values(value).forEach(walk);
  };
  walk(document);
  assert.ok(paths.length >= 3, JSON.stringify(paths));
  const mounts = list(pod, "containers").flatMap((container) => list(container, "volumeMounts"));
  for (const path of paths) {
    const mount = mounts.find((each) => path.startsWith(`${text(each, "mountPath")}/`));
    assert.ok(mount, `${path} is not mounted`);
    const volume = list(pod, "volumes").find((each) => at(each, "name") === at(mount, "name"));
    assert.match(text(volume, "secret", "secretName"), /-otlp-tls$/);
    assert.equal(at(volume, "secret", "defaultMode"), 0o440);
  }
}

describe("a JaegerStack that is asked for TLS", () => {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };
  const args: JaegerStackArgs = {
    namespace: "observability",
    version: "2.22.0",
    storage: { type: "elasticsearch", connection: connection("ilm") },
    collector: { resources, replicas: { minimum: 1, maximum: 1 } },
    gateway: { resources, replicas: { minimum: 1, maximum: 1 } },
    query: { resources, replicas: 1 },
    ui: basicAccess,
    sampling: samplingTable(1, {}),
    clientNamespaces: ["default"],
  };

  it("has certificates in a cluster without Prometheus too, but none for a probe that is not there", async () => {
    const built = await record(() => new JaegerStack("jaeger", { ...args, ingest: ingest("mtls") }));
    const names = built.resources.filter((each) => kindOf(each) === "Certificate").map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.endsWith("-otlp-tls")).sort(), [
      "jaeger-collector-backend-otlp-tls",
      "jaeger-collector-otlp-tls",
      "jaeger-gateway-otlp-tls",
    ]);
  });

  for (const [title, change, says] of [
    ["without an issuer", { ingest: { tls: "tls" } }, "ingest: issuer is missing"],
    ["beside thrift in clear", { ingest: ingest("mtls"), legacyReceiver: true }, "a service sends thrift"],
  ] as const) {
    it(`is refused ${title}, before anything is registered`, async () => {
      const { resources: registered } = await record(() => {
        assert.throws(
          () => new JaegerStack("jaeger", { ...args, ...change }),
          (error: Error) => error.message.includes(says),
        );
      });
      assert.deepEqual(
        registered.filter(({ custom }) => custom),
        [],
      );
    });
  }
});
