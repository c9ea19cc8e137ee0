// Proves staging on this machine: a genuine Elasticsearch, cert-manager and oauth2-proxy, in the releases and with the
// differences that sandbox/README.md and sandbox/elasticsearch/README.md list.
import assert from "node:assert/strict";
import { until } from "../../sandbox/support/process";
import { at, list, text } from "../support/document";
import { before as machineBefore } from "../support/machineBefore";
import { clearSandbox, machineSnapshot, npm } from "../support/sandbox";
import { servicePath } from "../support/spanTree";
import { elasticsearchAs, type Ask } from "./support/elasticsearch";
import { processOfService, tryPorts } from "./support/processes";
import { labelOf, openStaging, type Staging } from "./support/staging";
import {
  askUi,
  basic,
  sampledLogin,
  services,
  spansAllServices,
  traceThroughProxy,
  uiLogin,
} from "./support/ui";

const up = (): ReturnType<typeof npm> => npm("run", "--silent", "sandbox", "--", "up", "--stack", "staging");

describe("npm run sandbox -- up --stack staging", () => {
  before(async () => {
    await clearSandbox();
    machineBefore.snapshot = await machineSnapshot();
  });

  it("ends with code 0", async () => {
    const { code, seconds } = await up();
    assert.equal(code, 0);
    process.stdout.write(`      from nothing running to staging: ${seconds.toFixed(0)} s\n`);
  });

  it("changes nothing when it runs again", async () => {
    const { code, stderr, seconds } = await up();
    assert.equal(code, 0);
    const summaries = [...stderr.matchAll(/✓ pulumi up .*?: ([^(]*)\(/g)].map((match) => match[1]?.trim());
    assert.equal(summaries.length, 2, stderr);
    for (const summary of summaries) assert.match(summary ?? "", /^\d+ unchanged$/);
    process.stdout.write(`      again, with staging up: ${seconds.toFixed(0)} s\n`);
  });
});

describe("staging's UI", () => {
  let staging: Staging;
  let traceId: string;

  before(async () => {
    staging = await openStaging();
    traceId = await sampledLogin(staging);
  });
  after(() => {
    staging.close();
  });

  it("shows a trace over the four services to the user and password of the Secret", async () => {
    const spans = await traceThroughProxy(staging, traceId, spansAllServices, 30_000);
    assert.ok(spansAllServices(spans), `${spans.length} spans`);
    assert.deepEqual(servicePath(spans, "messaging-service"), services);
  });

  it("shows nobody else anything: no login, a wrong one, another user's, or headers that claim to be somebody", async () => {
    const { username, password } = await uiLogin(staging);
    const claims = {
      "x-forwarded-user": username,
      "x-forwarded-email": "nova@nova.com",
      "x-auth-request-user": username,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-uri": "/ping",
    };
    const attempts: readonly Record<string, string>[] = [
      {},
      claims,
      basic({ username, password: `${password}x` }),
      basic({ username, password: "" }),
      basic({ username: "admin", password }),
      { authorization: `Bearer ${password}` },
    ];
    for (const headers of attempts) {
      for (const path of [`/api/v3/traces/${traceId}`, `/api/traces/${traceId}`, "/api/services"]) {
        const { status, text: answer } = await askUi(path, headers);
        const which = `${path} with ${Object.entries(headers).join("; ")}: ${status}`;
        assert.ok(status === 401 || status === 403, which);
        assert.doesNotMatch(answer, /auth-service|"spans"/, which);
      }
    }
  });

  it("is not there but for the proxy's port on the pod's own address: Jaeger listens on the loopback alone", async () => {
    const [pod] = (await staging.pods()).filter((one) => labelOf(one, "component") === "query");
    const host = text(pod, "status", "podIP");
    // Nothing enforces NetworkPolicies here, so it is Jaeger itself that refuses.
    assert.deepEqual(await tryPorts(await processOfService(staging.cluster), host, [4180, 16685, 16686]), {
      4180: "open",
      16685: "ECONNREFUSED",
      16686: "ECONNREFUSED",
    });
  });
});

describe("staging's monitor of Elasticsearch", () => {
  it("tells Prometheus of the cluster, over TLS and as Jaeger's user", async () => {
    const staging = await openStaging();
    const [pod] = (await staging.pods()).filter((one) => labelOf(one, "component") === "monitor");
    const address = `http://${text(pod, "status", "podIP")}:9114/metrics`;
    const program = `fetch("${address}").then(async (answer) => console.log(answer.status, await answer.text()))`;
    const { stdout } = await staging.cluster.namespace.run(process.execPath, ["-e", program]);
    assert.match(stdout, /^200 /);
    assert.match(stdout, /^elasticsearch_cluster_health_status\{cluster="elasticsearch",color="green"\} 1$/m);
    assert.match(stdout, /^elasticsearch_filesystem_data_size_bytes\{.*name="elasticsearch-0".*\} \d+$/m);
    staging.close();
  });
});

describe("staging's probe", () => {
  it("finds what it writes, through the login, and nothing without", async () => {
    const staging = await openStaging();
    const [pod] = (await staging.pods()).filter((one) => labelOf(one, "component") === "probe");
    const address = `http://${text(pod, "status", "podIP")}:9115/metrics`;
    const program = `fetch("${address}").then(async (answer) => console.log(answer.status, await answer.text()))`;
    let stdout = "";
    const hasSucceeded = async (): Promise<boolean> => {
      ({ stdout } = await staging.cluster.namespace.run(process.execPath, ["-e", program]));
      return /^tracing_probe_last_success_timestamp_seconds [1-9]/m.test(stdout);
    };
    assert.ok(await until(hasSucceeded, 90_000, 2000), stdout);
    assert.match(stdout, /^tracing_probe_open_answers_total 0$/m);
    assert.deepEqual(secretNames([pod]), ["jaeger-probe"]);
    staging.close();
  });
});

describe("staging's user of Elasticsearch", () => {
  let staging: Staging;
  let jaeger: Ask;
  let administrator: Ask;

  before(async () => {
    staging = await openStaging();
    jaeger = await elasticsearchAs(staging, "jaeger");
    administrator = await elasticsearchAs(staging, "administrator");
  });
  after(() => {
    staging.close();
  });

  it("reads what Jaeger has stored", async () => {
    const { status, body } = await jaeger("GET", "/nova-jaeger-span-*/_count");
    assert.equal(status, 200);
    assert.ok(Number(at(body, "count")) > 0);
  });

  const forbidden: readonly (readonly [string, string, string, object?])[] = [
    ["makes no index of another name", "PUT", "/foreign", {}],
    ["writes into no index of another name", "PUT", "/nova-billing/_doc/1", { a: 1 }],
    ["reads no other index", "GET", "/.security-7/_search"],
    ["sees no users", "GET", "/_security/user"],
    [
      "makes no users",
      "PUT",
      "/_security/user/intruder",
      { password: "not-a-real-one", roles: ["superuser"] },
    ],
    ["gives itself no rights", "PUT", "/_security/role/nova-jaeger", { cluster: ["all"] }],
    ["touches no secret of the nodes", "POST", "/_nodes/reload_secure_settings", {}],
    [
      "changes nothing of the cluster",
      "PUT",
      "/_cluster/settings",
      { persistent: { "action.auto_create_index": true } },
    ],
    ["takes no copy elsewhere", "PUT", "/_snapshot/away", { type: "fs", settings: { location: "/tmp" } }],
  ];
  for (const [what, method, path, body] of forbidden) {
    it(`${what} (403)`, async () => {
      assert.equal((await jaeger(method, path, body)).status, 403);
    });
  }

  it("is refused what the administrator may, so it is the user that is refused and not the request", async () => {
    assert.equal((await administrator("GET", "/_security/user")).status, 200);
    assert.equal((await administrator("GET", "/.security-7/_search")).status, 200);
    assert.equal((await administrator("GET", "/foreign")).status, 404, "nobody made it");
    assert.equal((await administrator("GET", "/_security/user/intruder")).status, 404);
  });

  it("is the only one whose password a pod of Jaeger has", async () => {
    const pods = await staging.pods();
    const secretsOf = (component: string): string[] =>
      secretNames(pods.filter((pod) => labelOf(pod, "component") === component));
    assert.deepEqual(secretsOf("collector"), ["elasticsearch-http", "elasticsearch-jaeger"]);
    assert.deepEqual(secretsOf("gateway"), []);
    assert.deepEqual(secretsOf("query"), ["elasticsearch-http", "elasticsearch-jaeger", "jaeger-ui-proxy"]);
    assert.ok(secretsOf("bootstrap").includes("elasticsearch-administrator"), "the look would find it");
  });
});

/** The Secrets that pods mount or have in variables. */
function secretNames(pods: readonly unknown[]): string[] {
  assert.ok(pods.length > 0);
  const volumes = pods.flatMap((pod) => list(pod, "spec", "volumes"));
  const projected = volumes.flatMap((volume) => (at(volume, "projected", "sources") ?? []) as unknown[]);
  const containers = pods.flatMap((pod) => [
    ...list(pod, "spec", "containers"),
    ...((at(pod, "spec", "initContainers") ?? []) as unknown[]),
  ]);
  const variables = containers.flatMap((container) => (at(container, "env") ?? []) as unknown[]);
  const sources = containers.flatMap((container) => (at(container, "envFrom") ?? []) as unknown[]);
  const names = [
    ...volumes.map((volume) => at(volume, "secret", "secretName")),
    ...projected.map((source) => at(source, "secret", "name")),
    ...variables.map((variable) => at(variable, "valueFrom", "secretKeyRef", "name")),
    ...sources.map((source) => at(source, "secretRef", "name")),
  ];
  return [...new Set(names.filter((name) => typeof name === "string"))].sort();
}
