import { stringify } from "yaml";
import { ports } from "./ports";

/**
 * The parts that every role of Jaeger has in common, as plain documents.
 */

/** A node of a YAML document. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | { readonly [key: string]: Yaml };

/** A mapping of a YAML document. */
export type YamlMap = Readonly<Record<string, Yaml>>;

/** A document as text: no line is folded and nothing is an alias, so that people and policies read what Jaeger reads. */
export function renderYaml(document: YamlMap): string {
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Every endpoint is written out: Jaeger binds OTLP and health to localhost when nothing is said. */
export function onAllInterfaces(port: number): string {
  return `0.0.0.0:${port}`;
}

/** An endpoint that only this pod reaches. */
export function onLoopback(port: number): string {
  return `127.0.0.1:${port}`;
}

/**
 * What Jaeger's own HTTP server tells a browser with each answer of the query API and the UI: no page may show it in a
 * frame, nothing is taken for another type than it says, and no other host learns the address of a trace.
 */
export const browserHeaders: YamlMap = {
  "Content-Security-Policy": "frame-ancestors 'none'",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** `use_v2` puts the state on `/status`; without it the path is `/` and says less. */
export function healthExtension(): YamlMap {
  return { use_v2: true, http: { endpoint: onAllInterfaces(ports.health) } };
}

/**
 * Jaeger's own logs and metrics. The three `without_*` switches are pinned because their defaults turned around in
 * 2.18 (no `_total`, no units), which would silently empty every recording rule and dashboard. Views replace buckets
 * that are meant for milliseconds; they and the HTTP metrics need the level `detailed`.
 */
export function telemetry(serviceName: string): YamlMap {
  return {
    resource: { "service.name": serviceName },
    logs: { level: "info", encoding: "json" },
    metrics: {
      level: "detailed",
      readers: [
        {
          pull: {
            exporter: {
              prometheus: {
                host: "0.0.0.0",
                port: ports.metrics,
                without_type_suffix: false,
                without_units: false,
                without_scope_info: true,
              },
            },
          },
        },
      ],
      views: [
        {
          selector: { meter_name: "jaeger-v2", instrument_type: "histogram" },
          stream: {
            aggregation: {
              explicit_bucket_histogram: { boundaries: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30] },
            },
          },
        },
      ],
    },
  };
}

/** Serves the sampling table; the file is read again every minute, so that a new rate restarts no collector. */
export function samplingExtension(path: string): YamlMap {
  return {
    file: { path, reload_interval: "60s" },
    http: { endpoint: onAllInterfaces(ports.samplingHttp) },
    grpc: { endpoint: onAllInterfaces(ports.samplingGrpc) },
  };
}

/** As much of a receiver as its callers change. */
export interface Receiver extends YamlMap {
  readonly protocols: Readonly<Record<string, YamlMap>>;
}

/** OTLP over gRPC and HTTP, and Jaeger's own thrift where a service of the stack still sends it. */
export function receivers(legacyReceiver: boolean): YamlMap {
  return {
    otlp: {
      protocols: {
        grpc: { endpoint: onAllInterfaces(ports.otlpGrpc) },
        http: { endpoint: onAllInterfaces(ports.otlpHttp) },
      },
    },
    ...(legacyReceiver
      ? { jaeger: { protocols: { thrift_http: { endpoint: onAllInterfaces(ports.legacyThriftHttp) } } } }
      : {}),
  };
}

/**
 * OTLP as everywhere, and a gRPC connection ends after five minutes: a client stays on one pod for as long as its
 * connection lives, and a pod that the autoscaler adds would never get any.
 */
export function balancedOtlp(): Receiver {
  return {
    protocols: {
      grpc: {
        endpoint: onAllInterfaces(ports.otlpGrpc),
        // An SDK sends 512 spans at a time; a gateway may send thousands.
        max_recv_msg_size_mib: 16,
        keepalive: {
          server_parameters: { max_connection_age: "5m", max_connection_age_grace: "30s" },
        },
      },
      http: { endpoint: onAllInterfaces(ports.otlpHttp) },
    },
  };
}
