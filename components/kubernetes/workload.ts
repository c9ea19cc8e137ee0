import type { types } from "@pulumi/kubernetes";
import { shareOfMemoryMebibytes } from "./quantity";

type PodSecurityContext = types.input.core.v1.PodSecurityContext;
type SecurityContext = types.input.core.v1.SecurityContext;

/** CPU and memory of one container; quantities such as `500m` and `1Gi`. */
export interface Resources {
  /** What the scheduler sets aside. */
  readonly requests: { readonly cpu: string; readonly memory: string };
  /** What the container can never exceed: CPU is throttled, memory is killed. */
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** The user of Jaeger's own image, and of every other pod of this program. */
const userId = 10001;

/** Pod half of pod security "restricted". */
export const restrictedPod: PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  seccompProfile: { type: "RuntimeDefault" },
};

/** Container half of pod security "restricted", and a read-only root file system on top. */
export const restrictedContainer: SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** Share of the memory limit that Go's collector aims to stay under; the rest is for what it does not count. */
const goMemoryShare = 0.8;

/** Jaeger does not read its memory limit itself: without this the kernel kills it before Go's collector hurries. */
export function goMemoryLimit(resources: Resources): { readonly name: string; readonly value: string } {
  return {
    name: "GOMEMLIMIT",
    value: `${shareOfMemoryMebibytes(resources.limits.memory, goMemoryShare)}MiB`,
  };
}
