import { SpanKind } from "@opentelemetry/api";
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";

/** What the gRPC instrumentation calls the spans of gRPC's own health service. */
const HEALTH_SPAN_PREFIX = "grpc.grpc.health.v1.Health/";

/**
 * Keeps `rate` of the traces that begin in this service, chosen by trace id so that every service chooses
 * alike; a trace that began elsewhere is kept or not as its caller decided. gRPC health checks are never kept.
 */
export function createSampler(rate: number): Sampler {
  const byParent = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(rate) });
  return {
    shouldSample(...call: Parameters<Sampler["shouldSample"]>): SamplingResult {
      const [, , spanName, spanKind] = call;
      // The instrumentation can ignore methods by name alone, and Check is a name for other things too.
      if (spanKind === SpanKind.SERVER && spanName.startsWith(HEALTH_SPAN_PREFIX)) {
        return { decision: SamplingDecision.NOT_RECORD };
      }
      return byParent.shouldSample(...call);
    },
    toString: () => `HealthChecksOff{${byParent.toString()}}`,
  };
}
