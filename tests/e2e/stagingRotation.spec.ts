import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { tracingProject, type SandboxProject } from "../../sandbox/stack/deploy";
import { merge, type StackConfig } from "../../sandbox/stack/overlay";
import { at, list, text } from "../support/document";
import { deployProject } from "../support/sandbox";
import { elasticsearchAs, indices, type Ask } from "./support/elasticsearch";
import { load, lostSpans } from "./support/load";
import { labelOf, openStaging, runningPods, type Staging } from "./support/staging";

const options = ["--policy-pack", "policy"];

function projectOf(passwordGeneration: number): SandboxProject {
  const project = tracingProject("staging");
  const newer = { "nova-tracing:storage": { elasticsearch: { passwordGeneration } } };
  return { ...project, overlay: merge(project.overlay, newer) as StackConfig };
}

describe("staging's bootstrap Job, run again", () => {
  it("is made anew where somebody deleted it, ends well, and leaves users and indices as they are", async () => {
    const staging = await openStaging();
    const ask = await elasticsearchAs(staging, "administrator");
    const before = await indices(ask);
    assert.ok(Object.keys(before).length > 0);
    const nameOfJob = async (): Promise<string> => {
      const jobs = (await staging.objects("/apis/batch/v1", "jobs")).filter(
        (job) => labelOf(job, "component") === "bootstrap",
      );
      assert.equal(jobs.length, 1);
      return text(jobs[0], "metadata", "name");
    };
    const name = await nameOfJob();
    await staging.deleteJob(name);

    // Only a refresh sees what somebody deleted.
    const alone = ["--refresh", "--target", "**ElasticsearchBootstrap$kubernetes:batch/v1:Job::**"];
    const changes = await deployProject(staging.engine, tracingProject("staging"), alone);

    assert.equal(await nameOfJob(), name);
    assert.equal(changes.created, 1);
    assert.equal(changes.deleted, undefined);
    assert.deepEqual(await indices(ask), before);
    const jaeger = await elasticsearchAs(staging, "jaeger");
    assert.equal((await jaeger("GET", "/nova-jaeger-span-*/_count")).status, 200);
    staging.close();
  });
});

describe("a rotation of Jaeger's password, with spans coming in", () => {
  const service = "rotation-service";
  let staging: Staging;
  let ask: Ask;
  let acknowledged: readonly string[];

  before(async () => {
    staging = await openStaging();
    ask = await elasticsearchAs(staging, "administrator");
  });
  after(() => {
    staging.close();
  });

  it("rolls the pods that log in as Jaeger's user and no other, and touches no index", async () => {
    const podsBefore = await runningPods(staging);
    const indicesBefore = await indices(ask);
    const sending = load(await staging.service("jaeger-collector"), service);
    try {
      await sleep(2000);
      await deployProject(staging.engine, projectOf(2), options);
      await sleep(2000);
    } finally {
      await sending.end();
    }
    acknowledged = sending.acknowledged;

    const podsAfter = await runningPods(staging);
    assert.deepEqual(Object.keys(podsAfter).sort(), Object.keys(podsBefore).sort());
    const rolled = Object.keys(podsBefore).filter((pod) => podsBefore[pod] !== podsAfter[pod]);
    assert.deepEqual(rolled.sort(), ["elasticsearch monitor", "jaeger collector", "jaeger query"]);
    const indicesAfter = await indices(ask);
    assert.deepEqual(
      Object.fromEntries(Object.keys(indicesBefore).map((name) => [name, indicesAfter[name]])),
      indicesBefore,
    );
    process.stdout.write(
      `      ${acknowledged.length} spans acknowledged, ${sending.failures.length} requests sent again\n`,
    );
  });

  // From 2.20 on an acknowledged span is in Elasticsearch, and none may be lost. The sandbox's 2.13 acknowledges what it
  // holds in memory: here an orderly end of the old pod is what keeps it.
  it("has stored each span that was acknowledged, once", async () => {
    assert.ok(acknowledged.length > 500, "there was a load");
    assert.deepEqual(await lostSpans(ask, service, acknowledged), []);
  });

  it("goes on as a new user, whose password the pods have; the old one's Secret is gone", async () => {
    const secrets = await staging.objects("/api/v1", "secrets");
    const names = secrets.map((secret) => text(secret, "metadata", "name"));
    assert.ok(names.includes("elasticsearch-jaeger-2"));
    assert.ok(!names.includes("elasticsearch-jaeger"));
    const jaeger = (await staging.pods()).filter((pod) =>
      ["collector", "query"].includes(labelOf(pod, "component")),
    );
    assert.equal(jaeger.length, 2);
    for (const pod of jaeger) {
      const mounted = list(pod, "spec", "volumes").map((volume) => at(volume, "secret", "secretName"));
      assert.ok(mounted.includes("elasticsearch-jaeger-2"));
    }
    const { body } = await ask("GET", "/_security/user/jaeger-2");
    assert.deepEqual(at(body, "jaeger-2", "roles"), ["nova-jaeger"]);
  });
});
