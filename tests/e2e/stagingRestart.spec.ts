import assert from "node:assert/strict";
import { until } from "../../sandbox/support/process";
import { at, list, text } from "../support/document";
import { before as machineBefore } from "../support/machineBefore";
import { machineSnapshot, npm } from "../support/sandbox";
import { sendTrace } from "../support/sentTrace";
import { endedForMemory, labelOf, openStaging } from "./support/staging";
import { traceThroughProxy } from "./support/ui";

describe("staging after all of that", () => {
  it("has ended no container for its memory", async () => {
    const staging = await openStaging();
    try {
      assert.deepEqual(endedForMemory(await staging.pods()), []);
    } finally {
      staging.close();
    }
  });
});

describe("staging after the end of every pod of observability", () => {
  it("finds a trace that was written before, and stores new ones", async () => {
    const staging = await openStaging();
    const write = async (): Promise<string> => {
      const collector = await staging.service("jaeger-collector");
      return (await sendTrace(collector, { service: "restart-service", spans: 3, startMs: Date.now() }))
        .traceId;
    };
    const isWhole = (spans: readonly unknown[]): boolean => spans.length === 3;
    const traceId = await write();
    assert.ok(isWhole(await traceThroughProxy(staging, traceId, isWhole, 30_000)));
    const uid = (pod: unknown): string => text(pod, "metadata", "uid");
    const before = (await staging.pods()).map(uid);

    const since = Date.now();
    await staging.deletePods();

    const isReady = async (): Promise<boolean> => {
      const pods = await staging.pods();
      const roles = pods.filter(isPodReady).map((pod) => labelOf(pod, "component"));
      return (
        pods.every((pod) => !before.includes(uid(pod))) &&
        ["gateway", "collector", "node", "query"].every((role) => roles.includes(role))
      );
    };
    assert.ok(await until(isReady, 240_000, 500), "all pods are back");
    assert.ok(isWhole(await traceThroughProxy(staging, traceId, isWhole, 30_000)), "the old trace");
    for (const pod of (await staging.pods()).filter((one) => labelOf(one, "name") === "jaeger")) {
      // It was held back, instead of ending where Elasticsearch was not there yet.
      const restarts = list(pod, "status", "containerStatuses").map((status) => at(status, "restartCount"));
      assert.deepEqual(new Set(restarts), new Set([0]), text(pod, "metadata", "name"));
    }
    process.stdout.write(`      found again after ${((Date.now() - since) / 1000).toFixed(0)} s\n`);
    assert.ok(isWhole(await traceThroughProxy(staging, await write(), isWhole, 30_000)), "a new one");
    staging.close();
  });

  it("leaves the machine as it was after npm stop", async () => {
    const { code } = await npm("stop");
    assert.equal(code, 0);
    assert.ok(machineBefore.snapshot, "taken before the first start");
    assert.deepEqual(await machineSnapshot(), machineBefore.snapshot);
  });
});

function isPodReady(pod: unknown): boolean {
  const conditions = (at(pod, "status", "conditions") ?? []) as unknown[];
  return conditions.some((one) => at(one, "type") === "Ready" && at(one, "status") === "True");
}
