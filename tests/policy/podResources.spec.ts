/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { podResources } from "../../policy/rules/podResources";
import { allows, refuses } from "./support/cases";
import { container, editContainer, editPod } from "./support/compliantStack";
import { unknownText } from "./support/evaluate";

const pod = { resource: "jaeger" };

describe("kubernetes-container-require-resource-limits", () => {
  allows(podResources, [
    ...["1", "0.5", "100m", "1e3", "1Gi", "1.5G"].map((quantity) => ({
      ...pod,
      title: `the quantity ${quantity}`,
      change: editContainer((jaeger) => {
        jaeger.resources.limits.cpu = quantity;
      }),
    })),
  ]);

  refuses(podResources, [
    ...["requests", "limits"].flatMap((section) =>
      ["cpu", "memory"].map((name) => ({
        ...pod,
        title: `a container without ${section}.${name}`,
        change: editContainer((jaeger) => {
          jaeger.resources[section] = { [name === "cpu" ? "memory" : "cpu"]: "1" };
        }),
        says: [`resources.${section}.${name} is missing`],
      })),
    ),
    ...["0", "0Mi", "lots", "-1", "", unknownText].map((quantity) => ({
      ...pod,
      title: `the limit "${quantity}"`,
      change: editContainer((jaeger) => {
        jaeger.resources.limits.memory = quantity;
      }),
      says: ["resources.limits.memory"],
    })),
    {
      ...pod,
      title: "a sidecar without limits",
      change: editPod((spec) => {
        spec.containers.push(container("sidecar", "example/app:1.0.0", { resources: {} }));
      }),
      says: ['container "sidecar"'],
    },
    {
      ...pod,
      title: "a Patch without limits",
      change: (resource) => {
        resource.type = "kubernetes:apps/v1:DeploymentPatch";
        editContainer((jaeger) => {
          delete jaeger.resources;
        })(resource);
      },
      says: ["DeploymentPatch", "resources.limits.cpu is missing"],
    },
  ]);
});
