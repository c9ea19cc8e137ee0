import { memoryLimiterPercentages } from "./memoryStore";
import { personalDataProcessor } from "./personalData";
import {
  browserHeaders,
  onLoopback,
  healthExtension,
  receivers,
  samplingExtension,
  telemetry,
} from "./sharedConfig";
import type { YamlMap } from "./sharedConfig";
import { ports } from "./ports";
import { withSpanMetrics } from "./spanMetrics";

/** What the all-in-one configuration depends on. */
export interface AllInOneConfigInput {
  /** Traces that the memory store keeps. */
  readonly maxTraces: number;
  /** Path of the sampling strategies in the container. */
  readonly samplingPath: string;
  /** Whether a service of the stack sends Jaeger's own thrift. */
  readonly legacyReceiver: boolean;
  /** Whether to count the spans of each service, for Prometheus. @default false */
  readonly spanMetrics?: boolean | undefined;
}

/** Name of the storage backend inside the document. */
const backend = "main";

/**
 * Configuration of one Jaeger that does everything: receives, keeps spans in memory, and answers queries. Its keys
 * are the same in every supported version.
 */
export function allInOneConfig(input: AllInOneConfigInput): YamlMap {
  const document = {
    service: {
      extensions: ["healthcheckv2", "jaeger_storage", "jaeger_query", "remote_sampling"],
      pipelines: {
        traces: {
          receivers: input.legacyReceiver ? ["otlp", "jaeger"] : ["otlp"],
          // The limiter comes first: what it refuses must not have cost anything yet.
          processors: ["memory_limiter", "attributes/pii", "batch"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
      telemetry: telemetry("jaeger"),
    },
    extensions: {
      healthcheckv2: healthExtension(),
      jaeger_storage: { backends: { [backend]: { memory: { max_traces: input.maxTraces } } } },
      jaeger_query: {
        storage: { traces: backend },
        base_path: "/",
        // Else every look at the UI becomes a trace of its own.
        enable_tracing: false,
        // Nobody logs in here, so nobody reaches it but through a port-forward, which comes from within the pod.
        http: { endpoint: onLoopback(ports.queryHttp), response_headers: browserHeaders },
        grpc: { endpoint: onLoopback(ports.queryGrpc) },
      },
      remote_sampling: samplingExtension(input.samplingPath),
    },
    receivers: receivers(input.legacyReceiver),
    processors: {
      memory_limiter: {
        check_interval: "1s",
        limit_percentage: memoryLimiterPercentages.limit,
        spike_limit_percentage: memoryLimiterPercentages.spike,
      },
      "attributes/pii": personalDataProcessor(),
      batch: { send_batch_size: 512, send_batch_max_size: 2048, timeout: "200ms" },
    },
    exporters: { jaeger_storage_exporter: { trace_storage: backend } },
  };
  return input.spanMetrics === true ? withSpanMetrics(document) : document;
}
