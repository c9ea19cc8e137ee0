import { formatSampleRate } from "./sampleRates";
import { otlpClientVariables } from "./otlpClient";
import type { Exporter } from "./tracedService";

/** Everything that the variables of one service say, each value once. */
export interface VariablesInput {
  /** Name of the service; it becomes `OTEL_SERVICE_NAME`. */
  readonly service: string;
  /** Release of the service. */
  readonly version: string;
  /** `development`, `staging` or `production`. */
  readonly appEnv: string;
  /** 0 to 1. */
  readonly sampleRate: number;
  /** OTLP over gRPC, for example `http://jaeger-collector.observability:4317`. */
  readonly otlpEndpoint: string;
  /** Whether that is over TLS, with files at the fixed place. @default false */
  readonly encrypted?: boolean;
  readonly exporter: Exporter;
  /** Thrift over HTTP, for example `http://jaeger-collector.observability:14268/api/traces`; read with `jaeger` only. */
  readonly jaegerEndpoint: string;
}

/** The guide's batching, which every SDK takes from the standard variables: spans, spans, milliseconds. */
export const batching = {
  maxQueueSize: 2048,
  maxExportBatchSize: 512,
  scheduleDelayMilliseconds: 5000,
} as const;

/** W3C baggage form: a comma, an equals sign or a percent sign in a value would change what the SDK reads. */
function resourceAttributes(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join(",");
}

/**
 * The environment of one traced service: the guide's variables, and beside them the standard ones of OpenTelemetry,
 * so that a service works with the guide's library and with any SDK. Both say the same, because both come from `input`.
 */
export function tracingVariables(input: VariablesInput): Record<string, string> {
  const sampleRate = formatSampleRate(input.sampleRate);
  return {
    TRACING_ENABLED: "true",
    TRACING_EXPORTER: input.exporter,
    OTLP_ENDPOINT: input.otlpEndpoint,
    ...(input.exporter === "jaeger" ? { JAEGER_ENDPOINT: input.jaegerEndpoint } : {}),
    TRACING_SAMPLE_RATE: sampleRate,
    SERVICE_VERSION: input.version,
    APP_ENV: input.appEnv,
    OTEL_SERVICE_NAME: input.service,
    OTEL_EXPORTER_OTLP_ENDPOINT: input.otlpEndpoint,
    ...(input.encrypted === true ? otlpClientVariables : {}),
    // A service that is called follows its caller; the rate decides only where a trace begins.
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: sampleRate,
    OTEL_BSP_MAX_QUEUE_SIZE: String(batching.maxQueueSize),
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: String(batching.maxExportBatchSize),
    OTEL_BSP_SCHEDULE_DELAY: String(batching.scheduleDelayMilliseconds),
    OTEL_RESOURCE_ATTRIBUTES: resourceAttributes({
      "service.version": input.version,
      "deployment.environment.name": input.appEnv,
    }),
  };
}
