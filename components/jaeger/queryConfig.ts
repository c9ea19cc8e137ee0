import type { ElasticsearchConnection } from "../elasticsearch/connection";
import { elasticsearchStore } from "./elasticsearchStore";
import { ports } from "./ports";
import { browserHeaders, healthExtension, onLoopback, telemetry } from "./sharedConfig";
import type { YamlMap } from "./sharedConfig";
import { uiMenu } from "./uiSignOut";
import { jaegerDialect } from "./version";

/** What the configuration of a query depends on. */
export interface QueryConfigInput {
  /** Release of Jaeger. */
  readonly version: string;
  readonly connection: ElasticsearchConnection;
  /** Path of the UI's own configuration in the container. */
  readonly uiConfigPath: string;
}

/** Name of the storage backend inside the document. */
const backend = "main";

/** Spans of one trace that are loaded, at most: a trace without end must not take the pod down. */
const maxTraceSize = 50_000;

/** Configuration of a Jaeger that answers queries from Elasticsearch, to nobody but the proxy in its own pod. */
export function queryConfig(input: QueryConfigInput): YamlMap {
  const { limitsTraceSize } = jaegerDialect(input.version);
  return {
    service: {
      extensions: ["healthcheckv2", "jaeger_storage", "jaeger_query"],
      // A collector without any pipeline refuses to start.
      pipelines: { traces: { receivers: ["nop"], exporters: ["nop"] } },
      telemetry: telemetry("jaeger-query"),
    },
    extensions: {
      healthcheckv2: healthExtension(),
      jaeger_storage: { backends: { [backend]: elasticsearchStore(input.connection, input.version) } },
      jaeger_query: {
        storage: { traces: backend },
        base_path: "/",
        // Else it sends a trace of every look at the UI to a collector that is not in this pod.
        enable_tracing: false,
        // Timestamps are shown as they were sent: adjusted ones look like facts and are guesses.
        max_clock_skew_adjust: "0s",
        ...(limitsTraceSize ? { max_trace_size: maxTraceSize } : {}),
        ui: { config_file: input.uiConfigPath },
        http: { endpoint: onLoopback(ports.queryHttp), response_headers: browserHeaders },
        grpc: { endpoint: onLoopback(ports.queryGrpc) },
      },
    },
    receivers: { nop: null },
    exporters: { nop: null },
  };
}

/**
 * Configuration of the UI: it offers a search as far back as spans are kept, where its own default is two days.
 *
 * @param version of Jaeger, for the menu
 * @param signOutPath where the menu's entry leads
 */
export function uiConfig(retentionDays: number, version: string, signOutPath: string): YamlMap {
  return {
    menu: uiMenu(version, signOutPath),
    search: { maxLookback: { label: `${retentionDays} Days`, value: `${retentionDays}d` } },
    dependencies: { menuEnabled: true },
    // There is no archive storage to put a trace into.
    archiveEnabled: false,
  };
}
