import { perResource } from "../engine/perResource";
import { type Resource } from "../engine/resource";
import { entries, isMapping, type Mapping, UNKNOWN } from "../engine/snapshot";

/** Variables that decide how many traces a service records. */
export const samplingVariables = [
  "TRACING_ENABLED",
  "TRACING_SAMPLE_RATE",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OTEL_TRACES_EXPORTER",
  "OTEL_SDK_DISABLED",
  "OTEL_CONFIG_FILE",
  "OTEL_EXPERIMENTAL_CONFIG_FILE",
] as const;

/** The variables of the guide that every service's ConfigMap holds. */
export const requiredGuideVariables = [
  "TRACING_ENABLED",
  "TRACING_EXPORTER",
  "OTLP_ENDPOINT",
  "TRACING_SAMPLE_RATE",
  "SERVICE_VERSION",
  "APP_ENV",
] as const;

/** The variables of OpenTelemetry that stand beside them. */
export const requiredStandardVariables = [
  "OTEL_SERVICE_NAME",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OTEL_BSP_MAX_QUEUE_SIZE",
  "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
  "OTEL_BSP_SCHEDULE_DELAY",
  "OTEL_RESOURCE_ATTRIBUTES",
] as const;

/** The variables that name its files for TLS: there where the endpoint is https, and nowhere else. */
export const tlsVariables = [
  "OTEL_EXPORTER_OTLP_CERTIFICATE",
  "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
  "OTEL_EXPORTER_OTLP_CLIENT_KEY",
] as const;

/** A ConfigMap that a service takes its tracing settings from. */
export interface ServiceConfiguration {
  readonly resource: Resource;
  /** Name of the service: the ConfigMap's name without `-config`; empty where that is not known. */
  readonly service: string;
  readonly data: Mapping;
}

/**
 * The tracing settings of a service in a ConfigMap, recognised by any one of the variables: a missing rate is then a
 * missing value, and not a ConfigMap that no rule looks at.
 */
export const serviceConfiguration = perResource((resource: Resource): ServiceConfiguration | undefined => {
  if (!resource.isKind("ConfigMap")) return undefined;
  const data = resource.at("data");
  if (!isMapping(data) || !Object.keys(data).some(isTracingVariable)) return undefined;
  return { resource, service: (resource.objectName ?? "").replace(/-config$/, ""), data };
});

/** Whether a variable belongs to tracing. */
export function isTracingVariable(name: string): boolean {
  return /^(TRACING_|OTEL_|OTLP_|JAEGER_)/.test(name);
}

/** Whether a variable decides how many traces a service records. */
export function isSamplingVariable(name: string): boolean {
  return (samplingVariables as readonly string[]).includes(name);
}

/** Whether the values of a ConfigMap, or some of them, cannot be known during a preview. */
export function unknownKeys(resource: Resource): string[] {
  return ["data", "binaryData"].flatMap((field) => {
    const data = resource.at(field);
    if (data === UNKNOWN) return [field];
    return entries(data).flatMap(([key, value]) => (value === UNKNOWN ? [`${field}["${key}"]`] : []));
  });
}
