import assert from "node:assert/strict";
import { once } from "node:events";
import type { PlainMap } from "../../../sandbox/providers/shared/propertyValues";
import { endedByMissingImage } from "../../../sandbox/stack/missingImage";
import { SandboxError } from "../../../sandbox/support/errors";

function pod(reason: string, jobName?: string): PlainMap {
  return {
    metadata: {
      namespace: "observability",
      name: "jaeger-1",
      ...(jobName !== undefined && { labels: { "batch.kubernetes.io/job-name": jobName } }),
    },
    status: {
      containerStatuses: [
        { name: "jaeger", image: "jaegertracing/jaeger:9.9.9", state: { waiting: { reason } } },
      ],
    },
  };
}

/** An update that waits for ever, unless it is ended. */
async function waitForEver(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw new Error("pulumi was ended");
}

const apiWith = (...items: PlainMap[]) => ({ find: () => Promise.resolve({ items }) });
const never = new AbortController().signal;

describe("stack/missingImage", () => {
  for (const reason of ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"]) {
    it(`ends a wait for a pod with ${reason}, and names pod and image`, async () => {
      await assert.rejects(endedByMissingImage(apiWith(pod(reason)), never, waitForEver, 1), (error) => {
        assert.ok(error instanceof SandboxError);
        assert.match(
          error.message,
          /^Pod observability\/jaeger-1 needs the image jaegertracing\/jaeger:9\.9\.9,/,
        );
        return true;
      });
    });
  }

  it("lets a container start that is only on its way, and hands on what the work gives", async () => {
    const work = () => new Promise<string>((resolve) => setTimeout(resolve, 30, "done"));
    assert.equal(await endedByMissingImage(apiWith(pod("ContainerCreating")), never, work, 1), "done");
  });

  it("is not ended by a pod of a schedule, which no update waits for", async () => {
    const work = () => new Promise<string>((resolve) => setTimeout(resolve, 30, "done"));
    const scheduled = pod("ImagePullBackOff", "jaeger-dependencies-29404800");
    assert.equal(await endedByMissingImage(apiWith(scheduled), never, work, 1), "done");
  });

  it("hands on the work's own failure, and goes on while the API server is away", async () => {
    const away = { find: () => Promise.reject(new Error("connection refused")) };
    const failed = endedByMissingImage(away, never, () => Promise.reject(new Error("its own")), 1);
    await assert.rejects(failed, /its own/);
  });

  it("is ended by the user as before", async () => {
    const user = new AbortController();
    const ended = endedByMissingImage(apiWith(), user.signal, waitForEver, 1);
    user.abort();
    await assert.rejects(ended, /pulumi was ended/);
  });
});
