// Dev has no login: what is tried here is every way to a trace but the port-forward that the README tells of. The
// sandbox's forwarder stands in for kubectl: it asks the API server for a port-forward by the same protocol's WebSocket
// form, and the real kubelet makes it. "From a pod" is from within the pod of a demo service.
import assert from "node:assert/strict";
import { ports } from "../../components/jaeger/ports";
import { askInside } from "../../drill/inside";
import { addresses } from "../../sandbox/node/addresses";
import type { Cluster } from "../../sandbox/node/cluster";
import { waitForTrace } from "../../sandbox/trace/query";
import { holdSection, table } from "../support/accessPage";
import { at, list, text } from "../support/document";
import { runningSandbox } from "../support/sandbox";
import { sendTrace } from "../support/sentTrace";
import { processOfService, tryPorts } from "./support/processes";

const inNamespace = "/api/v1/namespaces/observability";

describe("dev's traces", () => {
  let cluster: Cluster;

  before(async () => {
    ({ cluster } = await runningSandbox());
  });
  after(() => {
    cluster.api.close();
  });

  async function find(path: string): Promise<unknown> {
    return (await cluster.api.find(path)) ?? assert.fail(path);
  }

  it("are shown to a port-forward alone; docs/access.md has what was tried", async () => {
    const services = list(await find(`${inNamespace}/services`), "items");
    const addressOf = (name: string): string =>
      text(
        services.find((one) => at(one, "metadata", "name") === name),
        "spec",
        "clusterIP",
      );
    const [pod] = list(await find(`${inNamespace}/pods`), "items");
    const podAddress = text(pod, "status", "podIP");
    const service = await processOfService(cluster);

    const { traceId } = await sendTrace(addressOf("jaeger-collector"), {
      service: "access-test",
      spans: 2,
      startMs: Date.now(),
    });
    const spans = await waitForTrace("http://localhost:16686", traceId, ["access-test"], 20_000);
    assert.equal(spans.length, 2);
    const rows = [["a port-forward to Service jaeger-query, with the right to it", "the trace"]];

    const refused = async (what: string, host: string, port: number): Promise<void> => {
      assert.deepEqual(await tryPorts(service, host, [port]), { [port]: "ECONNREFUSED" }, what);
      rows.push([what, "no connection"]);
    };
    await refused(
      "Service jaeger-query, 16686, from another pod",
      addressOf("jaeger-query"),
      ports.queryHttp,
    );
    await refused("Jaeger's query API, 16686, from another pod", podAddress, ports.queryHttp);
    await refused("Jaeger's gRPC API, 16685, from another pod", podAddress, ports.queryGrpc);
    const machine = "what the port-forward serves on localhost:16686, by another address of that machine";
    await refused(machine, addresses.hostAddress, ports.queryHttp);
    for (const [name, port, path] of [
      ["health", ports.health, "status"],
      ["metrics", ports.metrics, "metrics"],
    ] as const) {
      const answer = await askInside(cluster.namespace, `http://${podAddress}:${port}/${path}`);
      assert.ok(answer !== undefined, name);
      assert.ok(!JSON.stringify(answer).includes(traceId), name);
      rows.push([`Jaeger's port \`${name}\``, "200"]);
    }
    for (const one of services) assert.equal(text(one, "spec", "type"), "ClusterIP");
    rows.push(["a node port, or a load balancer's", "there is none"]);
    assert.deepEqual(list(await find("/apis/networking.k8s.io/v1/ingresses"), "items"), []);
    rows.push(["an Ingress", "there is none"]);
    await holdSection("dev", table(["Tried", "Got"], rows));
  });
});
