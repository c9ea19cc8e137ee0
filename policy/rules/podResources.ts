import { containers, podTemplates } from "../artefacts/podTemplate";
import { type ResourceRule } from "../engine/rule";
import { at, show, type Value } from "../engine/snapshot";

/** No container can take more of a node than it says. */
export const podResources: ResourceRule = {
  scope: "resource",
  name: "kubernetes-container-require-resource-limits",
  description: "Every container of the stack has requests and limits for CPU and memory.",
  severity: "medium",
  remediationSteps: "Give the container `resources.requests` and `resources.limits` with cpu and memory.",
  *judge(resource) {
    for (const template of podTemplates(resource)) {
      for (const container of containers(template)) {
        for (const section of ["requests", "limits"]) {
          for (const name of ["cpu", "memory"]) {
            const quantity = at(container.spec, "resources", section, name);
            if (isPositiveQuantity(quantity)) continue;
            yield `${resource.title}, ${container.title}: resources.${section}.${name} is ${show(quantity)}. Set a quantity such as ${name === "cpu" ? '"100m"' : '"256Mi"'}.`;
          }
        }
      }
    }
  },
};

// Kubernetes' own form of a quantity; zero is its word for "no limit".
function isPositiveQuantity(quantity: Value | undefined): boolean {
  if (typeof quantity === "number") return quantity > 0;
  if (typeof quantity !== "string") return false;
  const match = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.exec(quantity);
  return match !== null && Number(match[1]) > 0;
}
