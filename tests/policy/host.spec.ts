/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break objects that no type describes */
import assert from "node:assert/strict";
import { environments } from "../../policy/limits";
import { rules } from "../../policy/policies";
import { changed, compliantStack, named } from "./support/compliantStack";
import { unknownText } from "./support/evaluate";
import { type Host, startHost } from "./support/host";

// The SDK's own host and gRPC server, started by package.json's main file as by any language host. It is told neither
// stack nor configuration, so `getStack()` would be empty. What the engine makes of the answers is in tests/engine.
describe("the pack in the SDK's host, with nil options", function () {
  this.timeout(60_000);
  let host: Host;

  before(async () => {
    host = await startHost();
  });

  after(() => host.stop());

  it("names itself, its version and every rule as a mandatory policy", async () => {
    const { name, version, policiesList } = await host.info();
    assert.equal(name, "nova-tracing-policy");
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(
      policiesList.map((policy) => [policy.name, policy.enforcementlevel]).sort(),
      rules.map((rule) => [rule.name, 1]).sort(),
    );
  });

  for (const stack of environments) {
    it(`allows a compliant stack ${stack}`, async () => {
      const resources = compliantStack(stack);
      for (const resource of resources) assert.deepEqual(await host.analyze(resource, stack), []);
      assert.deepEqual(await host.analyzeStack(resources, stack), []);
    });
  }

  it("takes the environment from the URN: what production allows is refused in dev, and in a stack that nobody knows", async () => {
    const service = named(compliantStack("production"), "auth-service-config");
    assert.deepEqual(await host.analyze(service, "production"), []);
    const found = await host.analyze(service, "dev");
    assert.ok(found.some(({ policy, level }) => policy === "tracing-sampling-limit-rate" && level === 1));
    const unknown = await host.analyze(service, "qa");
    assert.ok(unknown.some(({ policy }) => policy === "tracing-stack-require-known-environment"));
  });

  it("reports the object as it is now, and not as it was asked about before", async () => {
    const service = named(compliantStack("production"), "auth-service-config");
    assert.deepEqual(await host.analyze(service, "production"), []);
    const worse = structuredClone(service);
    worse.props.data.TRACING_SAMPLE_RATE = "0.9";
    const found = await host.analyze(worse, "production");
    assert.ok(found.some(({ message }) => message.includes("0.9 is above the ceiling")));
    assert.deepEqual(await host.analyze(service, "production"), []);
  });

  it("refuses an unknown value in a policed place, and makes no advice of it", async () => {
    const service = structuredClone(named(compliantStack("dev"), "auth-service-config"));
    service.props.data.TRACING_SAMPLE_RATE = unknownText;
    const found = await host.analyze(service, "dev");
    assert.notEqual(found.length, 0);
    for (const { level, message } of found) assert.equal(level, 1, message);
    assert.match(found.map(({ message }) => message).join("\n"), /unknown during preview/);
  });

  it("refuses what is missing from the stack as a whole, with the resource where it shows", async () => {
    const resources = changed(compliantStack("production"), "jaeger-lifecycle");
    const found = await host.analyzeStack(resources, "production");
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [["elasticsearch-retention-require-enforcement", 1]],
    );
  });
});
