import type { TracingConfigMap } from "../serviceTracingConfig";
import { otlpClientFolder } from "./otlpClient";

/** What goes into a pod template so that its service is traced. */
export interface TracedPodTemplate {
  /** For `template.metadata.annotations`: a changed ConfigMap rolls this workload and no other. */
  readonly annotations: Record<string, string>;
  /** For the container's `envFrom`. */
  readonly envFrom: { configMapRef: { name: string } }[];
  /** For the pod's `volumes`; empty where spans go in clear. */
  readonly volumes: {
    name: string;
    secret: { secretName: string; defaultMode: number; optional: boolean };
  }[];
  /** For the container's `volumeMounts`. */
  readonly volumeMounts: { name: string; mountPath: string; readOnly: boolean }[];
}

/** `r--r--r--`, in decimal: the user of the container is the team's choice, and nobody else is in there. */
const fileMode = 0o444;

/**
 * Wires any workload of any Pulumi program to its tracing ConfigMap. A container reads its environment only when it
 * starts, so without the checksum a changed sample rate would wait for the next release.
 * @param configMap the service's entry in `ServiceTracingConfig.configMaps`, or in the stack output of that name; the
 * workload has to be in its namespace
 */
export function tracedPodTemplate({
  name,
  checksum,
  tlsSecret,
}: Pick<TracingConfigMap, "name" | "checksum" | "tlsSecret">): TracedPodTemplate {
  const volume = "otlp-tls";
  // Optional: a Secret that is missing may cost traces, and never the start of the service.
  const secret = { defaultMode: fileMode, optional: true };
  return {
    annotations: { "checksum/tracing-config": checksum },
    envFrom: [{ configMapRef: { name } }],
    volumes: tlsSecret === undefined ? [] : [{ name: volume, secret: { secretName: tlsSecret, ...secret } }],
    volumeMounts:
      tlsSecret === undefined ? [] : [{ name: volume, mountPath: otlpClientFolder, readOnly: true }],
  };
}
