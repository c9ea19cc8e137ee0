import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import tls from "node:tls";
import { until } from "../../sandbox/support/process";
import { elasticsearchAs, type Ask } from "./support/elasticsearch";
import { load, lostSpans } from "./support/load";
import { namespace, openStaging, runningPods, type Staging } from "./support/staging";

const service = "certificate-service";

/** The certificate that Elasticsearch shows on a new connection, judged as a client judges it that trusts `ca`. */
function shownCertificate(host: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const servername = `elasticsearch.${namespace}.svc`;
    const socket = tls.connect({ host, port: 9200, ca, servername, timeout: 10_000 }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).serialNumber);
      socket.destroy();
    });
    socket.on("error", reject).on("timeout", () => socket.destroy(new Error("no answer within 10 s")));
  });
}

describe("a renewal of Elasticsearch's certificates and of their authority, with spans coming in", () => {
  let staging: Staging;
  let ask: Ask;
  let acknowledged: readonly string[];
  let oldAuthority: string;
  let newAuthority: string;
  let host: string;
  let serial: string;

  before(async () => {
    staging = await openStaging();
    ask = await elasticsearchAs(staging, "administrator");
    host = await staging.service("elasticsearch");
  });
  after(() => {
    staging.close();
  });

  const secretAfter = async (name: string, old: string): Promise<Record<string, string>> => {
    let secret: Record<string, string> = {};
    const isNew = async (): Promise<boolean> => (secret = await staging.secret(name))["tls.crt"] !== old;
    assert.ok(await until(isNew, 60_000, 500), `cert-manager has not renewed ${name} within a minute`);
    return secret;
  };
  const renew = async (name: string): Promise<Record<string, string>> => {
    const { "tls.crt": old = "" } = await staging.secret(name);
    await staging.renewCertificate(name);
    return secretAfter(name, old);
  };

  it("ends no pod and no container: whoever depends on them reads them again", async () => {
    const podsBefore = await runningPods(staging);
    ({ "ca.crt": oldAuthority = "" } = await staging.secret("elasticsearch-http"));
    const sending = load(await staging.service("jaeger-collector"), service);
    try {
      await renew("elasticsearch-authority");
      await renew("elasticsearch-transport");
      const { "tls.crt": certificate = "", "ca.crt": authority = "" } = await renew("elasticsearch-http");
      newAuthority = authority;
      serial = new X509Certificate(certificate).serialNumber;
      const since = Date.now();
      // kubelet brings a changed Secret to its pods within a minute or two.
      const isShown = async (): Promise<boolean> => (await shownCertificate(host, oldAuthority)) === serial;
      assert.ok(await until(isShown, 180_000, 1000), "Elasticsearch still shows the old certificate");
      process.stdout.write(`      shown ${((Date.now() - since) / 1000).toFixed(0)} s after it was issued\n`);
      await sleep(5000);
    } finally {
      await sending.end();
    }
    acknowledged = sending.acknowledged;

    assert.deepEqual(sending.failures, []);
    assert.deepEqual(await runningPods(staging), podsBefore);
  });

  it("has stored each span that was acknowledged meanwhile", async () => {
    assert.ok(acknowledged.length > 500, "there was a load");
    assert.deepEqual(await lostSpans(ask, service, acknowledged), []);
  });

  it("is taken by clients that trust the old authority or the new one: the two have one key", async () => {
    assert.notEqual(newAuthority, oldAuthority);
    for (const authority of [oldAuthority, newAuthority]) {
      assert.equal(await shownCertificate(host, authority), serial);
    }
  });
});
