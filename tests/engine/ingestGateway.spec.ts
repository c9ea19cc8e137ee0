// TLS on both hops: services to the gateway, and the gateway to Jaeger. Real ones, with the rendered receivers and exporter
// on the loopback; certificates are made here.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import {
  issueCertificate,
  type Certified,
} from "../../packages/opentelemetry-config/tests/support/certificate";
import { until } from "../../sandbox/support/process";
import { startGateway } from "../elasticsearch/support/gateway";
import type { RunningJaeger } from "../elasticsearch/support/jaeger";
import { handshake } from "./ingest/handshake";
import { startEncryptedJaeger, type EncryptedJaeger } from "./ingest/jaeger";
import { secretFolder, type SecretFolder } from "./ingest/secretFolder";
import { protocols } from "./ingest/send";

const authority = issueCertificate({ commonName: "Nova's private authority", isAuthority: true });
const stranger = issueCertificate({ commonName: "another authority", isAuthority: true });
const serverOf = (commonName: string): Certified =>
  issueCertificate({ commonName, issuer: authority, names: [commonName, "localhost"], usage: "server" });
const clientOf = (commonName: string, issuer = authority): Certified =>
  issueCertificate({ commonName, issuer, names: [`${commonName}.observability`], usage: "client" });

for (const mode of ["tls", "mtls"] as const) {
  describe(`spans over ${mode} through the gateway`, function () {
    this.timeout(45 * 60_000); // A cold machine builds its tools here.
    const secrets: SecretFolder[] = [];
    const mounted = (pair: Certified, trusted = authority): SecretFolder => {
      const secret = secretFolder(pair, trusted);
      secrets.push(secret);
      return secret;
    };
    let jaeger: EncryptedJaeger | undefined;
    let gateway: RunningJaeger | undefined;
    const service = clientOf("auth-service");

    const startBetween = async (
      client: SecretFolder,
      { folder } = mounted(serverOf("jaeger-collector")),
    ): Promise<RunningJaeger> => {
      assert.ok(jaeger);
      const tls = { mode, serverFolder: folder, clientFolder: client.folder };
      gateway = await startGateway(jaeger.portOf("otlpHttp"), { tls });
      return gateway;
    };

    before(async () => {
      jaeger = await startEncryptedJaeger(mode, mounted(serverOf("jaeger-collector-backend")).folder);
    });
    afterEach(() => gateway?.stop());
    after(async () => {
      await jaeger?.stop();
      for (const secret of secrets) secret.remove();
    });

    const ports = { grpc: "otlpGrpc", http: "otlpHttp" } as const;
    const shown = { ca: authority.certificate, cert: service.certificate, key: service.key };

    it("come to Jaeger, whichever protocol the service speaks; in clear, or without what is asked for, they do not", async () => {
      const front = await startBetween(mounted(clientOf("jaeger-gateway")));
      for (const protocol of ["grpc", "http"] as const) {
        const port = front.portOf(ports[protocol]);
        const name = `${mode}-${protocol}`;
        assert.equal(await protocols[protocol]({ port, service: name, tls: shown }), undefined, front.log());
        assert.ok(await until(async () => (await jaeger?.spansOf(name)) === 1, 10_000, 100), "not in Jaeger");
        assert.notEqual(await protocols[protocol]({ port, service: `${name}-plain` }), undefined);
        const bare = { port, service: `${name}-bare`, tls: { ca: authority.certificate } };
        const refusal = await protocols[protocol](bare);
        if (mode === "tls") assert.equal(refusal, undefined);
        else assert.notEqual(refusal, undefined);
      }
    });

    it("are not acknowledged where the gateway does not know Jaeger's authority", async () => {
      const front = await startBetween(mounted(clientOf("jaeger-gateway"), stranger));
      // Of the gateway's own answer: its server's certificate is of the authority that services know.
      const refusal = await protocols.grpc({ port: front.portOf("otlpGrpc"), service: "lost", tls: shown });
      assert.match(refusal ?? "", /UNAVAILABLE/);
      assert.equal(await jaeger?.spansOf("lost"), 0);
    });

    it("meet the gateway's renewed certificate without its restart, and none is refused meanwhile", async () => {
      const server = mounted(serverOf("jaeger-collector"));
      const front = await startBetween(mounted(clientOf("jaeger-gateway")), server);
      const port = front.portOf("otlpGrpc");
      const renewed = serverOf("jaeger-collector");
      const { serialNumber } = new X509Certificate(renewed.certificate);
      assert.notEqual((await handshake(port, shown)).serial, serialNumber);
      server.renew(renewed, authority);
      const refusals: (string | undefined)[] = [];
      const isShown = async (): Promise<boolean> => {
        refusals.push(await protocols.grpc({ port, service: `${mode}-renewed`, tls: shown }));
        return (await handshake(port, shown)).serial === serialNumber;
      };
      assert.ok(await until(isShown, 20_000, 200), "it still shows the old certificate");
      assert.deepEqual(
        refusals.filter((refusal) => refusal !== undefined),
        [],
      );
    });

    if (mode === "mtls") {
      it("are acknowledged once the gateway has a certificate that Jaeger knows, without its restart", async () => {
        const client = mounted(clientOf("jaeger-gateway", stranger));
        const front = await startBetween(client);
        const one = { port: front.portOf("otlpGrpc"), service: "late", tls: shown };
        assert.match((await protocols.grpc(one)) ?? "", /UNAVAILABLE/);
        client.renew(clientOf("jaeger-gateway"), authority);
        const isTaken = async (): Promise<boolean> => (await protocols.grpc(one)) === undefined;
        assert.ok(await until(isTaken, 20_000, 200), "it still shows the old certificate");
      });

      it("are taken from services of a renewed authority without the gateway's restart", async () => {
        const server = mounted(serverOf("jaeger-collector"));
        const front = await startBetween(mounted(clientOf("jaeger-gateway")), server);
        const next = issueCertificate({ commonName: "Nova's next authority", isAuthority: true });
        const newcomer = clientOf("user-service", next);
        const tls = { ca: authority.certificate, cert: newcomer.certificate, key: newcomer.key };
        const one = { port: front.portOf("otlpGrpc"), service: "newcomer", tls };
        assert.notEqual(await protocols.grpc(one), undefined);
        // Both for a while, as an issuer does that lets go of nobody.
        const both = { ...authority, certificate: authority.certificate + next.certificate };
        server.renew(serverOf("jaeger-collector"), both);
        const isTaken = async (): Promise<boolean> => (await protocols.grpc(one)) === undefined;
        assert.ok(await until(isTaken, 20_000, 200), "it does not know the new authority");
        assert.equal(await protocols.grpc({ ...one, tls: shown }), undefined);
      });

      it("are not acknowledged where Jaeger does not know the gateway's certificate", async () => {
        const front = await startBetween(mounted(clientOf("jaeger-gateway", stranger)));
        const refusal = await protocols.grpc({ port: front.portOf("otlpGrpc"), service: "lost", tls: shown });
        assert.match(refusal ?? "", /UNAVAILABLE/);
        assert.equal(await jaeger?.spansOf("lost"), 0);
      });
    }
  });
}
