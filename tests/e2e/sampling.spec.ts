import assert from "node:assert/strict";
import { loginUrl } from "../../sandbox/commands/start";
import { runLoad, type LoadResult } from "../../sandbox/demo/load";
import { demoImage } from "../../sandbox/images/demoImage";
import { until } from "../../sandbox/support/process";
import { pulumi, deployProject, fixtureProject, podsOf, runningSandbox } from "../support/sandbox";

const namespace = "rates";
const services = ["auth-service", "content-service", "messaging-service", "user-service"];

function project(authRate: number) {
  return fixtureProject("rates", "staging", {
    namespace,
    authRate: String(authRate),
    image: demoImage().name,
  });
}

/** How many requests of a number may be sampled: five standard deviations around the mean, so one run in a million errs. */
function bounds(requests: number, rate: number): [number, number] {
  const spread = 5 * Math.sqrt(requests * rate * (1 - rate));
  return [requests * rate - spread, requests * rate + spread];
}

/** Ids of the traces that Jaeger has of a time, of requests that began at auth-service. */
async function storedTraces(sinceMs: number): Promise<Set<string>> {
  const query = new URLSearchParams({
    "query.service_name": "auth-service",
    "query.start_time_min": new Date(sinceMs).toISOString(),
    "query.start_time_max": new Date(Date.now() + 1000).toISOString(),
    // Fewer than the store holds, more than a test makes.
    "query.num_traces": "1300",
  });
  const response = await fetch(`http://localhost:16686/api/v3/traces?${query.toString()}`);
  // What Jaeger answers before the services have sent the first of them: they do so every 5 s.
  if (response.status === 404) return new Set();
  assert.equal(response.status, 200, await response.clone().text());
  // One JSON document, or several lines of them: only the ids are of interest.
  return new Set(
    [...(await response.text()).matchAll(/"traceId":"([0-9a-f]{32})"/g)].map((match) => match[1] ?? ""),
  );
}

/** Waits until no pod of before a roll is left, and the Service leads to the new one alone: by a connection each. */
async function untilSettled(url: string): Promise<void> {
  const { cluster } = await runningSandbox();
  const answers = async (): Promise<boolean> =>
    (await runLoad({ url, requests: 1, concurrency: 1 })).ok === 1;
  const settled = await until(
    async () => {
      const list = await cluster.api.find(`/api/v1/namespaces/${namespace}/pods`);
      if ((list?.items as unknown[]).length !== services.length) return false;
      for (let probe = 0; probe < 10; probe++) if (!(await answers())) return false;
      return true;
    },
    60_000,
    500,
  );
  cluster.api.close();
  assert.ok(settled, "one pod for each service, and each answers");
}

async function load(requests: number): Promise<LoadResult & { readonly startedMs: number }> {
  const { cluster } = await runningSandbox();
  const url = await loginUrl(cluster.api, namespace);
  cluster.api.close();
  await untilSettled(url);
  const startedMs = Date.now();
  const result = await runLoad({ url, requests, concurrency: 8 });
  assert.equal(result.failed, 0, result.errors.join("; "));
  return { ...result, startedMs };
}

async function assertAllStored({
  sampledCount,
  startedMs,
}: {
  sampledCount: number;
  startedMs: number;
}): Promise<void> {
  let stored = new Set<string>();
  await until(async () => (stored = await storedTraces(startedMs)).size >= sampledCount, 20_000, 1000);
  assert.equal(stored.size, sampledCount, "Jaeger has exactly the traces that the services say they sampled");
}

describe("sample rates from the ConfigMaps", () => {
  after(async () => {
    const { cluster, engine } = await runningSandbox();
    const { code, stdout, stderr } = await pulumi(engine, project(1), ["destroy", "--yes"]);
    assert.equal(code, 0, stdout + stderr);
    cluster.api.close();
  });

  it("1.0 keeps every request's trace", async () => {
    const { cluster, engine } = await runningSandbox();
    await deployProject(engine, project(1));
    cluster.api.close();
    const result = await load(300);
    assert.equal(result.sampledCount, 300);
    await assertAllStored(result);
  });

  for (const rate of [0.5, 0.1]) {
    it(`${rate} keeps that share of 2,000 requests, within binomial bounds, and rolls auth-service alone`, async () => {
      const { cluster, engine } = await runningSandbox();
      const podsBefore = await podsOf(cluster, namespace);
      await deployProject(engine, project(rate));
      const podsAfter = await podsOf(cluster, namespace);
      cluster.api.close();
      assert.deepEqual(Object.keys(podsAfter).sort(), services);
      assert.deepEqual(
        services.filter((service) => podsBefore[service] !== podsAfter[service]),
        ["auth-service"],
      );
      const result = await load(2000);
      const [lowest, highest] = bounds(2000, rate);
      process.stdout.write(
        `      ${result.sampledCount} of 2000 sampled; bounds ${Math.ceil(lowest)} to ${Math.floor(highest)}\n`,
      );
      assert.ok(
        result.sampledCount >= lowest && result.sampledCount <= highest,
        `${result.sampledCount} of 2000`,
      );
      await assertAllStored(result);
    });
  }
});
