import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { objectives, timing } from "../../../components/alerts/thresholds";
import type { ProbePlan } from "../../../components/jaeger/probe/plan";
import { probePlan } from "../../../components/jaeger/probe/pod";
import { JaegerStack } from "../../../components/jaegerStack";
import { samplingTable } from "../../../components/tracing/sampleRates";
import { at, list, mapping, text } from "../../support/document";
import { find, record, type Recording } from "../../support/mocks";
import { basicAccess, connection, oauth2Access } from "./support/distributed";

// What is deployed of the probe, under mocks, and what its program makes of answers. The program against a real Jaeger is
// in tests/elasticsearch/probe.spec.ts.

const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };

function build(change: {
  readonly ui?: typeof basicAccess | typeof oauth2Access;
  readonly metricsNamespace?: string | undefined;
}): Promise<Recording<JaegerStack>> {
  return record(
    () =>
      new JaegerStack("jaeger", {
        namespace: "observability",
        version: "2.22.0",
        storage: { type: "elasticsearch", connection: connection("ilm") },
        collector: { resources, replicas: { minimum: 1, maximum: 1 } },
        gateway: { resources, replicas: { minimum: 1, maximum: 1 } },
        query: { resources, replicas: 1 },
        ui: basicAccess,
        sampling: samplingTable(1, {}),
        clientNamespaces: ["default"],
        metricsNamespace: "monitoring",
        ...change,
      }),
  );
}

const plan = probePlan({ namespace: "observability", collector: "jaeger-collector", query: "jaeger-query" });

describe("the probe's objects", () => {
  let built: Recording<JaegerStack>;
  const spec = (kind: string, name: string): unknown => at(find(built, kind, name).inputs, "spec");
  before(async () => {
    built = await build({});
  });

  it("are one pod that rolls when its program or plan changes", () => {
    const deployment = spec("Deployment", "jaeger-probe");
    assert.equal(at(deployment, "replicas"), 1);
    assert.deepEqual(at(deployment, "strategy"), { type: "Recreate" });
    const data = mapping(find(built, "ConfigMap", "jaeger-probe").inputs, "data");
    assert.deepEqual(Object.keys(data).sort(), [
      "main.js",
      "metrics.js",
      "plan.json",
      "read.js",
      "request.js",
      "round.js",
      "write.js",
    ]);
    assert.deepEqual(JSON.parse(text(data, "plan.json")), plan);
    assert.match(
      text(deployment, "template", "metadata", "annotations", "checksum/program"),
      /^[0-9a-f]{64}$/,
    );
  });

  it("have a password of their own, from a Secret that no other pod mounts, where the plan says", () => {
    const mounting = built.resources
      .filter(({ type }) => /:(Deployment|CronJob)$/.test(type))
      .filter(({ inputs }) => JSON.stringify(inputs).includes('"secretName":"jaeger-probe"'));
    assert.deepEqual(
      mounting.map(({ name }) => name),
      ["jaeger-probe"],
    );
    const pod = at(spec("Deployment", "jaeger-probe"), "template", "spec");
    const mount = list(pod, "containers", 0, "volumeMounts").find((one) => at(one, "name") === "password");
    assert.equal(plan.passwordFile, `${text(mount, "mountPath")}/password`);
    const volume = list(pod, "volumes").find((one) => at(one, "name") === "password");
    assert.deepEqual(at(volume, "secret", "items"), [{ key: "password", path: "password" }]);
    assert.equal(at(find(built, "RandomPassword", "jaeger-ui-probe-password").inputs, "length"), 32);
  });

  it("are let in by the collector's policy, and by no other port of it", () => {
    const labels = mapping(spec("Deployment", "jaeger-probe"), "selector", "matchLabels");
    const rule = list(spec("NetworkPolicy", "jaeger-gateway"), "ingress").find(
      (one) => at(one, "from", 0, "podSelector") !== undefined,
    );
    assert.deepEqual(at(rule, "from"), [{ podSelector: { matchLabels: labels } }]);
    assert.deepEqual(at(rule, "ports"), [{ port: 4318, protocol: "TCP" }]);
  });

  it("are there only where somebody reads the metrics; without, nothing of it is left", async () => {
    const without = await build({ metricsNamespace: undefined, ui: oauth2Access });
    assert.deepEqual(
      without.result.metricsPods.map(({ role }) => role),
      ["gateway", "collector", "query"],
    );
    const documents = JSON.stringify(without.resources.map(({ name, inputs }) => [name, inputs]));
    assert.doesNotMatch(documents, /jaeger-probe|htpasswd-file/);
  });

  it("come in beside single sign-on by the file of users, which has no person's", async () => {
    built = await build({ ui: oauth2Access });
    const container = list(spec("Deployment", "jaeger-query"), "template", "spec", "containers")[1];
    const args = list(container, "args");
    assert.ok(args.includes("--htpasswd-file=/etc/oauth2-proxy/users"));
    assert.ok(args.includes("--display-htpasswd-form=false"));
    const volume = list(spec("Deployment", "jaeger-query"), "template", "spec", "volumes").find(
      (one) => at(one, "name") === "proxy",
    );
    const keys = list(volume, "secret", "items").map((item) => at(item, "key"));
    assert.deepEqual(keys, ["cookie-secret", "client-secret", "users"]);
    const proxy = JSON.stringify(find(built, "Secret", "jaeger-ui-proxy").inputs);
    assert.match(proxy, /probe:/);
    assert.doesNotMatch(proxy, /nova:/);
  });
});

describe("the probe's plan", () => {
  it("goes by the Services, as a service of Nova and as the UI do", () => {
    assert.equal(plan.writeUrl, "http://jaeger-collector.observability:4318/v1/traces");
    assert.equal(plan.readUrl, "http://jaeger-query.observability:16686/api/v3/traces");
  });

  it("waits as long as the objective allows, and makes a round for each look of Prometheus", () => {
    assert.equal(plan.readDeadlineSeconds, objectives.freshness.seconds);
    assert.equal(plan.intervalSeconds, timing.scrapeSeconds);
  });
});

interface Reader {
  readonly stateOf: (answer: { status: number; text: string }) => string;
  readonly isJaegers: (answer: { status: number; text: string }) => boolean;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a program, not a module of this project
const { isJaegers, stateOf } = require("../../../components/jaeger/probe/script/read.js") as Reader;

describe("what the probe makes of an answer", () => {
  const trace = '{"result":{"resourceSpans":[{"scopeSpans":[]}]}}';
  const error = (httpCode: number): string => JSON.stringify({ error: { httpCode, message: "no" } });
  const answers: [string, number, string, state: string, own: boolean][] = [
    ["a trace", 200, trace, "there", true],
    ["a trace of nothing", 200, '{"result":{"resourceSpans":[]}}', "storage", true],
    ["that there is no such trace", 404, error(404), "storage", true],
    ["Jaeger's own error", 500, error(500), "storage", true],
    ["that the question is wrong", 400, error(400), "query", true],
    ["a refusal", 401, "{}", "auth", false],
    ["a page to log in on", 403, "<html>", "auth", false],
    ["the way to the identity provider", 302, "", "auth", false],
    ["a proxy with nobody behind it", 502, "<html>", "query", false],
    ["an error that is not Jaeger's", 500, "<html>", "query", false],
    ["a page that is not Jaeger's", 200, "<html>", "query", false],
    ["JSON that is not Jaeger's", 200, '{"result":"ok"}', "query", false],
    ["a path that nobody knows", 404, "404 page not found", "query", false],
    ["null", 200, "null", "query", false],
  ];
  for (const [what, status, body, state, own] of answers) {
    it(`${what} (${status}) is "${state}"${own ? ", and Jaeger's own" : ""}`, () => {
      assert.equal(stateOf({ status, text: body }), state);
      assert.equal(isJaegers({ status, text: body }), own);
    });
  }
});

interface Writer {
  readonly write: (plan: ProbePlan, traceId: string, spanId: string) => Promise<string | undefined>;
}
interface Back {
  readonly readBack: (
    plan: ProbePlan,
    traceId: string,
  ) => Promise<{ reason: string; word: string } | undefined>;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- programs, not modules of this project
const { write } = require("../../../components/jaeger/probe/script/write.js") as Writer;
// eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
const { readBack } = require("../../../components/jaeger/probe/script/read.js") as Back;

// The server is a stand-in, for what a real Jaeger and proxy do not answer on demand.
describe("what the probe makes of a server that", () => {
  /** Status, text and address of a redirect of each answer; undefined: none comes. */
  type Answer = readonly [status: number, text: string, location?: string] | undefined;
  const ids = ["a".repeat(32), "b".repeat(16)] as const;
  const noTrace: Answer = [404, '{"error":{"httpCode":404,"message":"No traces found"}}'];
  let answers: Answer[];
  let asked: string[];
  let server: http.Server;
  let folder: string;
  let local: ProbePlan;

  before(async () => {
    server = http.createServer((request, response) => {
      asked.push(request.url ?? "");
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) return;
      const [status, body, location] = answer;
      response.writeHead(status, location === undefined ? {} : { location }).end(body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    folder = mkdtempSync(join(tmpdir(), "nova-tracing-probe-"));
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, "a-machine\n");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    local = {
      ...plan,
      passwordFile,
      writeUrl: `${url}/v1/traces`,
      readUrl: `${url}/api/v3/traces`,
      writeTimeoutSeconds: 0.3,
      readPauseSeconds: 0.05,
      readDeadlineSeconds: 0.5,
    };
  });
  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    asked = [];
  });

  it("takes the span: it is acknowledged", async () => {
    for (const text of ["{}", '{"partialSuccess":{}}', '{"partialSuccess":{"rejectedSpans":"0"}}']) {
      answers = [[200, text]];
      assert.equal(await write(local, ...ids), undefined);
    }
  });

  const refusals: [string, Answer, RegExp][] = [
    [
      "takes none of the spans, though it says 200",
      [200, '{"partialSuccess":{"rejectedSpans":"1"}}'],
      /: 200 \{/,
    ],
    ["answers with a page", [200, "<html>"], /: 200 <html>$/],
    ["says that it is full", [503, "queue is full"], /: 503 queue is full$/],
    ["sends it elsewhere", [307, "", "/elsewhere"], /: 307$/],
    ["does not answer", undefined, /: no answer within 0\.3 s$/],
  ];
  for (const [what, answer, word] of refusals) {
    it(`${what}: it is not acknowledged`, async () => {
      answers = [answer];
      assert.match((await write(local, ...ids)) ?? "", word);
      assert.deepEqual(asked, ["/v1/traces"]);
    });
  }

  const states: [string, Answer[], reason: string | undefined][] = [
    [
      "has the trace after a while",
      [noTrace, [502, ""], [200, '{"result":{"resourceSpans":[{}]}}']],
      undefined,
    ],
    ["sends it to a login, which is not followed", [[302, "", "/login"]], "auth"],
    ["is away at first and then has no such trace", [[502, ""], noTrace], "storage"],
    ["has no such trace and is away at last", [noTrace, [502, ""]], "query"],
    ["has no such trace and keeps silent until the deadline", [noTrace, undefined], "storage"],
    ["does not answer", [undefined], "query"],
  ];
  for (const [what, course, reason] of states) {
    it(`${what}: ${reason ?? "it is there"}`, async () => {
      answers = [...course];
      const begun = Date.now();
      assert.equal((await readBack(local, ids[0]))?.reason, reason);
      assert.ok(Date.now() - begun < 3000, "it ends at the deadline");
      assert.deepEqual(new Set(asked), new Set([`/api/v3/traces/${ids[0]}`]));
    });
  }

  it("is asked with a password that is not there: auth", async () => {
    answers = [noTrace];
    const failure = await readBack({ ...local, passwordFile: join(folder, "none") }, ids[0]);
    assert.equal(failure?.reason, "auth");
    assert.match(failure.word, /ENOENT/);
    assert.deepEqual(asked, []);
  });
});
