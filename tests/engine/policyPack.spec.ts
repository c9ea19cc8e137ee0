// The policy pack in the real engine, against an API server: what tests/contract finds in this process has to end a
// real preview with a code that a pipeline sees. The objects are the program's, without the program: no settings check
// stands before the pack.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Environment } from "../../policy/limits";
import type { RunResult } from "../../sandbox/support/process";
import { mutations, type Mutation } from "../contract/support/mutations/index";
import { recordedStack } from "../contract/support/recordedStack";
import { type Declared } from "../policy/support/evaluate";
import { packFolder } from "../policy/support/host";
import { projectFolder } from "../support/stackFiles";
import { anyCode, useEngine } from "../support/engineUnderTest";

const withPack = ["--policy-pack", packFolder];

/** Mutations of tests/contract, by their titles there. */
const tried: Readonly<Record<"staging" | "production", readonly string[]>> = {
  staging: ["a service samples 0.9", "the cleaner is told the retention itself", "the cleaner is gone"],
  production: [
    "production runs with dev's rate in the standard variable alone",
    "the lifecycle policy deletes after 89d",
    "the lifecycle policy is called otherwise in Jaeger's configuration",
  ],
};

/** What a stack would put into the cluster, perhaps with a mutation. */
function objectsOf(stack: Environment, mutation?: Mutation): Declared[] {
  const resources = structuredClone(recordedStack(stack));
  const added = mutation?.apply(resources) ?? [];
  return [...resources, ...added]
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, name, props }) => ({ type, name, props: props as unknown }));
}

function mutationOf(title: string): Mutation {
  const found = mutations.find((mutation) => mutation.title === title);
  if (found === undefined) throw new Error(`there is no mutation "${title}"`);
  return found;
}

describe("the policy pack in the real engine", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  const under = useEngine();
  const { folder } = under;
  const project = path.join(folder, "project");
  const objectsFile = path.join(folder, "objects.json");

  before(async () => {
    fs.cpSync(path.join(__dirname, "fixtures/policyPack"), project, { recursive: true });
    fs.symlinkSync(path.join(projectFolder, "node_modules"), path.join(project, "node_modules"));
    for (const stack of ["staging", "production"]) {
      await under.engine.pulumi(project, ["stack", "init", stack]);
      await under.engine.pulumi(project, ["config", "set", "objects", objectsFile, "-s", stack]);
    }
  });

  function pulumi(stack: string, args: readonly string[], objects: readonly Declared[]): Promise<RunResult> {
    fs.writeFileSync(objectsFile, JSON.stringify(objects));
    return under.engine.pulumi(project, [...args, "-s", stack], { okCodes: anyCode });
  }

  async function assertRefused(
    { code, stdout, stderr }: RunResult,
    stack: string,
    { refusedBy }: Mutation,
  ): Promise<void> {
    const output = stdout + stderr;
    assert.notEqual(code, 0, output);
    assert.match(output, new RegExp(`\\[mandatory\\].*${refusedBy}`), output);
    assert.doesNotMatch(output, /\[advisory\]/);
    assert.equal(await under.api.find("/api/v1/namespaces/observability"), undefined);
    const { stdout: state } = await under.engine.pulumi(project, ["stack", "export", "-s", stack]);
    const { deployment } = JSON.parse(state) as { deployment: { resources?: readonly unknown[] } };
    assert.equal(deployment.resources?.length ?? 0, 0);
  }

  for (const stack of ["staging", "production"] as const) {
    it(`${stack}: passes what the program makes`, async () => {
      const { code, stdout, stderr } = await pulumi(stack, ["preview", ...withPack], objectsOf(stack));
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /✅ nova-tracing-policy@v\d/);
      assert.doesNotMatch(stdout, /\[mandatory\]|\[advisory\]/i);
    });

    for (const title of tried[stack]) {
      it(`${stack}: fails the preview, and creates nothing, if ${title}`, async () => {
        const mutation = mutationOf(title);
        const result = await pulumi(stack, ["preview", ...withPack], objectsOf(stack, mutation));
        await assertRefused(result, stack, mutation);
      });
    }
  }

  it("production: fails an update before it begins, if the rollover tool is gone", async () => {
    const mutation = mutationOf("the rollover tool is gone");
    const result = await pulumi(
      "production",
      ["up", "--yes", ...withPack],
      objectsOf("production", mutation),
    );
    await assertRefused(result, "production", mutation);
  });

  describe("pulumi policy analyze, of a file, without a stack, a backend and a program", () => {
    async function analyze(stack: string, objects: readonly Declared[]): Promise<RunResult> {
      const type = "pulumi:pulumi:Stack";
      const root = `urn:pulumi:${stack}::nova-tracing::${type}::nova-tracing-${stack}`;
      const resources = objects.map(({ type: token, name, props }) => ({
        urn: `urn:pulumi:${stack}::nova-tracing::${token}::${name}`,
        type: token,
        custom: true,
        id: name,
        parent: root,
        inputs: props as unknown,
        outputs: props as unknown,
      }));
      const state = {
        version: 3,
        deployment: {
          manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
          resources: [{ urn: root, type, custom: false }, ...resources],
        },
      };
      const file = path.join(folder, "state.json");
      fs.writeFileSync(file, JSON.stringify(state));
      // No project in this folder, and a backend that does not exist.
      return under.engine.pulumi(folder, ["policy", "analyze", "--file", file, ...withPack], {
        okCodes: anyCode,
        env: { PULUMI_BACKEND_URL: "file:///nonexistent" },
      });
    }

    it("passes what the program makes", async () => {
      const { code, stdout, stderr } = await analyze("production", objectsOf("production"));
      assert.equal(code, 0, stdout + stderr);
    });

    it("takes the environment from the URNs: refuses production's objects in staging, and in no stack of ours", async () => {
      for (const [stack, policy] of [
        ["staging", "tracing-sampling-limit-rate"],
        ["qa", "tracing-stack-require-known-environment"],
      ] as const) {
        const { code, stdout, stderr } = await analyze(stack, objectsOf("production"));
        assert.notEqual(code, 0, stdout + stderr);
        assert.match(stdout + stderr, new RegExp(policy));
      }
    });

    for (const title of ["the lifecycle policy deletes after 89d", "the rollover tool is gone"]) {
      it(`refuses production if ${title}`, async () => {
        const mutation = mutationOf(title);
        const { code, stdout, stderr } = await analyze("production", objectsOf("production", mutation));
        assert.notEqual(code, 0, stdout + stderr);
        assert.match(stdout + stderr, new RegExp(mutation.refusedBy));
      });
    }
  });
});
