import assert from "node:assert/strict";
import { recordedStack } from "../../../contract/support/recordedStack";
import { basic } from "../../../e2e/support/ui";
import { attempts, type Attempt, type Knowledge } from "./attempts";
import { holdSection, table } from "../../../support/accessPage";
import { canConnect } from "./child";
import { sessionCookie, signed } from "./cookies";
import { askByGrpc, type GrpcAnswer } from "./grpc";
import { listeningSockets } from "./listening";
import { podAddress, type Access, type Site } from "./site";
import { isLeak, learn, questionsOf, tryOne } from "./trial";

const stacks = ["production", "staging"] as const;
const ways = ["ingress", "service"] as const;
const columns = stacks.flatMap((stack) => ways.map((way) => [stack, way] as const));

/** What there is to connect to on a node, beside the Ingress controller. @throws where there is something */
function openPorts(stack: Site["stack"]): string {
  for (const { type, name, props } of recordedStack(stack)) {
    if (!type.endsWith(":Service")) continue;
    const { type: kind = "ClusterIP" } = (props as { readonly spec: { readonly type?: string } }).spec;
    assert.equal(kind, "ClusterIP", name);
  }
  return "there is none";
}

/** Whatever gets no trace. @param started asked when the tests run */
export function describeRefusals(started: () => Access): void {
  let access: Access;
  let known: Record<Site["stack"], Knowledge>;

  before(async () => {
    access = started();
    known = await learn(access);
  });

  /** Asks each question with a header. @returns those that are answered with the trace */
  async function answered(
    [stack, way]: (typeof columns)[number],
    header: readonly [string, string],
  ): Promise<readonly string[]> {
    const attempt: Attempt = {
      what: "",
      request: ({ question }) => ({ target: question, headers: [header] }),
    };
    return (await tryOne(access, access.sites[stack][way], known[stack], attempt)).leaks;
  }

  const session = (value: string): readonly [string, string] => ["Cookie", `${sessionCookie}=${value}`];

  it("every question is answered with the trace to who has signed in, until 12 hours are over", async () => {
    for (const column of columns) {
      const { session: own, cookieSecret } = known[column[0]];
      for (const value of [own, signed(own, cookieSecret, 12 * 3600 - 60)]) {
        assert.deepEqual(await answered(column, session(value)), questionsOf(access), column.join(", "));
      }
    }
  });

  it("and to the users of the proxy's file, by their passwords", async () => {
    let users = 0;
    for (const column of columns) {
      for (const [username, password] of Object.entries(access.sites[column[0]].proxy.passwords)) {
        const { authorization = "" } = basic({ username, password });
        assert.deepEqual(await answered(column, ["Authorization", authorization]), questionsOf(access));
        users += 1;
      }
    }
    assert.equal(users, 6, "nova in staging and probe in both, two ways");
  });

  it("nothing else gets anything of it; docs/access.md has what each attempt got", async () => {
    const leaks: string[] = [];
    const sections: string[] = [];
    let requests = 0;
    for (const [heading, tried] of Object.entries(attempts)) {
      const rows: string[][] = [];
      for (const attempt of tried) {
        const trials = await Promise.all(
          columns.map(([stack, way]) => tryOne(access, access.sites[stack][way], known[stack], attempt)),
        );
        for (const [index, trial] of trials.entries()) {
          requests += trial.requests;
          const where = columns[index]?.join(", ") ?? "";
          leaks.push(...trial.leaks.map((question) => `${attempt.what} (${where}): ${question}`));
        }
        rows.push([attempt.what, ...trials.map(({ got }) => got)]);
      }
      const head = [
        "Tried",
        ...columns.map(([stack, way]) => `${stack}, ${way === "ingress" ? "Ingress" : "Service"}`),
      ];
      sections.push(`### ${heading}\n\n${table(head, rows)}`);
    }
    assert.deepEqual(leaks, [], "answered with data");
    const summary = `${requests} requests, ${leaks.length} of them answered with anything of the trace.`;
    await holdSection("attempts", [summary, ...sections].join("\n\n"));
  });

  it("nor does who goes past the proxy, or asks by gRPC; docs/access.md has what was tried", async () => {
    const { query, trace, sites } = access;
    const [http, grpc] = [query.portOf("queryHttp"), query.portOf("queryGrpc")];
    // What shows that the questions are good ones.
    const inPod = await askByGrpc(`http://127.0.0.1:${grpc}`, trace.traceId);
    assert.ok(isLeak(access, inPod.text), `in the pod itself, by gRPC: ${inPod.got}`);

    const rows: string[][] = [];
    const note = (what: string, { got, text }: GrpcAnswer): void => {
      assert.ok(!isLeak(access, text), what);
      rows.push([what, got]);
    };
    const connected = async (port: number): Promise<GrpcAnswer> => ({
      got: (await canConnect(podAddress, port)) ? "connected" : "no connection",
      text: "",
    });
    note("Jaeger's query API, 16686, from outside of its pod", await connected(http));
    note("Jaeger's gRPC API, 16685, from outside of its pod", await connected(grpc));
    note("the same, asked for the trace", await askByGrpc(`http://${podAddress}:${grpc}`, trace.traceId));
    for (const [name, path] of [
      ["health", "/status"],
      ["metrics", "/metrics"],
    ] as const) {
      const response = await fetch(`http://${podAddress}:${query.portOf(name)}${path}`);
      note(`Jaeger's port \`${name}\``, { got: String(response.status), text: await response.text() });
    }
    for (const stack of stacks) {
      const { host, ingress, service } = sites[stack];
      const edge = `https://${ingress.address}:${ingress.port}`;
      note(`${stack}: gRPC through the Ingress`, await askByGrpc(edge, trace.traceId, host));
      const proxy = `http://${service.address}:${service.port}`;
      note(`${stack}: gRPC to the Service`, await askByGrpc(proxy, trace.traceId));
      rows.push([`${stack}: a node port, or a load balancer's`, openPorts(stack)]);
    }
    // A port-forward connects from within the pod, which is as near as Jaeger's own proxy is.
    const forwarded = await fetch(`http://127.0.0.1:${http}/api/traces/${trace.traceId}`);
    assert.ok(isLeak(access, await forwarded.text()), "in the pod itself");
    rows.push(["from within the pod, 16686 or 16685, as a port-forward to it connects", "the trace"]);
    assert.deepEqual(
      rows.slice(0, 3).map(([, got]) => got),
      ["no connection", "no connection", "no answer"],
    );
    await holdSection("past", table(["Tried", "Got"], rows));
  });

  it("jaeger-query listens on its pod's address for health, metrics and the proxy alone", () => {
    const { query, sites } = access;
    const sockets = listeningSockets();
    const addressesOf = (port: number): string[] =>
      sockets.filter((socket) => socket.port === port).map(({ address }) => address);
    for (const name of ["queryHttp", "queryGrpc"] as const) {
      assert.deepEqual(addressesOf(query.portOf(name)), ["127.0.0.1"], name);
    }
    const open = sockets.filter(({ address }) => address === podAddress).map(({ port }) => port);
    const expected = [
      query.portOf("health"),
      query.portOf("metrics"),
      ...stacks.map((stack) => sites[stack].service.port),
    ];
    assert.deepEqual(open.sort(), expected.sort());
  });

  it("after all of it the trace is still there for who has signed in", async () => {
    for (const column of columns) {
      assert.deepEqual(await answered(column, session(known[column[0]].session)), questionsOf(access));
    }
  });

  it("the proxies wanted nothing from elsewhere, but staging's, of a provider that knows no client of ours", () => {
    // A made-up code is to be redeemed at oauth2-proxy's default provider. Staging's NetworkPolicy has no way there.
    assert.deepEqual([...new Set(access.refusedNames)], ["www.googleapis.com:443"]);
  });
}
