import { storeTimeoutSeconds } from "./elasticsearchStore";
import { redactionProcessors } from "./gatewayRedaction";
import {
  encryptedReceiver,
  exporterTls,
  ingestScheme,
  isEncrypted,
  plainIngest,
  type IngestTls,
} from "./ingestTls";
import { ports } from "./ports";
import { collectorMemoryLimiter } from "./queueCapacity";
import { balancedOtlp, onAllInterfaces, receivers, telemetry } from "./sharedConfig";
import type { YamlMap } from "./sharedConfig";

/** What the configuration of a gateway depends on. */
export interface GatewayConfigInput {
  /** Host of Jaeger's own collectors: `jaeger-collector-backend.observability`. */
  readonly backendHost: string;
  /** Whether a service of the stack sends Jaeger's own thrift. */
  readonly legacyReceiver: boolean;
  /** How OTLP comes in, and goes on to Jaeger. @default in clear */
  readonly ingest?: IngestTls | undefined;
}

/** What sends to Jaeger; in the labels of its metrics. */
export const gatewayExporter = "otlp_http";

/**
 * Configuration of the OpenTelemetry Collector before Jaeger. It keeps nothing: a request is answered with what Jaeger
 * answered, so there is no `batch` step, no queue and no retry, and the sender's retry covers both. An error of
 * connection and a full or ending Jaeger is "unavailable" to the sender, which tries again.
 */
export function gatewayConfig({
  backendHost,
  legacyReceiver,
  ingest = plainIngest,
}: GatewayConfigInput): YamlMap {
  const steps = redactionProcessors();
  return {
    service: {
      extensions: ["health_check"],
      pipelines: {
        traces: {
          receivers: legacyReceiver ? ["otlp", "jaeger"] : ["otlp"],
          processors: ["memory_limiter", ...Object.keys(steps)],
          exporters: [gatewayExporter],
        },
      },
      telemetry: telemetry("jaeger-gateway"),
    },
    extensions: { health_check: { endpoint: onAllInterfaces(ports.health), path: "/status" } },
    receivers: { ...receivers(legacyReceiver), otlp: encryptedReceiver(balancedOtlp(), ingest) },
    processors: {
      memory_limiter: {
        check_interval: "1s",
        limit_percentage: collectorMemoryLimiter.limit,
        spike_limit_percentage: collectorMemoryLimiter.spike,
      },
      ...steps,
    },
    exporters: { [gatewayExporter]: toBackend(backendHost, ingest) },
  };
}

/**
 * To Jaeger's own collectors over HTTP, on a connection of its own for each request: the Service gives each to one of
 * their pods, so that all have their share, and one that has just come is found at once. A gRPC connection stays with
 * one pod, and looks for another only after a pause that an outage doubles up to two minutes: after a restart of all
 * pods senders had given up by then. A connection costs less than a request of hundreds of spans.
 */
function toBackend(host: string, ingest: IngestTls): YamlMap {
  return {
    endpoint: `${ingestScheme(ingest)}://${host}:${ports.otlpHttp}`,
    ...(isEncrypted(ingest) ? { tls: exporterTls(ingest) } : {}),
    disable_keep_alives: true,
    // Both ends are in one cluster.
    compression: "none",
    // Of a sender that names none itself; the SDKs' is 10 s. Jaeger waits as long for Elasticsearch.
    timeout: `${storeTimeoutSeconds}s`,
    sending_queue: { enabled: false },
    retry_on_failure: { enabled: false },
  };
}
