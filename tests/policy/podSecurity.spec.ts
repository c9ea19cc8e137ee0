/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { podSecurity } from "../../policy/rules/podSecurity";
import { allows, refuses } from "./support/cases";
import { container, editContainer, editPod } from "./support/compliantStack";
import { type Declared, unknownMapping, unknownText, type Loose } from "./support/evaluate";

// The standard itself is judged by the API server on pods only; tests/e2e has real ones.
const pod = { resource: "jaeger" };

function context(change: (context: Loose) => void): (resource: Declared) => void {
  return editContainer((jaeger) => {
    change(jaeger.securityContext);
  });
}

function namespace(name: string, labels: object, type = "Namespace"): Declared {
  return {
    type: `kubernetes:core/v1:${type}`,
    name,
    props: { kind: "Namespace", metadata: { name, labels } },
  };
}

describe("kubernetes-pod-require-restricted-security", () => {
  const enforce = "pod-security.kubernetes.io/enforce";
  const unchanged = { ...pod, change: () => undefined };
  allows(podSecurity, [
    {
      ...unchanged,
      title: "a namespace that enforces it, and others that are not tracing's",
      beside: [namespace("observability", { [enforce]: "restricted" }), namespace("cert-manager", {})],
    },
    {
      ...pod,
      title: "a profile and a user that the container itself names",
      change: editPod((spec) => {
        delete spec.securityContext;
        Object.assign(spec.containers[0].securityContext as object, {
          runAsNonRoot: true,
          runAsUser: 1000,
          seccompProfile: { type: "Localhost", localhostProfile: "x.json" },
          capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
        });
      }),
    },
  ]);

  refuses(podSecurity, [
    ...[{}, { [enforce]: "baseline" }, { [enforce]: unknownText }].flatMap((labels) =>
      ["Namespace", "NamespacePatch"].map((type) => ({
        ...unchanged,
        title: `a ${type} of tracing with the labels ${JSON.stringify(labels)}`,
        beside: [namespace("observability", labels, type)],
        says: [enforce],
      })),
    ),
    ...["hostNetwork", "hostPID", "hostIPC"].map((key) => ({
      ...pod,
      title: key,
      change: editPod((spec) => {
        spec[key] = true;
      }),
      says: [key, "true"],
    })),
    {
      ...pod,
      title: "a mounted ServiceAccount token, which is the default",
      change: editPod((spec) => {
        delete spec.automountServiceAccountToken;
      }),
      says: ["automountServiceAccountToken is missing"],
    },
    {
      ...pod,
      title: "a volume of the node",
      change: editPod((spec) => {
        spec.volumes.push({ name: "root", hostPath: { path: "/" } });
      }),
      says: ['"root" is a hostPath'],
    },
    {
      ...pod,
      title: "volumes that are unknown during preview",
      change: editPod((spec) => {
        spec.volumes = unknownMapping;
      }),
      says: ["its volumes are unknown"],
    },
    {
      ...pod,
      title: "a pod that may run as root",
      change: editPod((spec) => {
        delete spec.securityContext.runAsNonRoot;
      }),
      says: ["runAsNonRoot is missing"],
    },
    {
      ...pod,
      title: "a container that takes the pod's word back",
      change: context((c) => (c.runAsNonRoot = false)),
      says: ["runAsNonRoot is false"],
    },
    { ...pod, title: "the user root", change: context((c) => (c.runAsUser = 0)), says: ["runAsUser is 0"] },
    {
      ...pod,
      title: "a pod without a seccomp profile",
      change: editPod((spec) => {
        delete spec.securityContext.seccompProfile;
      }),
      says: ["seccompProfile.type is missing"],
    },
    {
      ...pod,
      title: "an unconfined container",
      change: context((c) => (c.seccompProfile = { type: "Unconfined" })),
      says: ["Unconfined"],
    },
    {
      ...pod,
      title: "an AppArmor profile that allows all",
      change: context((c) => (c.appArmorProfile = { type: "Unconfined" })),
      says: ["appArmorProfile"],
    },
    {
      ...pod,
      title: "privilege escalation, which is the default",
      change: context((c) => {
        delete c.allowPrivilegeEscalation;
      }),
      says: ["allowPrivilegeEscalation is missing"],
    },
    {
      ...pod,
      title: "a privileged container",
      change: context((c) => (c.privileged = true)),
      says: ["privileged is true"],
    },
    {
      ...pod,
      title: "a writable root file system, which is the default",
      change: context((c) => {
        delete c.readOnlyRootFilesystem;
      }),
      says: ["readOnlyRootFilesystem is missing"],
    },
    {
      ...pod,
      title: "capabilities that are kept",
      change: context((c) => (c.capabilities.drop = ["NET_RAW"])),
      says: ["capabilities.drop"],
    },
    {
      ...pod,
      title: "capabilities that are added",
      change: context((c) => (c.capabilities.add = ["SYS_ADMIN"])),
      says: ["SYS_ADMIN"],
    },
    {
      ...pod,
      title: "another proc mount",
      change: context((c) => (c.procMount = "Unmasked")),
      says: ["procMount"],
    },
    {
      ...pod,
      title: "another SELinux type",
      change: context((c) => (c.seLinuxOptions = { type: "spc_t" })),
      says: ["spc_t"],
    },
    {
      ...pod,
      title: "an unsafe sysctl",
      change: editPod((spec) => {
        spec.securityContext.sysctls = [{ name: "vm.max_map_count", value: "262144" }];
      }),
      says: ["vm.max_map_count"],
    },
    {
      ...pod,
      title: "a port of the node",
      change: editContainer((jaeger) => {
        jaeger.ports[0].hostPort = 16686;
      }),
      says: ["hostPort is 16686"],
    },
    {
      ...pod,
      title: "a security context that is unknown during preview",
      change: editContainer((jaeger) => {
        jaeger.securityContext = unknownMapping;
      }),
      says: ["allowPrivilegeEscalation is unknown during preview"],
    },
    {
      ...pod,
      title: "a value of it that is unknown during preview",
      change: context((c) => (c.readOnlyRootFilesystem = unknownText)),
      says: ["readOnlyRootFilesystem is unknown during preview"],
    },
    {
      ...pod,
      title: "an init container without any of it",
      change: editPod((spec) => {
        spec.initContainers = [container("prepare", "busybox:1.37.0", { securityContext: {} })];
      }),
      says: ['initContainer "prepare"', "allowPrivilegeEscalation"],
    },
    {
      ...pod,
      title: "a Patch with a privileged container",
      change: (resource) => {
        resource.type = "kubernetes:apps/v1:DeploymentPatch";
        context((c) => (c.privileged = true))(resource);
      },
      says: ["DeploymentPatch", "privileged"],
    },
    {
      stack: "staging",
      resource: "jaeger-index-cleaner",
      title: "a privileged CronJob",
      change: context((c) => (c.privileged = true)),
      says: ["CronJob", "privileged"],
    },
  ]);
});
