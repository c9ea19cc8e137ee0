import type { DeclaredObject } from "../../../sandbox/stack/objects";
import { at, mapping, put, type Path } from "../../support/document";
import type { Tool } from "./finding";

/** Something that no pod should have, and the check of each tool that sees it. */
export interface Fault {
  readonly what: string;
  /** In the pod's spec, or in that of its first container. */
  readonly of: "pod" | "container";
  readonly path: Path;
  /** `undefined` takes away what is there. */
  readonly value: unknown;
  readonly foundBy: Partial<Readonly<Record<Tool, string>>>;
}

export const faults: readonly Fault[] = [
  {
    what: "a privileged container, whatever annotations say",
    of: "container",
    path: ["securityContext", "privileged"],
    value: true,
    foundBy: { "kube-score": "container-security-context-privileged", checkov: "CKV_K8S_16" },
  },
  {
    what: "a container without limits",
    of: "container",
    path: ["resources", "limits"],
    value: undefined,
    foundBy: { "kube-score": "container-resources", checkov: "CKV_K8S_13" },
  },
  {
    what: "the tag latest",
    of: "container",
    path: ["image"],
    value: "jaegertracing/jaeger:latest",
    foundBy: { "kube-score": "container-image-tag", checkov: "CKV_K8S_14" },
  },
  {
    what: "a root file system that can be written",
    of: "container",
    path: ["securityContext", "readOnlyRootFilesystem"],
    value: false,
    foundBy: { "kube-score": "container-security-context-readonlyrootfilesystem", checkov: "CKV_K8S_22" },
  },
  {
    what: "a container with all capabilities",
    of: "container",
    path: ["securityContext", "capabilities"],
    value: undefined,
    foundBy: { checkov: "CKV_K8S_37" },
  },
  {
    what: "a process that may gain privileges",
    of: "container",
    path: ["securityContext", "allowPrivilegeEscalation"],
    value: true,
    foundBy: { checkov: "CKV_K8S_20" },
  },
  {
    what: "a pod without a seccomp profile",
    of: "pod",
    path: ["securityContext", "seccompProfile"],
    value: undefined,
    foundBy: { "kube-score": "container-seccomp-profile", checkov: "CKV_K8S_31" },
  },
  {
    what: "a pod of root",
    of: "pod",
    path: ["securityContext", "runAsUser"],
    value: 0,
    foundBy: { "kube-score": "container-security-context-user-group-id", checkov: "CKV_K8S_40" },
  },
  {
    what: "a token of the API server",
    of: "pod",
    path: ["automountServiceAccountToken"],
    value: true,
    foundBy: { checkov: "CKV_K8S_38" },
  },
  {
    what: "the network of the node",
    of: "pod",
    path: ["hostNetwork"],
    value: true,
    foundBy: { checkov: "CKV_K8S_19" },
  },
];

/** By which each tool would look away from a privileged container. */
const lookAway = {
  "kube-score/ignore": "container-security-context-privileged",
  "checkov.io/skip1": "CKV_K8S_16=not looked at",
};

/** A Deployment with all of the faults at once, and with annotations that ask the tools to look away. */
export function withFaults(deployment: DeclaredObject): DeclaredObject {
  const copy = structuredClone(deployment);
  const pod = mapping(copy, "spec", "template", "spec");
  for (const { of, path, value } of faults) {
    put(of === "pod" ? pod : at(pod, "containers", 0), path, value);
  }
  for (const [name, value] of Object.entries(lookAway)) {
    put(copy, ["metadata", "annotations", name], value);
    put(copy, ["spec", "template", "metadata", "annotations", name], value);
  }
  return copy;
}
