// cert-manager's own controllers before a real API server: the issuer of docs/ingest-tls.md signs the certificates that
// staging asks for, and a real Jaeger 2.13 takes spans with what they put into the Secrets. There is no webhook, no
// kubelet and no DNS; clients are told the name of the Service. The controllers' metrics take port 9402 meanwhile.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { otlpFiles } from "../../components/jaeger/ingestTls";
import main from "../../index";
import { sandboxPaths } from "../../sandbox/support/paths";
import { until } from "../../sandbox/support/process";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureStoredStackTools } from "../../sandbox/toolchain/storedStack";
import { endChild, hasEnded } from "../elasticsearch/support/endChild";
import { at, list, mapping, text } from "../support/document";
import { useEngine } from "../support/engineUnderTest";
import { record } from "../support/mocks";
import { projectFolder } from "../support/stackFiles";
import { variantConfig, withMutualTls } from "../support/variants";
import { startEncryptedJaeger, type EncryptedJaeger } from "./ingest/jaeger";
import { protocols, type ClientTls } from "./ingest/send";

/** What the documentation tells people to apply. */
function documentedIssuer(): object[] {
  const page = fs.readFileSync(path.join(projectFolder, "docs", "ingest-tls.md"), "utf8");
  const [, block = ""] = /```yaml\n(apiVersion: cert-manager\.io[\s\S]*?)```/.exec(page) ?? [];
  return [...parseAllDocuments(block)].map((document) => document.toJS() as object);
}

const day = 86_400_000;

describe("the certificates for ingest, signed by cert-manager", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  const under = useEngine({ crds: true });
  let controllers: ChildProcess | undefined;
  let log = "";
  let certificates: unknown[];
  let jaeger: EncryptedJaeger | undefined;
  const names = (certificate: unknown): [namespace: string, name: string] => [
    text(certificate, "metadata", "namespace"),
    text(certificate, "metadata", "name"),
  ];

  before(async () => {
    const { certManagerController } = await ensureStoredStackTools(sandboxPaths(), lineProgress());
    const { resources } = await record(main, variantConfig("staging", withMutualTls));
    certificates = resources
      .filter(({ type, name }) => type.endsWith(":Certificate") && name.endsWith("-otlp-tls"))
      .map(({ inputs }) => inputs);
    const namespaces = ["cert-manager", "observability"].map((name) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
    }));
    const [selfSigned, authority, issuer] = documentedIssuer();
    assert.ok(selfSigned && authority && issuer);
    await under.api.applyAll([...namespaces, selfSigned, authority, issuer, ...(certificates as object[])]);
    const child = (controllers = spawn(certManagerController, [], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], KUBECONFIG: under.kubeconfig },
    }));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => (log += part));
    }
  });
  after(async () => {
    await jaeger?.stop();
    if (controllers !== undefined) await endChild(controllers, "SIGTERM");
  });

  const secretOf = async (namespace: string, name: string): Promise<Record<string, string>> => {
    const secret = await under.api.find(`/api/v1/namespaces/${namespace}/secrets/${name}`);
    const data = Object.entries(mapping(secret, "data"));
    return Object.fromEntries(
      data.map(([key, value]) => [key, Buffer.from(String(value), "base64").toString()]),
    );
  };

  it("all become ready, by the issuer that the documentation makes", async () => {
    const isReady = async (certificate: unknown): Promise<boolean> => {
      const [namespace, name] = names(certificate);
      const found = await under.api.find(
        `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/${name}`,
      );
      if (at(found, "status", "conditions") === undefined) return false;
      return list(found, "status", "conditions").some(
        (condition) => at(condition, "type") === "Ready" && at(condition, "status") === "True",
      );
    };
    // Four services, the gateway, the probe, and the two Services that take spans.
    assert.equal(certificates.length, 8);
    const ended = (): boolean => controllers === undefined || hasEnded(controllers);
    const all = async (): Promise<boolean> =>
      ended() || (await Promise.all(certificates.map(isReady))).every(Boolean);
    assert.ok((await until(all, 120_000, 500)) && !ended(), log.slice(-3000));
  });

  it("each is what was asked for: names, use, life, and the authority beside it", async () => {
    const authorities = new Set<string>();
    for (const certificate of certificates) {
      const [namespace, name] = names(certificate);
      const secret = await secretOf(namespace, name);
      authorities.add(secret[otlpFiles.authority] ?? "");
      const issued = new X509Certificate(secret[otlpFiles.certificate] ?? "");
      const asked = list(certificate, "spec", "dnsNames").map((host) => `DNS:${String(host)}`);
      assert.equal(issued.subjectAltName, asked.join(", "));
      const isServer = name.startsWith("jaeger-collector-");
      // The numbers of "server auth" and "client auth".
      assert.deepEqual(issued.keyUsage, [isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"]);
      const life = Date.parse(issued.validTo) - Date.parse(issued.validFrom);
      assert.equal(Math.round(life / day), isServer ? 90 : 365);
      assert.match(secret[otlpFiles.key] ?? "", /^-----BEGIN PRIVATE KEY-----/, "PKCS 8");
      const renewal = await under.api.find(
        `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/${name}`,
      );
      const after = Date.parse(text(renewal, "status", "renewalTime")) - Date.parse(issued.validFrom);
      assert.equal(Math.round(after / day), isServer ? 60 : 90);
    }
    assert.equal(authorities.size, 1, "all have one authority");
  });

  it("a service's own opens the collector, by each protocol, and the collector's own does not", async () => {
    const folder = path.join(under.folder, "collector");
    fs.mkdirSync(folder);
    const server = await secretOf("observability", "jaeger-collector-otlp-tls");
    for (const [key, value] of Object.entries(server)) fs.writeFileSync(path.join(folder, key), value);
    const collector = (jaeger = await startEncryptedJaeger("mtls", folder));
    const shows = (secret: Record<string, string>): ClientTls => ({
      ca: secret[otlpFiles.authority] ?? "",
      cert: secret[otlpFiles.certificate] ?? "",
      key: secret[otlpFiles.key] ?? "",
    });
    const client = await secretOf("default", "auth-service-otlp-tls");
    for (const [protocol, port] of [
      ["grpc", "otlpGrpc"],
      ["http", "otlpHttp"],
    ] as const) {
      const to = {
        port: collector.portOf(port),
        service: `signed-${protocol}`,
        servername: "jaeger-collector.observability",
      };
      assert.equal(await protocols[protocol]({ ...to, tls: shows(client) }), undefined);
      const isThere = async (): Promise<boolean> => (await collector.spansOf(to.service)) === 1;
      assert.ok(await until(isThere, 10_000, 100));
      assert.notEqual(await protocols[protocol]({ ...to, tls: shows(server) }), undefined);
    }
  });
});
