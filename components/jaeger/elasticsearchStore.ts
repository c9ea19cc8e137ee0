import type { ElasticsearchConnection } from "../elasticsearch/connection";
import type { Yaml, YamlMap } from "./sharedConfig";
import { jaegerDialect, type Dialect } from "./version";

/** Files of a pod that talks to Elasticsearch, by the folder that their Secret is mounted on. */
export const storeFiles = {
  password: { folder: "/etc/jaeger/elasticsearch", key: "password" },
  authority: { folder: "/etc/jaeger/elasticsearch-authority", key: "ca.crt" },
} as const;

/** Longest wait for an answer of Elasticsearch, seconds; without it Jaeger waits for ever. A shutdown counts on it. */
export const storeTimeoutSeconds = 30;

/**
 * The backend that the collector writes to and the query reads from: one document for both, so that the two can never
 * disagree about names and places. The password is only ever a file: Jaeger parses an `${env:...}` as YAML, which
 * turns `0123` into a number and `#abc` into nothing.
 */
export function elasticsearchStore(connection: ElasticsearchConnection, version: string): YamlMap {
  const { retention, authoritySecret } = connection;
  const dialect = jaegerDialect(version);
  const lifecycle = retention.mechanism === "ilm";
  const index = indexOptions(connection, dialect);
  const { password, authority } = storeFiles;
  return {
    elasticsearch: {
      server_urls: [connection.url],
      auth: {
        basic: {
          username: connection.username,
          password_file: `${password.folder}/${password.key}`,
          reload_interval: "1m",
        },
      },
      // Where no authority is given, the ones of the image's system hold.
      ...(authoritySecret === undefined
        ? {}
        : { tls: { ca_file: `${authority.folder}/${authority.key}`, reload_interval: "10m" } }),
      query_timeout: `${storeTimeoutSeconds}s`,
      // 72 hours otherwise, and a trace that is older is "not found" though it is stored.
      max_span_age: `${retention.maxSpanAgeHours}h`,
      // With a lifecycle policy the templates carry it, and come from the rollover tool before Jaeger starts.
      create_mappings: !lifecycle,
      bulk_processing: { max_bytes: 5_000_000, flush_interval: "200ms", workers: 4 },
      // From documentation: no release that can be had here loads these two keys; the code after 2.20 did. `drop` is
      // for a span that Elasticsearch will never take: it would hold up all others behind it.
      ...(dialect.synchronousWrites ? { write_mode: "sync", poison_pill_handling: "drop" } : {}),
      ...(lifecycle && dialect.rotation === "flags" ? { use_ilm: true, use_aliases: true } : {}),
      indices: {
        index_prefix: connection.indexPrefix,
        spans: index,
        services: index,
        dependencies: index,
      },
    },
  };
}

function indexOptions(connection: ElasticsearchConnection, dialect: Dialect): YamlMap {
  const { retention, lifecyclePolicy, shards, copies } = connection;
  const rotation: Yaml =
    retention.mechanism === "ilm"
      ? { auto_rollover: { policy_name: lifecyclePolicy } }
      : // One index a day, by the dates that the cleaner reads. It is the default of every version.
        { periodic: { date_layout: "2006-01-02", rollover_frequency: "day" } };
  return { shards, replicas: copies, ...(dialect.rotation === "strategy" ? { rotation } : {}) };
}
