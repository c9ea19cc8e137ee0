import assert from "node:assert/strict";
import { endedForMemory } from "../e2e/support/staging";

const pod = (name: string, status: object): object => ({ metadata: { name }, status });
const ended = (reason: string): object => ({ terminated: { reason } });

describe("containers that were ended for their memory", () => {
  it("are those that the kernel ended, whether they run again or not", () => {
    const pods = [
      pod("again", { containerStatuses: [{ name: "monitor", state: {}, lastState: ended("OOMKilled") }] }),
      pod("gone", {
        containerStatuses: [
          { name: "jaeger", state: ended("OOMKilled"), lastState: {} },
          { name: "proxy", state: ended("Completed"), lastState: ended("Error") },
        ],
      }),
    ];
    assert.deepEqual(endedForMemory(pods), ["again monitor", "gone jaeger"]);
  });

  it("are none where a pod has not been taken by a node yet", () => {
    assert.deepEqual(endedForMemory([pod("pending", { phase: "Pending" })]), []);
  });
});
