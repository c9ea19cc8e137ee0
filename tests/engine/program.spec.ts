// The commands of the README, by the real CLI, policy host and API server. There is no node behind this API server:
// that an `up` comes to its end is proved in tests/e2e.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { KubernetesApi } from "../../sandbox/node/kubernetesApi";
import { openProject, tracingProject, type SandboxProject } from "../../sandbox/stack/deploy";
import { openEngine, type Engine } from "../../sandbox/stack/engine";
import { merge, type StackConfig } from "../../sandbox/stack/overlay";
import { sandboxPaths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import type { RunResult } from "../../sandbox/support/process";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { startApiServer, type ApiServer } from "../../sandbox/node/emptyApiServer";
import { fixtureProject } from "../support/sandbox";

const anyCode = Array.from({ length: 256 }, (_, code) => code);
const withPack = ["--policy-pack", "policy"];

describe("the program under the real engine", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-"));
  const paths = { ...sandboxPaths(), state: path.join(folder, "state") };
  let server: ApiServer | undefined;
  let engine: Engine;
  let api: KubernetesApi;

  before(async () => {
    const tools = await ensureToolchain(paths, lineProgress());
    const etcd = path.join(tools.debian.root, "usr/bin/etcd");
    server = await startApiServer({
      etcd,
      kubeApiserver: tools.kubeApiserver,
      folder: path.join(folder, "server"),
    });
    api = new KubernetesApi(server.kubeconfig);
    engine = await openEngine(paths, tools.pulumi, server.kubeconfig, () => undefined);
  });

  after(async () => {
    api.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function preview(project: SandboxProject, options: readonly string[] = []): Promise<RunResult> {
    const projectFolder = await openProject(engine, paths, project);
    return engine.pulumi(projectFolder, ["preview", "-s", project.stack, ...options], { okCodes: anyCode });
  }

  function changed(stack: string, change: StackConfig): SandboxProject {
    const project = { ...tracingProject(stack), overlay: {} };
    return { ...project, overlay: merge(project.overlay, change) as StackConfig };
  }

  it("previews dev as it is shipped, with the policy pack, without a violation", async () => {
    const { code, stdout, stderr } = await preview(changed("dev", {}), withPack);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /✅ nova-tracing-policy@v\d/);
    assert.match(stdout, /to create/);
    assert.doesNotMatch(stdout, /\[mandatory\]|\[advisory\]/i);
  });

  it("fails the preview of a violating program with a code that a pipeline sees, and creates nothing", async () => {
    const project = fixtureProject("violation", "dev", { rate: "0.5" });
    const { code, stdout, stderr } = await preview(project, ["--policy-pack", path.resolve("policy")]);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /TRACING_SAMPLE_RATE/);
    assert.equal(await api.find("/api/v1/namespaces/violation"), undefined);
  });

  const mutants: readonly {
    readonly what: string;
    readonly stack: string;
    readonly change: StackConfig;
    readonly says: RegExp;
  }[] = [
    {
      what: "a rate under the floor",
      stack: "dev",
      change: { "nova-tracing:sampling": { defaultRate: 0.5 } },
      says: /Pulumi\.dev\.yaml, nova-tracing:sampling\.defaultRate = 0\.5/,
    },
    {
      what: "a rate over the ceiling",
      stack: "production",
      change: { "nova-tracing:sampling": { defaultRate: 0.5 } },
      says: /Pulumi\.production\.yaml, nova-tracing:sampling\.defaultRate = 0\.5/,
    },
    {
      what: "too long a retention",
      stack: "dev",
      change: { "nova-tracing:storage": { retentionDays: 8 } },
      says: /nova-tracing:storage\.retentionDays = 8/,
    },
    {
      what: "a misspelt key",
      stack: "dev",
      change: { "nova-tracing:samplng": { defaultRate: 1 } },
      says: /nova-tracing:samplng[^\n]*Did you mean sampling\?/,
    },
    {
      what: "a quantity that is none",
      stack: "dev",
      change: {
        "nova-tracing:jaeger": { collector: { resources: { limits: { memory: "256 megabytes" } } } },
      },
      says: /nova-tracing:jaeger\.collector\.resources\.limits\.memory = "256 megabytes"/,
    },
    {
      what: "the wrong name of a stack",
      stack: "qa",
      change: {},
      says: /"?qa"?[^\n]*dev, staging[, or]+production/,
    },
  ];
  for (const { what, stack, change, says } of mutants) {
    it(`refuses ${what} with one message that names key and value, and no stack trace`, async () => {
      const { code, stdout, stderr } = await preview(changed(stack, change));
      assert.notEqual(code, 0);
      assert.match(stdout + stderr, says);
      assert.doesNotMatch(stdout + stderr, /\n +at .*:\d+:\d+/);
      assert.doesNotMatch(stdout, /to create\b.*[2-9]/);
    });
  }
});
