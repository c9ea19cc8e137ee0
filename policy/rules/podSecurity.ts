import { containers, podTemplates, type PodTemplate } from "../artefacts/podTemplate";
import { type ResourceRule } from "../engine/rule";
import {
  at,
  elements,
  entries,
  isMapping,
  type Mapping,
  show,
  UNKNOWN,
  type Value,
} from "../engine/snapshot";

// The volume sources that Kubernetes' pod security standard "restricted" admits.
const volumeSources = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);
const safeSysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
]);
const seccompTypes: readonly unknown[] = ["RuntimeDefault", "Localhost"];
const selinuxTypes: readonly unknown[] = [
  "",
  "container_t",
  "container_init_t",
  "container_kvm_t",
  "container_engine_t",
];

// By it the API server refuses such pods itself, also those that are not the stack's.
const enforceLabel = "pod-security.kubernetes.io/enforce";

/** Every pod holds to pod security "restricted", which the API server does not judge on a Deployment. */
export const podSecurity: ResourceRule = {
  scope: "resource",
  name: "kubernetes-pod-require-restricted-security",
  description:
    'Every pod of the stack meets pod security "restricted", has a read-only root file system and no ServiceAccount token, and the namespace of tracing enforces "restricted" by its label.',
  severity: "high",
  remediationSteps:
    "Take the security contexts from components/kubernetes/workload.ts, and give each path that is written to an emptyDir.",
  *judge(resource) {
    if (resource.isKind("Namespace") && resource.objectName === "observability") {
      const enforced = resource.at("metadata", "labels", enforceLabel);
      if (enforced !== "restricted")
        yield `${resource.title}: the label ${enforceLabel} is ${show(enforced)}, so the API server takes pods that are not restricted. Set "restricted".`;
    }
    for (const template of podTemplates(resource)) {
      for (const problem of podProblems(template)) yield `${resource.title}, ${template.place}: ${problem}.`;
      for (const container of containers(template)) {
        for (const problem of containerProblems(container.spec, at(template.spec, "securityContext"))) {
          yield `${resource.title}, ${container.title}: ${problem}.`;
        }
      }
    }
  },
};

function* podProblems({ spec }: PodTemplate): Iterable<string> {
  for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
    if (isSet(spec[key]) && spec[key] !== false) yield `${key} is ${show(spec[key])}; leave it out`;
  }
  if (spec.automountServiceAccountToken !== false) {
    yield `automountServiceAccountToken is ${show(spec.automountServiceAccountToken)}; set false, nothing here talks to the API server`;
  }
  if (spec.volumes === UNKNOWN) yield "its volumes are unknown during preview; write them plainly";
  for (const volume of elements(spec.volumes)) {
    const sources = entries(volume).map(([key]) => key);
    const forbidden = sources.find((key) => key !== "name" && !volumeSources.has(key));
    if (forbidden !== undefined || !isMapping(volume)) {
      yield `the volume ${show(at(volume, "name"))} is a ${forbidden ?? "value that cannot be read"}; use one of ${[...volumeSources].join(", ")}`;
    }
  }
  const context = spec.securityContext;
  yield* userProblems(context, "securityContext");
  yield* profileProblems(context, "securityContext");
  for (const sysctl of elements(at(context, "sysctls"))) {
    const name = at(sysctl, "name");
    if (typeof name !== "string" || !safeSysctls.has(name))
      yield `the sysctl ${show(name)} is not a safe one; leave it out`;
  }
}

function* containerProblems(spec: Value, podContext: Value | undefined): Iterable<string> {
  const context = at(spec, "securityContext");
  // What the pod says holds for the container unless the container says otherwise.
  const inherited = (key: string): Value | undefined => {
    const own = at(context, key);
    return isSet(own) ? own : at(podContext, key);
  };
  if (inherited("runAsNonRoot") !== true) {
    yield `runAsNonRoot is ${show(inherited("runAsNonRoot"))}; set true`;
  }
  yield* userProblems(context, "securityContext");
  yield* profileProblems(context, "securityContext");
  const seccomp = at(inherited("seccompProfile"), "type");
  if (!seccompTypes.includes(seccomp)) yield `seccompProfile.type is ${show(seccomp)}; set RuntimeDefault`;
  const required: Mapping = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
  for (const [key, value] of Object.entries(required)) {
    if (at(context, key) !== value)
      yield `securityContext.${key} is ${show(at(context, key))}; set ${show(value)}`;
  }
  const privileged = at(context, "privileged");
  if (isSet(privileged) && privileged !== false)
    yield `securityContext.privileged is ${show(privileged)}; leave it out`;
  const mount = at(context, "procMount");
  if (isSet(mount) && mount !== "Default") yield `securityContext.procMount is ${show(mount)}; leave it out`;
  if (!elements(at(context, "capabilities", "drop")).includes("ALL")) {
    yield `securityContext.capabilities.drop is ${show(at(context, "capabilities", "drop"))}; set ["ALL"]`;
  }
  const added = at(context, "capabilities", "add");
  if (added === UNKNOWN || elements(added).some((name) => name !== "NET_BIND_SERVICE")) {
    yield `securityContext.capabilities.add is ${show(added)}; leave it out`;
  }
  for (const port of elements(at(spec, "ports"))) {
    const hostPort = at(port, "hostPort");
    if (isSet(hostPort) && hostPort !== 0) yield `hostPort is ${show(hostPort)}; use a Service`;
  }
}

function* userProblems(context: Value | undefined, place: string): Iterable<string> {
  const user = at(context, "runAsUser");
  if (isSet(user) && !(typeof user === "number" && user > 0)) {
    yield `${place}.runAsUser is ${show(user)}; run as a user other than root`;
  }
  const root = at(context, "runAsNonRoot");
  if (isSet(root) && root !== true) yield `${place}.runAsNonRoot is ${show(root)}; set true`;
}

function* profileProblems(context: Value | undefined, place: string): Iterable<string> {
  const seccomp = at(context, "seccompProfile", "type");
  if (isSet(seccomp) && !seccompTypes.includes(seccomp)) {
    yield `${place}.seccompProfile.type is ${show(seccomp)}; set RuntimeDefault`;
  }
  const appArmor = at(context, "appArmorProfile", "type");
  if (isSet(appArmor) && !seccompTypes.includes(appArmor)) {
    yield `${place}.appArmorProfile.type is ${show(appArmor)}; set RuntimeDefault or leave it out`;
  }
  const label = at(context, "seLinuxOptions", "type");
  if (isSet(label) && !selinuxTypes.includes(label)) {
    yield `${place}.seLinuxOptions.type is ${show(label)}; leave it out`;
  }
}

function isSet(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}
