import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { ProblemLog } from "../problemLog";
import { ReportingExporter } from "./reportingExporter";
import { RETRY_BUDGET_MS, RetryingExporter } from "./retryingExporter";
import { ScrubbingExporter } from "./scrubbingExporter";

/** One attempt to hand a batch to the collector. */
const ATTEMPT_TIMEOUT_MS = 10_000;

/** The guide's batching. Given to the processor as it is, so that no OTEL_BSP_ variable changes it in silence. */
export const BATCHING = {
  /** Spans that wait at most; further ones are dropped, the service is never held up. */
  maxQueueSize: 2048,
  maxExportBatchSize: 512,
  scheduledDelayMillis: 5000,
  // Above all attempts together: the processor would otherwise begin the next batch beside the one that waits.
  exportTimeoutMillis: RETRY_BUDGET_MS + 2 * ATTEMPT_TIMEOUT_MS,
} as const;

export interface Pipeline {
  readonly processor: SpanProcessor;
  readonly reports: ReportingExporter;
}

/**
 * Spans -> queue -> scrubbed copy -> OTLP over gRPC, tried again while the collector is away.
 * http:// is plain text, https:// is TLS, with the CA in OTEL_EXPORTER_OTLP_CERTIFICATE if that is set.
 */
export function createPipeline(otlpEndpoint: string, log: ProblemLog): Pipeline {
  const otlp = new OTLPTraceExporter({ url: otlpEndpoint, timeoutMillis: ATTEMPT_TIMEOUT_MS });
  const scrubbing = new ScrubbingExporter(new RetryingExporter(otlp));
  const reports = new ReportingExporter(scrubbing, otlpEndpoint, log);
  return { processor: new BatchSpanProcessor(reports, BATCHING), reports };
}
