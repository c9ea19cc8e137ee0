import assert from "node:assert/strict";
import { tracingProject } from "../../sandbox/stack/deploy";
import { merge, type StackConfig } from "../../sandbox/stack/overlay";
import { fixtureProject, pulumi, runningSandbox } from "../support/sandbox";
import { projectFolder } from "../../sandbox/support/paths";

const pack = ["--policy-pack", `${projectFolder}/policy`];

describe("a violating `pulumi up`", () => {
  it("is refused by the policy pack before anything changes", async () => {
    const { cluster, engine } = await runningSandbox();
    const { code, stdout, stderr } = await pulumi(
      engine,
      fixtureProject("violation", "dev", { rate: "0.5" }),
      ["up", "--yes", ...pack],
    );
    assert.notEqual(code, 0, "the exit code is what a pipeline sees");
    assert.match(stdout + stderr, /\[mandatory\][^\n]*/i);
    assert.match(stdout + stderr, /0\.5/, "the message names the value");
    assert.equal(
      await cluster.api.find("/api/v1/namespaces/violation"),
      undefined,
      "not even the namespace may be there",
    );
    cluster.api.close();
  });

  it("is allowed with the value that the environment has: so it is the value that was refused", async () => {
    const { cluster, engine } = await runningSandbox();
    const allowed = fixtureProject("violation", "dev", { rate: "1" });
    const { stdout, stderr } = await pulumi(engine, allowed, ["preview", ...pack]);
    assert.doesNotMatch(stdout + stderr, /TRACING_SAMPLE_RATE/);
    cluster.api.close();
  });

  it("is refused by the settings alone, in one message that names key and limit, without a stack trace", async () => {
    const { cluster, engine } = await runningSandbox();
    const project = tracingProject("dev");
    const wrong = merge(project.overlay, { "nova-tracing:sampling": { defaultRate: 0.5 } }) as StackConfig;
    const { code, stdout, stderr } = await pulumi(engine, { ...project, overlay: wrong }, ["up", "--yes"]);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /Pulumi\.dev\.yaml, nova-tracing:sampling\.defaultRate = 0\.5/);
    assert.doesNotMatch(stdout + stderr, /\n +at .*\.ts:\d+/);
    const configMap = await cluster.api.find("/api/v1/namespaces/default/configmaps/auth-service-config");
    assert.equal(
      Number((configMap?.data as Record<string, string>).TRACING_SAMPLE_RATE),
      1,
      "the cluster is as it was",
    );
    await pulumi(engine, project, ["preview"]);
    cluster.api.close();
  });
});
