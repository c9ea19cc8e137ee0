import { at, mapsAt } from "../providers/kubernetes/objects";
import { SandboxError } from "../support/errors";
import { until } from "../support/process";
import type { CustomResourceDefinition } from "../toolchain/crds";
import type { KubernetesApi } from "./kubernetesApi";

/** How long the API server may take until it serves all of them; it needs about a second. */
const establishedMs = 60_000;

/**
 * Makes an API server know kinds of others, and waits until it serves them.
 * @throws SandboxError naming those that it does not
 */
export async function installCrds(
  api: KubernetesApi,
  definitions: readonly CustomResourceDefinition[],
): Promise<void> {
  await api.applyAll(definitions);
  let waiting = definitions.map(({ metadata }) => metadata.name);
  const isEstablished = async (name: string): Promise<boolean> => {
    const found = await api.find(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`);
    return mapsAt(found ?? {}, "status", "conditions").some(
      (condition) => at(condition, "type") === "Established" && at(condition, "status") === "True",
    );
  };
  await until(async () => {
    const established = await Promise.all(waiting.map(isEstablished));
    waiting = waiting.filter((_name, index) => established[index] !== true);
    return waiting.length === 0;
  }, establishedMs);
  if (waiting.length > 0)
    throw new SandboxError(`The API server does not serve these kinds: ${waiting.join(", ")}.`);
}
