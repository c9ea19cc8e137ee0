import assert from "node:assert/strict";
import { demoImage } from "../../sandbox/images/demoImage";
import { demoProject, tracingProject } from "../../sandbox/stack/deploy";
import { merge, type StackConfig } from "../../sandbox/stack/overlay";
import { deployProject, podsOf, runningSandbox } from "../support/sandbox";

describe("a changed setting of one service", () => {
  it("changes its ConfigMap alone, and rolls its pod and no other", async () => {
    const { cluster, engine } = await runningSandbox();
    const podsBefore = await podsOf(cluster, "default");
    assert.equal(Object.keys(podsBefore).length, 4);
    const project = tracingProject("dev");
    const newer = merge(project.overlay, {
      "nova-tracing:services": { "auth-service": { version: "1.0.1" } },
    }) as StackConfig;

    const changes = await deployProject(engine, { ...project, overlay: newer }, ["--policy-pack", "policy"]);
    assert.deepEqual(
      {
        updated: changes.updated,
        created: changes.created,
        replaced: changes.replaced,
        deleted: changes.deleted,
      },
      {
        updated: 1,
        created: undefined,
        replaced: undefined,
        deleted: undefined,
      },
    );
    await deployProject(engine, demoProject("dev", demoImage().name));
    const podsAfter = await podsOf(cluster, "default");
    const rolled = Object.keys(podsBefore).filter((service) => podsBefore[service] !== podsAfter[service]);
    assert.deepEqual(rolled, ["auth-service"]);

    await deployProject(engine, project, ["--policy-pack", "policy"]);
    await deployProject(engine, demoProject("dev", demoImage().name));
    cluster.api.close();
  });
});
