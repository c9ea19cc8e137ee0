import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { allInOneConfig } from "../../components/jaeger/allInOneConfig";
import { renderYaml } from "../../components/jaeger/sharedConfig";
import { samplingStrategies } from "../../components/tracing/strategies";
import { samplingTable } from "../../components/tracing/sampleRates";
import { sandboxPaths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { list } from "../support/document";

// What Jaeger does with the all-in-one configuration, in a network namespace of its own so that no port of the machine
// is touched. One release (2.13, what the sandbox can build), outside Kubernetes.

const traceId = "5b8efff798038103d269b633813fc60c";
const sampling = samplingTable(1, { "auth-service": {}, "messaging-service": { sampleRate: 0.01 } });

describe("Jaeger with the all-in-one configuration", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  const folder = mkdtempSync(join(tmpdir(), "nova-tracing-"));
  let jaeger: ChildProcess;

  /** Asks Jaeger, from within its namespace. Status 0: nobody listens. */
  function ask(url: string, body?: unknown): { readonly status: number; readonly text: string } {
    const code = `const [url, body] = process.argv.slice(1);
      fetch(url, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body })
        .then(async (answer) => ({ status: answer.status, text: await answer.text() }), () => ({ status: 0, text: "" }))
        .then((answer) => console.log(JSON.stringify(answer)));`;
    const args = [`--net=/proc/${String(jaeger.pid)}/ns/net`, process.execPath, "-e", code, url];
    if (body !== undefined) args.push(JSON.stringify(body));
    const { stdout } = spawnSync("nsenter", args, { encoding: "utf8" });
    return JSON.parse(stdout) as { status: number; text: string };
  }

  before(async () => {
    const tools = await ensureToolchain(sandboxPaths(), lineProgress());
    const [config, strategies] = [join(folder, "config.yaml"), join(folder, "strategies.json")];
    const document = allInOneConfig({
      maxTraces: 1342,
      samplingPath: strategies,
      legacyReceiver: false,
      spanMetrics: true,
    });
    writeFileSync(config, renderYaml(document));
    writeFileSync(strategies, JSON.stringify(samplingStrategies(sampling)));
    const script = 'ip link set lo up && exec "$0" --config="$1"';
    jaeger = spawn("unshare", ["--net", "sh", "-c", script, tools.jaeger, config], { stdio: "ignore" });
    for (let attempt = 0; attempt < 50 && ask("http://127.0.0.1:13133/status").status !== 200; attempt++)
      await wait(200);
  });

  after(() => {
    jaeger.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  it("is healthy on /status, where the probes ask", () => {
    assert.equal(ask("http://127.0.0.1:13133/status").status, 200);
  });

  it("stores a span without the personal data in its attributes", async () => {
    const attributes = {
      "user.id": "u-1",
      "user.email": "someone@nova.com",
      "user.password": "hunter2",
      "http.request.header.Cookie": "session=1",
      "email.subject": "hello",
      "code.classname": "LoginHandler",
    };
    const now = String(Date.now() * 1_000_000);
    const span = {
      traceId,
      spanId: "eee19b7ec3c1b174",
      name: "POST /api/v1/auth/login",
      kind: 2,
      startTimeUnixNano: now,
      endTimeUnixNano: now,
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
    };
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "auth-service" } }] };
    const sent = ask("http://127.0.0.1:4318/v1/traces", {
      resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }],
    });
    assert.equal(sent.status, 200);

    let answer = ask(`http://127.0.0.1:16686/api/v3/traces/${traceId}`);
    for (let attempt = 0; attempt < 20 && answer.status !== 200; attempt++) {
      await wait(200);
      answer = ask(`http://127.0.0.1:16686/api/v3/traces/${traceId}`);
    }
    const stored = list(
      JSON.parse(answer.text),
      "result",
      "resourceSpans",
      0,
      "scopeSpans",
      0,
      "spans",
      0,
      "attributes",
    ) as { key: string; value: { stringValue: string } }[];
    // What Jaeger itself adds when it answers is none of the sender's.
    const own = stored.filter(({ key }) => !key.startsWith("@jaeger@"));
    const found = Object.fromEntries(own.map(({ key, value }) => [key, value.stringValue]));
    const { "user.email": email, ...rest } = found;
    assert.deepEqual(rest, { "user.id": "u-1", "code.classname": "LoginHandler" });
    assert.match(email ?? "", /^[0-9a-f]{64}$/);
  });

  it("tells an SDK that asks the rate of its service, and the default to one that it does not know", () => {
    const rate = (service: string): unknown => {
      const { text } = ask(`http://127.0.0.1:5778/sampling?service=${service}`);
      return (JSON.parse(text) as { probabilisticSampling: { samplingRate: number } }).probabilisticSampling
        .samplingRate;
    };
    assert.deepEqual(["auth-service", "messaging-service", "unknown"].map(rate), [1, 0.01, 1]);
  });

  it("reports its spans under the pinned names of metrics", () => {
    const { text } = ask("http://127.0.0.1:8888/metrics");
    assert.match(text, /^otelcol_receiver_accepted_spans_total\{[^}]*transport="http"[^}]*\} 1$/m);
    assert.match(
      text,
      /^otelcol_exporter_sent_spans_total\{[^}]*exporter="jaeger_storage_exporter"[^}]*\} 1$/m,
    );
    assert.match(text, /^jaeger_storage_latency_seconds_bucket\{[^}]*le="0\.005"\}/m);
  });

  it("mends a span without a name or a service, though the span metrics read it too", () => {
    const now = String(Date.now() * 1_000_000);
    const send = (service: string | undefined, name: string, byte: string): number => {
      const attributes =
        service === undefined ? [] : [{ key: "service.name", value: { stringValue: service } }];
      const [trace, spanId] = [byte.repeat(16), byte.repeat(8)];
      const span = { traceId: trace, spanId, name, kind: 1, startTimeUnixNano: now, endTimeUnixNano: "0" };
      const resourceSpans = [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }];
      return ask("http://127.0.0.1:4318/v1/traces", { resourceSpans }).status;
    };
    assert.deepEqual(
      [send(undefined, "x", "a1"), send("", "x", "a2"), send("odd", "", "a3")],
      [200, 200, 200],
    );
    const { services } = JSON.parse(ask("http://127.0.0.1:16686/api/v3/services").text) as {
      services: string[];
    };
    assert.deepEqual(services.sort(), ["auth-service", "empty-service-name", "missing-service-name", "odd"]);
  });

  it("counts the spans of a service by kind and status, and no more than that", async () => {
    let text = "";
    // Every 15 s, and the first time it says 0, so that a rate sees the first span.
    for (let attempt = 0; attempt < 100 && !text.includes('service_name="odd"'); attempt++) {
      await wait(250);
      ({ text } = ask("http://127.0.0.1:8889/metrics"));
    }
    const labels =
      /^traces_span_metrics_calls_total\{([^}]*service_name="odd"[^}]*)\} [01]$/m.exec(text)?.[1] ?? "";
    assert.deepEqual(
      labels.split(",").map((label) => label.split("=")[0]),
      ["job", "otel_scope_name", "otel_scope_schema_url", "otel_scope_version"].concat([
        "service_name",
        "span_kind",
        "status_code",
      ]),
    );
    assert.match(
      text,
      /^traces_span_metrics_duration_seconds_bucket\{[^}]*service_name="odd"[^}]*le="2\.5"\} 1$/m,
    );
  });

  it("leaves port 1 closed, so that the probe which ends the container at its age cannot succeed", () => {
    const code = `require("node:net").connect(1, "127.0.0.1").on("error", ({ code }) => console.log(code));`;
    const args = [`--net=/proc/${String(jaeger.pid)}/ns/net`, process.execPath, "-e", code];
    assert.equal(spawnSync("nsenter", args, { encoding: "utf8" }).stdout.trim(), "ECONNREFUSED");
  });

  it("ends by itself on SIGTERM, well within the grace period of its pod", async () => {
    const ended = once(jaeger, "exit");
    jaeger.kill("SIGTERM");
    const [code] = (await Promise.race([ended, wait(30_000, ["still running"])])) as unknown[];
    assert.equal(code, 0);
  });
});
