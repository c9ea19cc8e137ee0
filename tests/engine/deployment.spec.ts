// Staging and production by the real engine and API server, from nothing to nothing. Behind the API server there is no
// node: a test says of each object that it is ready. So this proves what an update makes, in which order and what it
// leaves behind, and nothing of what runs.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { changesOf, openProject, tracingProject } from "../../sandbox/stack/deploy";
import type { StackConfig } from "../../sandbox/stack/overlay";
import { projectFolder } from "../../sandbox/support/paths";
import type { RunResult } from "../../sandbox/support/process";
import { at, list } from "../support/document";
import { HollowCluster } from "../support/hollowCluster";
import { anyCode, useEngine } from "../support/engineUnderTest";

/** The end of what a command printed: what it ended with. */
const endOf = ({ stdout, stderr }: RunResult): string => (stdout + stderr).slice(-3000);
const pack = ["--policy-pack", path.join(projectFolder, "policy")];

for (const stack of ["staging", "production"]) {
  describe(`an update of ${stack}, whose pods are said to be ready`, function () {
    this.timeout(45 * 60_000); // A cold machine builds its tools here.
    let cluster: HollowCluster | undefined;
    let first: RunResult;
    after(() => cluster?.stop());
    const under = useEngine({ crds: true, deletes: true });
    const { paths } = under;

    before(async () => {
      cluster = new HollowCluster(under.kubeconfig);
      first = await pulumi(["up", "--yes", "--diff", ...pack]);
    });

    async function pulumi(args: readonly string[], overlay: StackConfig = {}): Promise<RunResult> {
      const project = { ...tracingProject(stack), overlay };
      const opened = await openProject(under.engine, paths, project);
      return under.engine.pulumi(opened, [...args, "-s", stack], { okCodes: anyCode });
    }

    it("comes to its end, with the policy pack", () => {
      assert.equal(first.code, 0, endOf(first));
      assert.ok(/Policy Packs run:\n.*\n +nova-tracing-policy/.test(first.stdout), endOf(first));
      assert.ok((changesOf(first.stdout).created ?? 0) > 60);
    });

    it("changes nothing when it is repeated", async () => {
      const second = await pulumi(["up", "--yes", ...pack]);
      assert.equal(second.code, 0, endOf(second));
      assert.deepEqual(Object.keys(changesOf(second.stdout)), ["unchanged"], endOf(second));
    });

    it("leaves no secret in clear but in Secrets: not in the state, an output, what it prints or another object", async () => {
      const secrets = (await cluster?.list("/api/v1/namespaces/observability/secrets")) ?? [];
      const encoded = secrets.flatMap((secret) =>
        Object.values(at(secret, "data") as Record<string, string>),
      );
      assert.ok(encoded.length >= 4);
      const texts = encoded.map((value) => Buffer.from(value, "base64").toString("utf8"));
      // What is no secret, and stands in a Secret because the rest of the login does.
      const secretTexts = texts.filter((text) => !["nova", "none", "probe"].includes(text));
      assert.ok(secretTexts.every((text) => text.length >= 16));
      const values = secretTexts.flatMap((text) => [text, Buffer.from(text).toString("base64")]);
      const state = (await pulumi(["stack", "export"])).stdout;
      // It holds them all, encrypted.
      assert.match(state, /"ciphertext":/);
      const files = fs
        .readdirSync(paths.state, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(json|yaml|attrs|bak)$/.test(name))
        .map((name) => fs.readFileSync(path.join(paths.state, name), "utf8"));
      assert.ok(files.length > 1);
      const outputs = (await pulumi(["stack", "output", "--json", "--show-secrets"])).stdout;
      const objects: unknown[] = [];
      for (const kind of ["api/v1/configmaps", "apis/apps/v1/deployments", "apis/apps/v1/statefulsets"])
        objects.push(await cluster?.list(`/${kind}`));
      for (const kind of ["jobs", "cronjobs"]) objects.push(await cluster?.list(`/apis/batch/v1/${kind}`));
      const places = {
        state,
        outputs,
        printed: first.stdout + first.stderr,
        objects: JSON.stringify(objects),
      };
      for (const value of values) {
        for (const [place, text] of Object.entries(places)) assert.ok(!text.includes(value), place);
        for (const text of files) assert.ok(!text.includes(value), "a file of the engine");
      }
    });

    it("changes a service's ConfigMap and nothing else where its version changes", async () => {
      const services = { "auth-service": { version: "1.0.1" } };
      const args = ["preview", "--json"];
      const { stdout } = await pulumi(args, { "nova-tracing:services": services });
      const changed = list(JSON.parse(stdout), "steps")
        .filter((step) => !["same", "read"].includes(String(at(step, "op"))))
        .map((step) => `${String(at(step, "op"))} ${String(at(step, "urn")).split("::").at(-1) ?? ""}`);
      const named = changed.filter((step) => !step.includes("nova-tracing-"));
      assert.deepEqual(named, ["update services-auth-service-config"]);
    });

    it("makes nothing anew where the size of the collector changes", async () => {
      const collector = { resources: { limits: { memory: stack === "staging" ? "2Gi" : "5Gi" } } };
      const { stdout } = await pulumi(["preview", "--json"], { "nova-tracing:jaeger": { collector } });
      const steps = list(JSON.parse(stdout), "steps").map((step) => String(at(step, "op")));
      assert.ok(steps.includes("update"));
      assert.deepEqual(
        steps.filter((op) => !["same", "read", "update"].includes(op)),
        [],
      );
    });

    if (stack === "staging") {
      it("a bootstrap that failed is made anew by the next update, which else would wait for it in vain", async () => {
        const change = { "nova-tracing:storage": { elasticsearch: { passwordGeneration: 2 } } };
        assert.ok(cluster);
        cluster.failsJobs = true;
        const failed = await pulumi(["up", "--yes"], change);
        assert.notEqual(failed.code, 0);
        assert.match(failed.stdout + failed.stderr, /elasticsearch-bootstrap-[0-9a-f]{8}.*[Ff]ailed/s);
        cluster.failsJobs = false;
        const repaired = await pulumi(["up", "--yes"], change);
        assert.equal(repaired.code, 0, endOf(repaired));
        assert.ok((changesOf(repaired.stdout).replaced ?? 0) >= 1, endOf(repaired));
      });
    }

    if (stack === "production") {
      it("is not undone as long as what holds data is protected, and says so", async () => {
        const { code, stdout, stderr } = await pulumi(["destroy", "--yes"]);
        assert.notEqual(code, 0);
        assert.match(stdout + stderr, /protect/);
        assert.equal((await cluster?.list("/apis/apps/v1/namespaces/observability/statefulsets"))?.length, 1);
      });
    }

    it("is undone in order by destroy, once nothing is protected; production's data stays", async () => {
      if (stack === "production") await pulumi(["state", "unprotect", "--all", "--yes"]);
      const destroyed = await pulumi(["destroy", "--yes"]);
      assert.equal(destroyed.code, 0, endOf(destroyed));
      const left = (await cluster?.list("/apis/apps/v1/deployments")) ?? [];
      assert.deepEqual(left, []);
      const sets = (await cluster?.list("/apis/apps/v1/statefulsets")) ?? [];
      assert.equal(sets.length, stack === "production" ? 1 : 0);
    });
  });
}
