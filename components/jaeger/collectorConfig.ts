import type { ElasticsearchConnection } from "../elasticsearch/connection";
import { elasticsearchStore } from "./elasticsearchStore";
import { encryptedReceiver, plainIngest, type IngestTls } from "./ingestTls";
import { personalDataProcessor } from "./personalData";
import { collectorMemoryLimiter, queueCapacity } from "./queueCapacity";
import { balancedOtlp, healthExtension, receivers, samplingExtension, telemetry } from "./sharedConfig";
import type { YamlMap } from "./sharedConfig";
import { countedServices, withSpanMetrics } from "./spanMetrics";
import { jaegerDialect } from "./version";

/** What the configuration of a collector depends on. */
export interface CollectorConfigInput {
  /** Release of Jaeger. */
  readonly version: string;
  readonly connection: ElasticsearchConnection;
  /** Memory limit of the container, for example `1Gi`; the queue is sized from it. */
  readonly memoryLimit: string;
  /** Path of the sampling strategies in the container. */
  readonly samplingPath: string;
  /** Whether a service of the stack sends Jaeger's own thrift. */
  readonly legacyReceiver: boolean;
  /** Whether to count the spans of each service, for Prometheus. @default false */
  readonly spanMetrics?: boolean | undefined;
  /** Memory limit of the gateway, which holds what is queued where writes are synchronous. @default there is none */
  readonly gatewayMemoryLimit?: string | undefined;
  /** How OTLP comes in. @default in clear */
  readonly ingest?: IngestTls | undefined;
}

/** Name of the storage backend inside the document. */
const backend = "main";

/** Writes to Elasticsearch at a time. */
const consumers = 8;

/** Spans of one write: from `least` on it goes out at once, and it never has more than `most`. */
const batchSize = { least: 500, most: 4_000 } as const;

/** A batch that is not full goes out after this time: the longest that storing a span is put off. */
const batchWait = "200ms";

/** Configuration of a Jaeger that receives spans and writes them to Elasticsearch. */
export function collectorConfig(input: CollectorConfigInput): YamlMap {
  const { synchronousWrites } = jaegerDialect(input.version);
  const counted = input.spanMetrics === true;
  const size = queueCapacity(input.memoryLimit, {
    // Only the queue of synchronous writes makes batches, and so wants spans of its own.
    spanMetrics: counted ? { services: countedServices, copies: synchronousWrites } : undefined,
    gatewayMemoryLimit: synchronousWrites ? input.gatewayMemoryLimit : undefined,
  });
  const document = {
    service: {
      extensions: ["healthcheckv2", "jaeger_storage", "remote_sampling"],
      pipelines: {
        traces: {
          receivers: input.legacyReceiver ? ["otlp", "jaeger"] : ["otlp"],
          // The limiter comes first: what it refuses must not have cost anything yet. A `batch` step would acknowledge
          // what it holds, so there is none where writes are synchronous.
          processors: ["memory_limiter", "attributes/pii", ...(synchronousWrites ? [] : ["batch"])],
          exporters: ["jaeger_storage_exporter"],
        },
      },
      telemetry: telemetry("jaeger-collector"),
    },
    extensions: {
      healthcheckv2: healthExtension(),
      jaeger_storage: { backends: { [backend]: elasticsearchStore(input.connection, input.version) } },
      remote_sampling: samplingExtension(input.samplingPath),
    },
    receivers: {
      ...receivers(input.legacyReceiver),
      otlp: encryptedReceiver(balancedOtlp(), input.ingest ?? plainIngest),
    },
    processors: {
      memory_limiter: {
        check_interval: "1s",
        limit_percentage: collectorMemoryLimiter.limit,
        spike_limit_percentage: collectorMemoryLimiter.spike,
      },
      "attributes/pii": personalDataProcessor(),
      ...(synchronousWrites
        ? {}
        : {
            batch: {
              send_batch_size: batchSize.least,
              send_batch_max_size: batchSize.most,
              timeout: batchWait,
            },
          }),
    },
    exporters: {
      jaeger_storage_exporter: {
        trace_storage: backend,
        ...(synchronousWrites ? acknowledgeWhatIsStored(size) : acknowledgeWhatIsQueued(size)),
      },
    },
  };
  return counted ? withSpanMetrics(document) : document;
}

/** What every queue is: spans. @param size as many as the memory holds */
function queue(size: number): YamlMap {
  return { enabled: true, num_consumers: consumers, queue_size: size, sizer: "items" };
}

/**
 * The sender hears of success only once Elasticsearch has the spans, and tries again otherwise: so nobody else does.
 * From documentation, for the release; this very shape was tried on the code after 2.20: with Elasticsearch and Jaeger
 * both killed and back after half a minute, none of 18,000 acknowledged spans was lost, and none was there twice.
 */
function acknowledgeWhatIsStored(size: number): YamlMap {
  return {
    queue: {
      ...queue(size),
      wait_for_result: true,
      batch: {
        flush_timeout: batchWait,
        min_size: batchSize.least,
        max_size: batchSize.most,
        sizer: "items",
      },
    },
    retry_on_failure: { enabled: false },
  };
}

/**
 * Up to 2.20 a write is a success as soon as Jaeger has buffered it. The queue and the retries bridge a slow
 * Elasticsearch; what it refuses is counted (bulk errors) and lost, and what is buffered dies with the pod. While it is
 * away 2.13 waits, and 2.20 loses (docs/delivery.md).
 */
function acknowledgeWhatIsQueued(size: number): YamlMap {
  return {
    queue: {
      ...queue(size),
      // The sender is told at once, and tries again; blocked, it would wait until its own deadline.
      block_on_overflow: false,
    },
    retry_on_failure: {
      enabled: true,
      initial_interval: "1s",
      max_interval: "30s",
      max_elapsed_time: "5m",
    },
  };
}
