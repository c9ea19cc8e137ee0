/** A service's tracing ConfigMap, as `ServiceTracingConfig.configMaps` and the stack output of that name give it. */
export interface TracingConfigMapRef {
  /** Name of the ConfigMap, in the namespace of the workload. */
  readonly configMapName: string;
  /** SHA-256 of its data. */
  readonly checksum: string;
}

/** Annotation that carries the checksum of the tracing ConfigMap on a pod template. */
export const tracingChecksumAnnotation = "checksum/tracing-config";

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
 */
export function tracedPodTemplate(ref: TracingConfigMapRef): TracedPodTemplate {
  return {
    annotations: { [tracingChecksumAnnotation]: ref.checksum },
    envFrom: [{ configMapRef: { name: ref.configMapName } }],
  };
}
