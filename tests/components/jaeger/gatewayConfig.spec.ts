import assert from "node:assert/strict";
import { gatewayConfig } from "../../../components/jaeger/gatewayConfig";
import { personalValuePattern, personalValues } from "../../../components/jaeger/personalValues";
import { renderYaml } from "../../../components/jaeger/sharedConfig";
import { personalDataExamples } from "../../../policy/limits";
import { harmlessValues } from "../../elasticsearch/personalData/cases";
import { at, list } from "../../support/document";

// What is rendered. What a real collector makes of it is in tests/elasticsearch/personalData.spec.ts and gateway.spec.ts.

const config = gatewayConfig({ backendHost: "backend.tracing", legacyReceiver: false });
const pipeline = at(config, "service", "pipelines", "traces");

describe("the gateway's configuration", () => {
  it("keeps nothing that it has acknowledged: no batch, no queue, no retry, one exporter", () => {
    const steps = list(pipeline, "processors");
    assert.deepEqual(steps, ["memory_limiter", "attributes/pii", "transform/pii", "redaction/pii"]);
    assert.deepEqual(list(pipeline, "exporters"), ["otlp_http"]);
    const exporter = at(config, "exporters", "otlp_http");
    assert.deepEqual(at(exporter, "sending_queue"), { enabled: false });
    assert.deepEqual(at(exporter, "retry_on_failure"), { enabled: false });
    assert.equal(at(exporter, "endpoint"), "http://backend.tracing:4318");
  });

  it("takes Jaeger's own thrift only if asked to", () => {
    assert.deepEqual(list(pipeline, "receivers"), ["otlp"]);
    const legacy = gatewayConfig({ backendHost: "backend.tracing", legacyReceiver: true });
    assert.deepEqual(list(at(legacy, "service", "pipelines", "traces"), "receivers"), ["otlp", "jaeger"]);
  });

  it("has no dollar sign, which the collector would expand, in any expression", () => {
    assert.ok(!renderYaml(config).includes("$"));
  });

  it("lets nothing through after a step that failed", () => {
    assert.equal(at(config, "processors", "transform/pii", "error_mode"), "propagate");
  });
});

describe("the names whose attributes go", () => {
  const names = list(at(config, "processors", "transform/pii"), "trace_statements")
    .flatMap((group) => list(group, "statements"))
    .flatMap((statement) => /^delete_matching_keys\(attributes, (".*")\)$/.exec(String(statement))?.[1] ?? [])
    .map((pattern) => new RegExp((JSON.parse(pattern) as string).slice("(?i)".length), "i"));
  const goes = (name: string): boolean => names.some((pattern) => pattern.test(name));

  it("are those of secrets and of people, however they are written", () => {
    const personal =
      "user.password db.pwd PIN login.otp card.cvv payment_cvc session.id sessionId jsessionid app.username user_name customerName recipient.name enduser.nickname mobile.phone dob home_address zipCode geo.latitude accountNumber tax.id aws.access_key privateKey webhook.signature credentials telephone userPhone customerLastName order.customer.name http.request.body db.query.parameter.0 http.request.header.x-forwarded-for";
    assert.deepEqual(
      personal.split(" ").filter((name) => !goes(name)),
      [],
    );
  });

  it("are not those by which one finds a fault", () => {
    const useful =
      "user.id enduser.id service.name host.name k8s.pod.name thread.name code.function.name db.collection.name db.user http.request.method http.route url.path server.address peer.service rpc.method exception.type messaging.destination.name spinlock pinned.version shipping.carrier passed.count microphone.id db.operation.name";
    assert.deepEqual(useful.split(" ").filter(goes), []);
  });
});

describe("the expression for personal values", () => {
  const flags = "(?i)";
  const whole = new RegExp(personalValuePattern.slice(flags.length), "i");

  it("ignores case as Go writes it, and needs every kind that it is made of", () => {
    assert.ok(personalValuePattern.startsWith(flags));
    for (const kind of Object.keys(personalValues) as (keyof typeof personalValues)[]) {
      const others = Object.entries(personalValues).filter(([name]) => name !== kind);
      const without = new RegExp(others.map(([, value]) => `(?:${value})`).join("|"), "i");
      const missed = [...Object.values(personalDataExamples), ...moreExamples].filter(
        (example) => !without.test(example),
      );
      assert.ok(missed.length > 0, `${kind} finds nothing that the others do not find`);
    }
  });

  for (const [what, example] of Object.entries(personalDataExamples)) {
    it(`finds ${what}`, () => {
      assert.match(example, whole);
    });
  }

  it("finds nothing in what is harmless", () => {
    for (const { value } of harmlessValues) {
      for (const text of typeof value === "string" ? [value] : []) assert.doesNotMatch(text, whole, text);
    }
  });

  it("takes public addresses of version 4, and no other", () => {
    const isPublic = (first: number, second: number): boolean =>
      first > 0 &&
      first < 224 &&
      first !== 10 &&
      first !== 127 &&
      !(first === 100 && second >= 64 && second < 128) &&
      !(first === 169 && second === 254) &&
      !(first === 172 && second >= 16 && second < 32) &&
      !(first === 192 && second === 168);
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const address = `${first}.${second}.3.4`;
        assert.equal(whole.test(`from ${address}:443`), isPublic(first, second), address);
      }
    }
  });
});

/** Of the kinds that the policy pack does not ask for. */
const moreExamples = ["ghp_abcdefghijklmnopqrstuvwxyz0123456789"];
