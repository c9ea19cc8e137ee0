import type { KubernetesApi } from "../node/kubernetesApi";
import { ApiError } from "../providers/kubernetes/apiClient";
import { messageOf } from "../support/errors";
import { podOf, type DeclaredObject } from "./objects";

/** `Deployment observability/jaeger` */
export function describeObject({ kind, metadata: { namespace, name } }: DeclaredObject): string {
  return `${kind} ${[namespace, name].filter(Boolean).join("/")}`;
}

/**
 * The API server's own words about an object that it would refuse, or whose pods it would; undefined where it takes
 * them. A field that the kind does not have is refused too: otherwise the API server drops it without a word.
 */
export async function refusalOf(api: KubernetesApi, object: DeclaredObject): Promise<string | undefined> {
  const pod = podOf(object);
  try {
    await api.dryRunCreate(object);
    if (pod) await api.dryRunCreate(pod);
    return undefined;
  } catch (error) {
    // The namespaces are there already: nothing else could be judged without them.
    if (error instanceof ApiError && error.reason === "AlreadyExists") return undefined;
    return `${describeObject(object)}: ${messageOf(error)}`;
  }
}
