// kubelet's end of a port-forward is a stand-in here, by its protocol; tests/e2e has the real one in each of its tests
// that asks on localhost.
import assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { carryToPod, podBehind } from "../../../sandbox/node/portForward";
import type { ApiRequest } from "../../../sandbox/providers/kubernetes/apiClient";
import type { ClusterAccess } from "../../../sandbox/providers/kubernetes/kubeconfig";
import { until } from "../../../sandbox/support/process";
import type { PlainMap } from "../../../sandbox/providers/shared/propertyValues";

const service = (targetPort?: string | number): PlainMap => ({
  spec: {
    selector: { app: "jaeger", role: "query" },
    ports: [
      { port: 80, targetPort: 8080 },
      { port: 16686, ...(targetPort === undefined ? {} : { targetPort }) },
    ],
  },
});

const pod = (name: string, ready: "True" | "False", more: PlainMap = {}): PlainMap => ({
  metadata: { name, ...more },
  spec: {
    initContainers: [{ ports: [{ name: "proxy", containerPort: 4180 }] }],
    containers: [{}, { ports: [{ name: "query", containerPort: 16686 }] }],
  },
  status: {
    conditions: [
      { type: "Initialized", status: "True" },
      { type: "Ready", status: ready },
    ],
  },
});

describe("the pod behind a Service", () => {
  const find = (spec: PlainMap, pods: readonly PlainMap[], port = 16686) => {
    const asked: ApiRequest[] = [];
    const request = (one: ApiRequest): Promise<PlainMap> => {
      asked.push(one);
      return Promise.resolve(one.path.endsWith("/pods") ? { items: [...pods] } : spec);
    };
    return { asked, found: podBehind({ request }, "observability", "jaeger-query", port) };
  };
  const ready = pod("two", "True");

  for (const [title, targetPort, port] of [
    ["by a number", 4317, 4317],
    ["by the name of a container's port", "query", 16686],
    ["by the name of a sidecar's port", "proxy", 4180],
    ["by its own number, where the Service says no other", undefined, 16686],
  ] as const) {
    it(`has the port that the Service leads to, ${title}`, async () => {
      const { found } = find(service(targetPort), [ready]);
      assert.deepEqual(await found, { namespace: "observability", pod: "two", port });
    });
  }

  it("is one that is ready and stays, among those that the Service selects", async () => {
    const going = pod("going", "True", { deletionTimestamp: "2026-01-01T00:00:00Z" });
    const { asked, found } = find(service("query"), [pod("one", "False"), going, ready]);
    assert.equal((await found).pod, "two");
    assert.deepEqual(
      asked.map(({ path, query }) => [path, query?.labelSelector]),
      [
        ["/api/v1/namespaces/observability/services/jaeger-query", undefined],
        ["/api/v1/namespaces/observability/pods", "app=jaeger,role=query"],
      ],
    );
  });

  it("is missed with a word about what there is not", async () => {
    await assert.rejects(find(service("query"), [pod("one", "False")]).found, /no pod that is ready/);
    await assert.rejects(find(service("query"), [ready], 1).found, /leads to no pods by port 1$/);
    await assert.rejects(find({ spec: {} }, [ready]).found, /leads to no pods by port 16686/);
    await assert.rejects(find(service("other"), [ready]).found, /Pod two has no port named other/);
  });
});

describe("a connection that is carried to a pod", () => {
  let kubelet: WebSocketServer;
  let entrance: net.Server;
  let problems: string[];
  let opened: Promise<[WebSocket, { url?: string; headers: Record<string, string> }]>;

  beforeEach(async () => {
    kubelet = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(kubelet, "listening");
    opened = once(kubelet, "connection") as typeof opened;
    problems = [];
    const { port } = kubelet.address() as net.AddressInfo;
    const access = { server: new URL(`http://127.0.0.1:${port}/base/`), token: "secret" } as ClusterAccess;
    const target = { namespace: "observability", pod: "jaeger-0", port: 16686 };
    entrance = net.createServer((incoming) => {
      carryToPod(incoming, access, target, (problem) => problems.push(problem));
    });
    entrance.listen(0, "127.0.0.1");
    await once(entrance, "listening");
  });
  afterEach(async () => {
    for (const client of kubelet.clients) client.terminate();
    await new Promise((resolve) => {
      kubelet.close(resolve);
    });
    await new Promise((resolve) => entrance.close(resolve));
  });

  const enter = (): net.Socket => net.connect((entrance.address() as net.AddressInfo).port, "127.0.0.1");

  /** What kubelet says first on each channel: the port, low byte first. */
  const greet = (socket: WebSocket): void => {
    for (const channel of [0, 1]) socket.send(Buffer.of(channel, 16686 & 0xff, 16686 >> 8));
  };

  it("asks for the pod and its port, with the credential, in the version that kubelet speaks", async () => {
    const client = enter();
    const [socket, request] = await opened;
    assert.equal(request.url, "/base/api/v1/namespaces/observability/pods/jaeger-0/portforward?ports=16686");
    assert.equal(request.headers.authorization, "Bearer secret");
    assert.equal(socket.protocol, "v4.channel.k8s.io");
    client.destroy();
    await once(socket, "close");
    assert.deepEqual(problems, []);
  });

  it("brings every byte over, in both directions and in order, and none of the channels' own", async () => {
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251));
    const client = enter();
    client.write(sent);
    const [socket] = await opened;
    greet(socket);
    let arrived = 0;
    socket.on("message", (message: Buffer) => {
      assert.equal(message[0], 0);
      arrived += message.length - 1;
      socket.send(message, () => {
        if (arrived === sent.length) socket.close();
      });
    });
    const answer: Buffer[] = [];
    client.on("data", (chunk: Buffer) => answer.push(chunk));
    await once(client, "close");
    assert.ok(Buffer.concat(answer).equals(sent));
    assert.deepEqual(problems, []);
  });

  it("is no problem where the client has gone before it was there", async () => {
    const client = enter();
    await once(client, "connect");
    client.destroy();
    await until(() => kubelet.clients.size === 0, 500, 50);
    assert.deepEqual(problems, []);
  });

  it("ends, with the reason, where the pod's end cannot be reached", async () => {
    const client = enter();
    const [socket] = await opened;
    greet(socket);
    socket.send(Buffer.concat([Buffer.of(1), Buffer.from("connection refused")]));
    await once(client, "close");
    assert.deepEqual(problems, ["connection refused"]);
  });

  it("ends, with the reason, where the API server refuses", async () => {
    kubelet.options.verifyClient = () => false;
    const client = enter();
    client.on("error", () => undefined);
    await once(client, "close");
    assert.match(problems.join(), /Unexpected server response: 401/);
  });
});
