// The commands of the README, by the real CLI, policy host and API server. There is no node behind this API server:
// that an `up` comes to its end is proved in tests/e2e.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { openProject, tracingProject, type SandboxProject } from "../../sandbox/stack/deploy";
import type { StackConfig } from "../../sandbox/stack/overlay";
import type { RunResult } from "../../sandbox/support/process";
import { fixtureProject } from "../support/sandbox";
import { anyCode, useEngine } from "../support/engineUnderTest";

const withPack = ["--policy-pack", "policy"];

interface Mutant {
  readonly what: string;
  readonly stack: string;
  readonly change?: StackConfig;
  readonly madeUpSecrets?: boolean;
  /** What the message holds: the key with its value, and what to write instead. */
  readonly says: readonly string[];
}

function rate(stack: string, defaultRate: number, fix: string): Mutant {
  return {
    what: `a rate of ${defaultRate}`,
    stack,
    change: { "nova-tracing:sampling": { defaultRate } },
    says: [`Pulumi.${stack}.yaml, nova-tracing:sampling.defaultRate = ${defaultRate}`, fix],
  };
}

function retention(stack: string, retentionDays: number, fix: string): Mutant {
  return {
    what: `a retention of ${retentionDays} days`,
    stack,
    change: { "nova-tracing:storage": { retentionDays } },
    says: [`Pulumi.${stack}.yaml, nova-tracing:storage.retentionDays = ${retentionDays}`, fix],
  };
}

const shippedStacks = ["dev", "staging", "production"];

const mutants: readonly Mutant[] = [
  rate("dev", 0.5, "Write 1"),
  rate("dev", 1.5, "Write 1"),
  rate("staging", 0.4, "Write 0.5"),
  rate("staging", 0.6, "Write 0.5"),
  rate("production", 0.005, "Write 0.1"),
  rate("production", 0.5, "Write 0.1"),
  {
    what: "a high-traffic service over its ceiling",
    stack: "production",
    change: { "nova-tracing:services": { "messaging-service": { sampleRate: 0.1 } } },
    says: ["nova-tracing:services.messaging-service.sampleRate = 0.1", "Write 0.01"],
  },
  // Dev may keep its spans for less than its seven days.
  retention("dev", 8, "Write 7"),
  retention("staging", 29, "Write 30"),
  retention("staging", 31, "Write 30"),
  retention("production", 89, "Write 90"),
  retention("production", 91, "Write 90"),
  ...shippedStacks.map((stack): Mutant => {
    const change = { "nova-tracing:samplng": { defaultRate: 1 } };
    return {
      what: "a misspelt key",
      stack,
      change,
      says: ["nova-tracing:samplng", "Did you mean sampling?"],
    };
  }),
  ...shippedStacks.map((stack): Mutant => {
    const resources = { limits: { memory: "256 megabytes" } };
    return {
      what: "a quantity that is none",
      stack,
      change: { "nova-tracing:jaeger": { collector: { resources } } },
      says: [
        'nova-tracing:jaeger.collector.resources.limits.memory = "256 megabytes"',
        "Write for example 256Mi",
      ],
    };
  }),
  ...["staging", "production"].map((stack): Mutant => {
    const change = { "nova-tracing:storage": { elasticsearch: { storageGi: 1 } } };
    const key = "nova-tracing:storage.elasticsearch.storageGi = 1";
    return { what: "a disk that cannot hold the retention", stack, change, says: [key, "Write "] };
  }),
  {
    what: "no secret",
    stack: "production",
    madeUpSecrets: false,
    says: [
      "Pulumi.production.yaml, nova-tracing:oidcClientSecret is missing",
      "pulumi config set --secret nova-tracing:oidcClientSecret -s production",
    ],
  },
  {
    what: "the wrong name of a stack",
    stack: "qa",
    says: ['the stack\'s name = "qa"', "dev, staging, production", 'Run "pulumi stack select"'],
  },
];

describe("the program under the real engine", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  const under = useEngine();

  async function pulumi(project: SandboxProject, args: readonly string[]): Promise<RunResult> {
    const projectFolder = await openProject(under.engine, under.paths, project);
    return under.engine.pulumi(projectFolder, [...args, "-s", project.stack], { okCodes: anyCode });
  }

  function changed(stack: string, change: StackConfig): SandboxProject {
    return { ...tracingProject(stack), overlay: change };
  }

  it("previews dev as it is shipped, with the policy pack, without a violation", async () => {
    const { code, stdout, stderr } = await pulumi(changed("dev", {}), ["preview", ...withPack]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /✅ nova-tracing-policy@v\d/);
    assert.match(stdout, /to create/);
    assert.doesNotMatch(stdout, /\[mandatory\]|\[advisory\]/i);
  });

  it("fails the preview of a violating program with a code that a pipeline sees, and creates nothing", async () => {
    const project = fixtureProject("violation", "dev", { rate: "0.5" });
    const pack = ["--policy-pack", path.resolve("policy")];
    const { code, stdout, stderr } = await pulumi(project, ["preview", ...pack]);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /TRACING_SAMPLE_RATE/);
    assert.equal(await under.api.find("/api/v1/namespaces/violation"), undefined);
  });

  it("has a made-up secret of production in the view's stack file alone, and only encrypted", async () => {
    const project = changed("production", {});
    const file = (folder: string): string =>
      fs.readFileSync(path.join(folder, "Pulumi.production.yaml"), "utf8");
    const shipped = file(project.checkout);
    const viewed = file(await openProject(under.engine, under.paths, project));
    const { config } = parse(viewed) as { config: Record<string, { secure?: string }> };
    assert.match(config["nova-tracing:oidcClientSecret"]?.secure ?? "", /^v1:/);
    const key = ["config", "get", "nova-tracing:oidcClientSecret"];
    const secret = (await pulumi(project, key)).stdout.trim();
    assert.match(secret, /^[0-9a-f]{48}$/);
    assert.ok(!viewed.includes(secret));
    assert.equal((await pulumi(project, key)).stdout.trim(), secret, "it is the same the next time");
    assert.equal(file(project.checkout), shipped);
  });

  describe("refuses, with one message that names key and fix, no stack trace, and nothing created", () => {
    const seconds: number[] = [];

    after(() => {
      const sorted = seconds.sort((a, b) => a - b);
      const [median = NaN, slowest = NaN] = [sorted[sorted.length >> 1], sorted.at(-1)];
      process.stdout.write(`      median ${median.toFixed(1)} s, slowest ${slowest.toFixed(1)} s\n`);
    });

    for (const { what, stack, change = {}, madeUpSecrets = true, says } of mutants) {
      it(`${stack}: ${what}`, async () => {
        const project = { ...changed(stack, change), madeUpSecrets };
        const folder = await openProject(under.engine, under.paths, project);
        const started = Date.now();
        const options = { okCodes: anyCode };
        const { code, stdout, stderr } = await under.engine.pulumi(
          folder,
          ["up", "--yes", "-s", stack],
          options,
        );
        seconds.push((Date.now() - started) / 1000);
        const output = stdout + stderr;
        assert.notEqual(code, 0);
        for (const text of says) assert.ok(output.includes(text), `"${text}" is missing in:\n${output}`);
        // What stands before it is the progress, which repeats the first line.
        const said = output.slice(output.indexOf("Diagnostics:"));
        assert.equal(said.match(/1 problem in the settings/g)?.length, 1, output);
        assert.doesNotMatch(output, /\n +at .*:\d+:\d+/);
        assert.equal(await under.api.find("/api/v1/namespaces/observability"), undefined);
        const { deployment } = JSON.parse((await pulumi(project, ["stack", "export"])).stdout) as {
          deployment: { resources?: readonly unknown[] };
        };
        assert.equal(deployment.resources?.length ?? 0, 0);
      });
    }
  });
});
