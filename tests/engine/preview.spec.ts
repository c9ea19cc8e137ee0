import assert from "node:assert/strict";
import { npm } from "../support/sandbox";

function sandbox(...args: string[]) {
  return npm("run", "--silent", "sandbox", "--", ...args);
}

/** The workloads of each stack, whose pods are judged one by one. */
const templates: Readonly<Record<string, readonly string[]>> = {
  dev: ["Deployment observability/jaeger"],
  staging: [
    "StatefulSet observability/elasticsearch",
    "Job observability/elasticsearch-bootstrap-[0-9a-f]+",
    "CronJob observability/elasticsearch-index-cleaner",
    "CronJob observability/jaeger-dependencies",
    "Deployment observability/elasticsearch-monitor",
    "Deployment observability/jaeger-collector-backend",
    "Deployment observability/jaeger-gateway",
    "Deployment observability/jaeger-probe",
    "Deployment observability/jaeger-query",
  ],
  production: [
    "StatefulSet observability/elasticsearch",
    "Job observability/elasticsearch-bootstrap-[0-9a-f]+",
    "CronJob observability/jaeger-dependencies",
    "Deployment observability/elasticsearch-monitor",
    "Deployment observability/jaeger-collector-backend",
    "Deployment observability/jaeger-gateway",
    "Deployment observability/jaeger-probe",
    "Deployment observability/jaeger-query",
  ],
};

describe("npm run sandbox -- preview", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.

  for (const [stack, workloads] of Object.entries(templates)) {
    it(`has ${stack} judged as it is shipped by settings, engine, policy pack and an API server with its CRDs`, async () => {
      const { code, stdout, stderr } = await sandbox("preview", "--stack", stack);
      assert.equal(code, 0);
      assert.match(stderr, /install 12 CRDs/);
      assert.match(stdout, /✅ nova-tracing-policy@v\d/);
      const accepted = [...stdout.matchAll(/^Pod template of (.+): accepted$/gm)].map(
        ([, name = ""]) => name,
      );
      assert.equal(accepted.length, workloads.length, accepted.join(", "));
      for (const workload of workloads)
        assert.ok(
          accepted.some((name) => new RegExp(`^${workload}$`).test(name)),
          `${workload} is not among: ${accepted.join(", ")}`,
        );
      assert.match(stdout, new RegExp(`Stack ${stack}: \\d+ objects accepted`));
    });
  }
});
