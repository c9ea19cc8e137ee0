// The monitor's own program against a server with TLS that answers like an empty Elasticsearch, which it stands in for:
// whom the program trusts, and what that costs.
import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import {
  issueCertificate,
  type Certified,
} from "../../../packages/opentelemetry-config/tests/support/certificate";
import { startMonitor, type RunningMonitor } from "../../elasticsearch/support/monitor";

const authorityOf = (commonName: string): Certified => issueCertificate({ commonName, isAuthority: true });
const certified = (issuer: Certified): { cert: string; key: string } => {
  const { certificate, key } = issueCertificate({ commonName: "elasticsearch", issuer, usage: "server" });
  return { cert: certificate, key };
};

/** MiB of memory that the process has now. */
function residentMi(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

describe("the monitor's TLS", () => {
  const [first, second] = [authorityOf("first"), authorityOf("second")];
  const server = https.createServer(certified(first), (request, response) => {
    const health = { cluster_name: "c", status: "green" };
    response.end(JSON.stringify(request.url === "/_cluster/health" ? health : { nodes: {} }));
  });
  let monitor: RunningMonitor;

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    monitor = await startMonitor({
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      login: { username: "jaeger", password: "password" },
      mechanism: "cleaner",
      authority: first.certificate,
    });
  });
  after(async () => {
    await monitor.stop();
    server.close();
    server.closeAllConnections();
  });

  const scrape = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const { status, text } = await monitor.scrape();
      assert.equal(status, 200, text);
    }
  };

  it("takes no memory for each scrape: with a trust of its own for each question it took 1 MiB", async () => {
    await scrape(50);
    const before = residentMi(monitor.pid);
    await scrape(200);
    const grown = residentMi(monitor.pid) - before;
    assert.ok(grown < 40, `${grown.toFixed(0)} MiB more after 200 scrapes`);
  });

  it("follows the authority's file: refused by another's, and read again with its own", async () => {
    server.setSecureContext(certified(second));
    server.closeAllConnections();
    const refused = await monitor.scrape();
    assert.equal(refused.status, 503);
    assert.match(refused.text, /certificate/);
    fs.writeFileSync(monitor.plan.authorityFile ?? "", second.certificate);
    await scrape(1);
  });
});
