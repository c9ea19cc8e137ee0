import { ports } from "./ports";
import { onAllInterfaces, type YamlMap } from "./sharedConfig";

/**
 * Spans counted by service, kind and status, with their durations: what a dashboard of the services needs. Jaeger counts
 * what it is sent, so these are numbers of sampled spans, and one that is sent twice is counted twice.
 *
 * It changes nothing of what is acknowledged: the step before the exporters calls each of them one after the other and
 * answers with the error of any; the connector itself never gives one and waits for nothing but its own lock.
 */

/** Names that the metrics have in Prometheus. */
export const spanMetrics = {
  /** Counter of spans, by `service_name`, `span_kind` and `status_code`. */
  calls: "traces_span_metrics_calls_total",
  /** Histogram of their durations, seconds, by the same; `_bucket`, `_sum` and `_count` come behind it. */
  duration: "traces_span_metrics_duration_seconds",
} as const;

/** Value of `status_code` of a span that has failed. */
export const errorStatus = "STATUS_CODE_ERROR";

/** Name of the port. */
export const spanMetricsPort = "spanmetrics";

/** The port by its name, where anybody may read metrics: elsewhere nothing is counted. */
export function spanMetricsPorts(metricsNamespace: string | undefined): Readonly<Record<string, number>> {
  return metricsNamespace === undefined ? {} : { [spanMetricsPort]: ports.spanMetrics };
}

/** Identifiers inside the document. */
const connector = "spanmetrics";
const exporter = "prometheus";

/** Bounds of the buckets. A quantile is as exact as the bucket that it falls into. */
const buckets = ["5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s"];

/**
 * Services that are counted apart: Nova's 14, and as many again, twice. With more of them, the one that was not heard of
 * for longest starts anew. Each may cost a megabyte (queueCapacity.ts).
 */
export const countedServices = 50;

/** What is not heard of for so long is no longer told; a service that comes back starts at 0. */
const expiration = "1h";

/** Takes the spans of a pipeline into a document that has none of this. Its other exporters stay what they are. */
export function withSpanMetrics(document: Document): YamlMap {
  const { service, exporters } = document;
  const { traces } = service.pipelines;
  return {
    ...document,
    service: {
      ...service,
      pipelines: {
        traces: { ...traces, exporters: [...traces.exporters, connector] },
        "metrics/spans": { receivers: [connector], exporters: [exporter] },
      },
    },
    exporters: {
      ...exporters,
      [exporter]: {
        endpoint: onAllInterfaces(ports.spanMetrics),
        // Pinned: the default depends on a key that is on its way out.
        translation_strategy: "UnderscoreEscapingWithSuffixes",
      },
    },
    connectors: {
      [connector]: {
        namespace: "traces.span.metrics",
        // Pinned: a feature gate makes seconds the default one day, and the unit is in the name.
        histogram: { unit: "s", explicit: { buckets } },
        // The names of spans have no bound, and a collector's own number (from about 2.18 on) is new with each start:
        // without them a service has 18 combinations of kind and status at most.
        exclude_dimensions: ["span.name", "collector.instance.id"],
        // Otherwise each process of a service would have series of its own.
        resource_metrics_key_attributes: ["service.name"],
        resource_metrics_cache_size: countedServices,
        metrics_expiration: expiration,
        metrics_flush_interval: "15s",
      },
    },
  };
}

/** As much of a configuration as is changed. */
interface Document extends YamlMap {
  readonly service: YamlMap & {
    readonly pipelines: { readonly traces: YamlMap & { readonly exporters: readonly string[] } };
  };
  readonly exporters: YamlMap;
}
