// The rendered receivers with TLS in a real Jaeger 2.13, the release that can be built here, which keeps its spans in
// memory; and its clients: plain ones of both protocols, the library, OpenTelemetry's own exporter, the probe. All on
// the loopback, so certificates are for "localhost" beside the Service's names. Certificates are made here: cert-manager,
// kubelet and the cluster's DNS have no part in it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import tls from "node:tls";
import { serverNames } from "../../components/jaeger/ingestCertificates";
import { ingestScheme, type IngestMode } from "../../components/jaeger/ingestTls";
import { ports } from "../../components/jaeger/ports";
import { otlpClientFolder } from "../../components/tracing/otlpClient";
import { tracingVariables } from "../../components/tracing/variables";
import {
  type Certified,
  issueCertificate,
} from "../../packages/opentelemetry-config/tests/support/certificate";
import { runChild } from "../../packages/opentelemetry-config/tests/support/child";
import { until } from "../../sandbox/support/process";
import { startProbe } from "../elasticsearch/support/probe";
import { counter } from "../elasticsearch/support/jaeger";
import { projectFolder } from "../support/stackFiles";
import { handshake } from "./ingest/handshake";
import { startEncryptedJaeger, type EncryptedJaeger } from "./ingest/jaeger";
import { secretFolder, type SecretFolder } from "./ingest/secretFolder";
import { protocols, type ClientTls } from "./ingest/send";

const dns = [...serverNames("jaeger-collector", "observability"), "localhost"];
const names = Object.keys(protocols) as (keyof typeof protocols)[];
const portName = { grpc: "otlpGrpc", http: "otlpHttp" } as const;

const authority = issueCertificate({ commonName: "Nova's private authority", isAuthority: true });
const stranger = issueCertificate({ commonName: "another authority", isAuthority: true });
const serverOf = (issuer: Certified): Certified =>
  issueCertificate({ commonName: "jaeger-collector", issuer, names: dns, usage: "server" });
const clientOf = (issuer: Certified, notAfter?: Date): Certified =>
  issueCertificate({
    commonName: "auth-service",
    issuer,
    names: ["auth-service.default"],
    usage: "client",
    ...(notAfter && { notAfter }),
  });
const shows = (client: Certified, trusted = authority): ClientTls => ({
  ca: trusted.certificate,
  cert: client.certificate,
  key: client.key,
});

let services = 0;
/** A name that no other case has, so that its spans are its own. */
const newService = (): string => `case-${(services += 1)}`;

for (const mode of ["tls", "mtls"] as const satisfies readonly IngestMode[]) {
  describe(`spans over ${mode}`, function () {
    this.timeout(45 * 60_000); // A cold machine builds its tools here.
    let secret: SecretFolder;
    let jaeger: EncryptedJaeger;
    const client = clientOf(authority);

    before(async () => {
      secret = secretFolder(serverOf(authority), authority);
      jaeger = await startEncryptedJaeger(mode, secret.folder);
    });
    after(async () => {
      await (jaeger as EncryptedJaeger | undefined)?.stop();
      secret.remove();
    });

    /** Sends one span, and looks whether it is there: what the client hears and what Jaeger has must agree. */
    async function send(protocol: keyof typeof protocols, with_?: ClientTls): Promise<string | undefined> {
      const service = newService();
      const refusal = await protocols[protocol]({
        port: jaeger.portOf(portName[protocol]),
        service,
        tls: with_,
      });
      const isThere = async (): Promise<boolean> => (await jaeger.spansOf(service)) === 1;
      if (refusal === undefined) {
        assert.ok(await until(isThere, 10_000, 100), "an acknowledged span is not there");
        return undefined;
      }
      // Longer than the batch step before the store holds anything.
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(await jaeger.spansOf(service), 0, "a span that was refused is there");
      return refusal;
    }

    for (const protocol of names) {
      it(`${protocol}: come in from a client that trusts the authority${mode === "mtls" ? " and shows a certificate of it" : ""}`, async () => {
        assert.equal(await send(protocol, shows(client)), undefined);
      });

      it(`${protocol}: ${mode === "tls" ? "come in without a certificate of the client, too" : "are refused without a certificate of the client"}`, async () => {
        const refusal = await send(protocol, { ca: authority.certificate });
        if (mode === "tls") assert.equal(refusal, undefined);
        else assert.match(refusal ?? "", /certificate required|alert|reset|UNAVAILABLE/i);
      });

      it(`${protocol}: plain text is refused`, async () => {
        assert.match((await send(protocol)) ?? "", /UNAVAILABLE|HTTP request to an HTTPS server/);
      });

      it(`${protocol}: a client that trusts another authority sends nothing`, async () => {
        const refusal = await send(protocol, shows(client, stranger));
        assert.match(refusal ?? "", /certificate|issuer|UNAVAILABLE/);
      });

      it(`${protocol}: the certificate is for the names of the Service, and for no other`, async () => {
        const port = jaeger.portOf(portName[protocol]);
        for (const servername of serverNames("jaeger-collector", "observability")) {
          assert.equal((await handshake(port, shows(client), { servername })).error, undefined, servername);
        }
        const { error } = await handshake(port, shows(client), { servername: "jaeger-query.observability" });
        assert.match(error ?? "", /altnames/);
      });

      it(`${protocol}: TLS 1.2 and 1.3 are taken, 1.1 is refused`, async () => {
        const port = jaeger.portOf(portName[protocol]);
        for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
          const { error, protocol: spoken } = await handshake(port, shows(client), only(version));
          assert.deepEqual([error, spoken], [undefined, version]);
        }
        const { error } = await handshake(port, shows(client), only("TLSv1.1"));
        assert.match(error ?? "", /protocol version/);
      });

      if (mode === "mtls") {
        it(`${protocol}: a certificate of another authority, an expired one and a server's own are refused`, async () => {
          const yesterday = new Date(Date.now() - 86_400_000);
          for (const wrong of [clientOf(stranger), clientOf(authority, yesterday), serverOf(authority)]) {
            assert.notEqual(await send(protocol, shows(wrong)), undefined);
          }
        });
      }
    }

    /** What a service gets, with the files and the port of this machine. */
    function variables(service: string): Record<string, string> {
      const scheme = ingestScheme({ tls: mode });
      const rendered = tracingVariables({
        service,
        version: "1.0.0",
        appEnv: "staging",
        sampleRate: 1,
        exporter: "otlp",
        otlpEndpoint: `${scheme}://localhost:${jaeger.portOf("otlpGrpc")}`,
        jaegerEndpoint: "",
        encrypted: true,
      });
      const own = ([key, value]: [string, string]): [string, string] => [
        key,
        value.replace(otlpClientFolder, folderOfClient.folder),
      ];
      return Object.fromEntries(Object.entries(rendered).map(own));
    }
    let folderOfClient: SecretFolder;
    before(() => {
      folderOfClient = secretFolder(client, authority);
    });
    after(() => {
      folderOfClient.remove();
    });

    it("come in from the library, by the variables of the ConfigMap alone", async () => {
      const result = await runChild<{ flushed: boolean }>("burst.js", {
        ...variables("burst-service"),
        SPANS: "3",
      });
      assert.equal(result.flushed, true, result.stderr);
      assert.ok(await until(async () => (await jaeger.spansOf("burst-service")) === 3, 10_000, 100));
    });

    it(`come in from OpenTelemetry's own exporter, by the standard variables alone; without those of the files they do not`, async () => {
      const service = newService();
      const all = variables(service);
      const ended = await runPlainSdk(all);
      assert.equal(ended.code, 0, ended.output);
      assert.ok(await until(async () => (await jaeger.spansOf(service)) === 1, 10_000, 100));
      const lacking = mode === "tls" ? ["CERTIFICATE"] : ["CERTIFICATE", "CLIENT_CERTIFICATE"];
      for (const variable of lacking) {
        const left = Object.entries(all).filter(([key]) => key !== `OTEL_EXPORTER_OTLP_${variable}`);
        const other = newService();
        const without = { ...Object.fromEntries(left), OTEL_SERVICE_NAME: other };
        assert.notEqual((await runPlainSdk(without)).code, 0, `without ${variable}`);
        assert.equal(await jaeger.spansOf(other), 0);
      }
    });

    it("come in from the probe, which reads its certificate anew for each", async () => {
      const files = secretFolder(clientOf(authority), authority);
      const probe = await startProbe({
        collectorPort: jaeger.portOf("otlpHttp"),
        // Straight to Jaeger: its login is not the matter here.
        queryPort: jaeger.portOf("queryHttp"),
        password: "any",
        times: { intervalSeconds: 1, readDeadlineSeconds: 8 },
        ingest: { tls: mode },
        tlsFolder: files.folder,
      });
      try {
        const count = async (name: string, ...labels: string[]): Promise<number> =>
          counter(await probe.metrics(), `tracing_probe_${name}`, ...labels);
        const successes = async (): Promise<number> =>
          (await count("rounds_total")) - (await count("failures_total"));
        assert.ok(await until(async () => (await successes()) >= 2, 30_000, 200), probe.log());
        assert.equal(await count("failures_total"), 0, probe.log());
        files.renew(clientOf(authority), stranger);
        const fails = async (): Promise<boolean> => (await count("failures_total", 'reason="ingest"')) >= 2;
        assert.ok(await until(fails, 30_000, 200), probe.log());
        files.renew(clientOf(authority), authority);
        const before = await successes();
        assert.ok(await until(async () => (await successes()) >= before + 2, 30_000, 200), probe.log());
      } finally {
        await probe.stop();
        files.remove();
      }
    });

    it("a renewed certificate is shown without a restart, with no span refused meanwhile", async () => {
      for (const protocol of names) {
        const port = jaeger.portOf(portName[protocol]);
        const renewed = serverOf(authority);
        const { serialNumber } = new X509Certificate(renewed.certificate);
        assert.notEqual((await handshake(port, shows(client))).serial, serialNumber);
        secret.renew(renewed, authority);
        const refusals: (string | undefined)[] = [];
        const isShown = async (): Promise<boolean> => {
          refusals.push(await send(protocol, shows(client)));
          return (await handshake(port, shows(client))).serial === serialNumber;
        };
        assert.ok(await until(isShown, 20_000, 200), `${protocol} still shows the old certificate`);
        assert.deepEqual(
          refusals.filter((refusal) => refusal !== undefined),
          [],
        );
      }
    });

    if (mode === "mtls") {
      it("a renewed authority of the clients counts without a restart", async () => {
        const next = issueCertificate({ commonName: "Nova's next authority", isAuthority: true });
        const renewedClient = clientOf(next);
        for (const protocol of names) {
          assert.notEqual(await send(protocol, shows(renewedClient)), undefined);
        }
        // Both for a while, as an issuer does that lets go of nobody.
        const both = { ...authority, certificate: authority.certificate + next.certificate };
        secret.renew(serverOf(authority), both);
        for (const protocol of names) {
          const isTaken = async (): Promise<boolean> =>
            (await send(protocol, shows(renewedClient))) === undefined;
          assert.ok(await until(isTaken, 20_000, 200), protocol);
          assert.equal(await send(protocol, shows(client)), undefined);
        }
      });
    }

    it("and all of that was one process", () => {
      const status = readFileSync(`/proc/${jaeger.pid}/status`, "utf8");
      assert.match(status, /^State:\t[SR]/m, "Jaeger has ended meanwhile");
    });
  });
}

describe("the steps from off to mtls", function () {
  this.timeout(45 * 60_000);

  it("a service that speaks TLS already holds its spans until the collector does, and until it is back", async () => {
    const secret = secretFolder(serverOf(authority), authority);
    const own = secretFolder(clientOf(authority), authority);
    let jaeger = await startEncryptedJaeger("off", secret.folder);
    try {
      const run = (spans: number): ReturnType<typeof runChild<{ flushed: boolean }>> =>
        runChild("burst.js", {
          TRACING_ENABLED: "true",
          APP_ENV: "staging",
          TRACING_SAMPLE_RATE: "1",
          OTLP_ENDPOINT: `https://localhost:${jaeger.portOf("otlpGrpc")}`,
          OTEL_EXPORTER_OTLP_CERTIFICATE: own.file("authority"),
          OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: own.file("certificate"),
          OTEL_EXPORTER_OTLP_CLIENT_KEY: own.file("key"),
          SPANS: String(spans),
          // The first batch goes out after five seconds, while the collector is still the old one.
          RUN_MS: "15000",
        });
      for (const [mode, spans] of [
        ["tls", 3],
        ["mtls", 5],
      ] as const) {
        const running = run(spans);
        await new Promise((resolve) => setTimeout(resolve, mode === "tls" ? 7_000 : 4_000));
        await jaeger.stop();
        if (mode === "mtls") await new Promise((resolve) => setTimeout(resolve, 3_000));
        jaeger = await startEncryptedJaeger(mode, secret.folder, jaeger);
        const { flushed, stderr } = await running;
        assert.equal(flushed, true, stderr);
        const isThere = async (): Promise<boolean> => (await jaeger.spansOf("burst-service")) === spans;
        assert.ok(await until(isThere, 10_000, 100), `${mode}: ${await jaeger.spansOf("burst-service")}`);
      }
    } finally {
      await jaeger.stop();
      secret.remove();
      own.remove();
    }
  });
});

describe("the client of these tests", () => {
  it("speaks TLS 1.1 with a server that does, so its refusal is the server's", async () => {
    const { certificate, key } = serverOf(authority);
    const server = tls
      .createServer(
        { cert: certificate, key, minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" },
        (socket) => socket.end(),
      )
      .listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const { error, protocol } = await handshake(port, shows(clientOf(authority)), only("TLSv1.1"));
      assert.deepEqual([error, protocol], [undefined, "TLSv1.1"]);
    } finally {
      server.close();
    }
  });

  it("knows the ports of the collector", () => {
    assert.deepEqual([ports.otlpGrpc, ports.otlpHttp], [4317, 4318]);
  });
});

function only(version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): tls.ConnectionOptions {
  // What OpenSSL itself calls too weak would not be tried otherwise.
  return { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
}

/** Runs the service that knows nothing of Nova with these variables and no other. */
async function runPlainSdk(
  variables: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const script = path.join(projectFolder, "tests/engine/ingest/plainSdk.ts");
  const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", script], {
    cwd: projectFolder,
    env: { PATH: process.env["PATH"], ...variables, OTEL_EXPORTER_OTLP_TIMEOUT: "2000" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (output += part));
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}
