/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { storageVolatile } from "../../policy/rules/storageVolatile";
import { allows, refuses } from "./support/cases";
import { changed, compliantStack, edit, editContainer, editPod } from "./support/compliantStack";
import { assertAllowed, assertRefused, unknownText } from "./support/evaluate";

const pod = { resource: "jaeger" };

function probe(change: object): ReturnType<typeof editContainer> {
  return editContainer((container) => {
    Object.assign(container.livenessProbe as object, change);
  });
}

describe("jaeger-storage-prohibit-disk", () => {
  const volume = (source: object): ReturnType<typeof editPod> =>
    editPod((spec) => {
      spec.volumes.push({ name: "data", ...source });
    });

  allows(storageVolatile, [
    {
      ...pod,
      title: "a container that ends after exactly seven days",
      change: probe({ initialDelaySeconds: 604_739 }),
    },
    { ...pod, title: "an emptyDir for temporary files", change: volume({ emptyDir: { sizeLimit: "10Mi" } }) },
  ]);

  refuses(storageVolatile, [
    ...["persistentVolumeClaim", "ephemeral", "hostPath", "csi"].map((kind) => ({
      ...pod,
      title: `a volume of the kind ${kind}`,
      change: volume({ [kind]: {} }),
      says: [`the volume "data" is a ${kind}`, "nothing on disk"],
    })),
    {
      ...pod,
      title: "volume claims of a StatefulSet",
      change: (resource) => {
        resource.type = "kubernetes:apps/v1:StatefulSet";
        resource.props.spec.volumeClaimTemplates = [{ metadata: { name: "data" } }];
      },
      says: ["volumeClaimTemplates"],
    },
    {
      ...pod,
      title: "a PersistentVolumeClaim beside the pod",
      change: () => undefined,
      beside: [{ type: "kubernetes:core/v1:PersistentVolumeClaim", name: "data", props: {} }],
      says: ["PersistentVolumeClaim", "nothing on disk"],
    },
    {
      ...pod,
      title: "a container that ends a second too late",
      change: probe({ initialDelaySeconds: 604_740 }),
      says: ["ends after 604801 seconds"],
    },
    {
      ...pod,
      title: "a probe that has to fail more than once in that time",
      change: probe({ failureThreshold: 100 }),
      says: ["ends after"],
    },
    {
      ...pod,
      title: "a memory store without an end",
      change: editContainer((container) => {
        delete container.livenessProbe;
      }),
      says: ["never ends", "forgets nothing by age"],
    },
    {
      ...pod,
      title: "a probe on a port that may be open",
      change: probe({ tcpSocket: { port: 16686 } }),
      says: ["never ends"],
    },
    {
      ...pod,
      title: "a probe of another host",
      change: probe({ tcpSocket: { port: 1, host: "10.0.0.1" } }),
      says: ["never ends"],
    },
    {
      ...pod,
      title: "a probe whose delay is unknown during preview",
      change: probe({ initialDelaySeconds: unknownText }),
      says: ["never ends"],
    },
    {
      ...pod,
      title: "a container that may open ports below 1024",
      change: editContainer((container) => {
        container.securityContext.capabilities.add = ["NET_BIND_SERVICE"];
      }),
      says: ["never ends"],
    },
    {
      ...pod,
      title: "an unknown stack",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged"],
    },
  ]);

  describe("with badger", () => {
    const badger = (settings: object): ReturnType<typeof compliantStack> =>
      changed(
        compliantStack("dev"),
        "jaeger-config",
        edit(
          (d) =>
            (d.extensions.jaeger_storage.backends.main = { badger: { ttl: { spans: "168h" }, ...settings } }),
        ),
      );
    const mounted = (
      emptyDir: object,
      mountPath: string,
      settings: object,
    ): ReturnType<typeof compliantStack> =>
      changed(
        badger(settings),
        "jaeger",
        editPod((spec) => {
          spec.volumes.push({ name: "data", emptyDir });
          spec.containers[0].volumeMounts.push({ name: "data", mountPath });
        }),
      );
    const memory = { medium: "Memory", sizeLimit: "64Mi" };
    const directories = { ephemeral: false, directories: { keys: "/badger/keys", values: "/badger/values" } };

    it("allows directories on a bounded volume in memory", () => {
      assertAllowed(storageVolatile, mounted(memory, "/badger", directories));
    });

    it("allows a temporary folder on a bounded volume in memory", () => {
      assertAllowed(storageVolatile, mounted(memory, "/tmp", {}));
    });

    it("refuses directories on the disk of the node, on no volume, and without a bound", () => {
      assertRefused(storageVolatile, mounted({}, "/badger", directories), ["/badger/keys", "medium Memory"]);
      assertRefused(storageVolatile, mounted({ medium: "Memory" }, "/badger", directories), ["sizeLimit"]);
      assertRefused(storageVolatile, badger(directories), ["/badger/keys", "no volume"]);
      assertRefused(storageVolatile, badger({}), ["/tmp", "no volume"]);
    });

    it("refuses one of the two directories elsewhere", () => {
      const elsewhere = { ephemeral: false, directories: { keys: "/badger/keys", values: "/data/values" } };
      assertRefused(storageVolatile, mounted(memory, "/badger", elsewhere), ["/data/values"]);
    });
  });

  it("leaves staging and production alone, whose disks Elasticsearch needs", () => {
    const claim = { type: "kubernetes:core/v1:PersistentVolumeClaim", name: "data", props: {} };
    for (const stack of ["staging", "production"] as const) {
      assertAllowed(storageVolatile, [...compliantStack(stack), claim], { stack });
    }
  });
});
