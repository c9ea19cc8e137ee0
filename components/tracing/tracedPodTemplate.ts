import type { TracingConfigMap } from "../serviceTracingConfig";

/** What goes into a pod template so that its service is traced. */
export interface TracedPodTemplate {
  /** For `template.metadata.annotations`: a changed ConfigMap rolls this workload and no other. */
  readonly annotations: Record<string, string>;
  /** For the container's `envFrom`. */
  readonly envFrom: { configMapRef: { name: string } }[];
}

/**
 * Wires any workload of any Pulumi program to its tracing ConfigMap. A container reads its environment only when it
 * starts, so without the checksum a changed sample rate would wait for the next release.
 * @param configMap the service's entry in `ServiceTracingConfig.configMaps`, or in the stack output of that name; the
 * workload has to be in its namespace
 */
export function tracedPodTemplate({
  name,
  checksum,
}: Pick<TracingConfigMap, "name" | "checksum">): TracedPodTemplate {
  return { annotations: { "checksum/tracing-config": checksum }, envFrom: [{ configMapRef: { name } }] };
}
