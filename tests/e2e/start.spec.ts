// Proves the main job on this machine. What a registry does not serve is a stand-in (sandbox/providers/README.md):
// that the vendor's plugins do the same is not proved here.
import assert from "node:assert/strict";
import { findTrace } from "../../sandbox/trace/query";
import { clearSandbox, machineSnapshot, npm } from "../support/sandbox";
import { servicePath } from "../support/spanTree";
import { before as machineBefore } from "../support/machineBefore";

const services = ["auth-service", "user-service", "content-service", "messaging-service"];

describe("npm start", () => {
  let traceId = "";

  before(async () => {
    await clearSandbox();
    machineBefore.snapshot = await machineSnapshot();
  });

  it("exits 0 and prints one trace over the four services and the address of the UI", async () => {
    const { code, stdout, seconds } = await npm("start");
    assert.equal(code, 0);
    process.stdout.write(`      from nothing running to the printed trace: ${seconds.toFixed(0)} s\n`);
    traceId = /^Trace ([0-9a-f]{32}), \d+ spans over 4 services:$/m.exec(stdout)?.[1] ?? "";
    assert.notEqual(traceId, "", stdout);
    for (const service of services) assert.match(stdout, new RegExp(`${service}: `));
    assert.match(stdout, /http:\/\/localhost:16686/);
  });

  it("makes a trace in which each service hangs below the one that called it", async () => {
    const spans = await findTrace("http://localhost:16686", traceId);
    assert.deepEqual(servicePath(spans, "messaging-service"), services);
    assert.equal(spans.filter(({ parentSpanId }) => parentSpanId === "").length, 1, "exactly one first span");
  });

  it("changes nothing when it runs again", async () => {
    const { code, stderr, seconds } = await npm("start");
    assert.equal(code, 0);
    const summaries = [...stderr.matchAll(/✓ pulumi up .*?: ([^(]*)\(/g)].map((match) => match[1]?.trim());
    assert.equal(summaries.length, 2, stderr);
    for (const summary of summaries) assert.match(summary ?? "", /^\d+ unchanged$/);
    process.stdout.write(`      again, with the sandbox up: ${seconds.toFixed(0)} s\n`);
  });

  it("tells what runs", async () => {
    const { code, stdout } = await npm("run", "--silent", "sandbox", "--", "status");
    assert.equal(code, 0);
    assert.match(stdout, /Node +running, stack dev/);
    for (const service of services) assert.match(stdout, new RegExp(`default/${service}-\\S+ +Ready`));
  });
});
