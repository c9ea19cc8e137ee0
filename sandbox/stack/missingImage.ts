import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesApi } from "../node/kubernetesApi";
import { mapsAt, textAt } from "../providers/kubernetes/objects";
import type { PlainMap } from "../providers/shared/propertyValues";
import { SandboxError } from "../support/errors";

/** Reasons of a waiting container that has no image. The node reaches no registry, so none of them passes by itself. */
const withoutImage = ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"];

/**
 * Does work that waits for pods, and ends it as soon as one of them has an image that the node does not have: it
 * would wait until its time is over.
 * @param everyMs how often to look
 * @throws SandboxError naming the image
 */
export async function endedByMissingImage<T>(
  api: Pick<KubernetesApi, "find">,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  everyMs = 2000,
): Promise<T> {
  const hopeless = new AbortController();
  const done = new AbortController();
  let problem: string | undefined;
  const watch = async (): Promise<void> => {
    while (!done.signal.aborted && problem === undefined) {
      problem = await api.find("/api/v1/pods").then(
        (pods) => mapsAt(pods, "items").map(missingImage).find(Boolean),
        () => undefined,
      );
      if (problem === undefined)
        await sleep(everyMs, undefined, { signal: done.signal }).catch(() => undefined);
    }
    if (!done.signal.aborted) hopeless.abort();
  };
  const watching = watch();
  try {
    return await work(AbortSignal.any([signal, hopeless.signal]));
  } catch (error) {
    if (problem === undefined || signal.aborted) throw error;
    throw new SandboxError(
      `${problem}, which the sandbox's node does not have and cannot pull. The images that it has: sandbox/images/catalog.ts and storedStackImages.ts; the versions that it runs: sandbox/stack/overlay.ts.`,
    );
  } finally {
    done.abort();
    await watching;
  }
}

/** `Pod observability/jaeger-1 needs the image x:1`; undefined where a pod has all of its images, or nobody waits for it. */
function missingImage(pod: PlainMap): string | undefined {
  // Of a CronJob: a schedule makes them, and no update waits for them.
  if (/-\d{8}$/.test(textAt(pod, "metadata", "labels", "batch.kubernetes.io/job-name"))) return undefined;
  const waiting = [
    ...mapsAt(pod, "status", "initContainerStatuses"),
    ...mapsAt(pod, "status", "containerStatuses"),
  ].find((status) => withoutImage.includes(textAt(status, "state", "waiting", "reason")));
  if (waiting === undefined) return undefined;
  const name = `${textAt(pod, "metadata", "namespace")}/${textAt(pod, "metadata", "name")}`;
  return `Pod ${name} needs the image ${textAt(waiting, "image")}`;
}
