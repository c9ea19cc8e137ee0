import type { JaegerStack } from "../components/jaegerStack";
import { outsideEndpoints, type ServiceTracingConfig } from "../components/serviceTracingConfig";
import { usesElasticsearch, type Settings } from "./load";

/** What the stack says of itself: addresses, names and the numbers in force; nothing secret. */
export function stackOutputs(
  settings: Settings,
  jaeger: JaegerStack,
  tracing: ServiceTracingConfig,
): Record<string, unknown> {
  return {
    environment: settings.environment,
    otlpEndpoint: jaeger.otlpEndpoint,
    uiAddress: jaeger.uiAddress,
    retentionDays: settings.storage.retentionDays,
    sampleRates: tracing.sampleRates,
    configMaps: tracing.configMaps,
    // A process outside the cluster reaches the collector through a port-forward, and only in development.
    ...(usesElasticsearch(settings)
      ? {}
      : {
          outsideOtlpEndpoint: outsideEndpoints.otlpEndpoint,
          developmentVariables: tracing.developmentVariables,
        }),
  };
}
