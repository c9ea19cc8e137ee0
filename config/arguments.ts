import type { ElasticsearchConnection } from "../components/elasticsearch/connection";
import type {
  ElasticsearchBackendArgs,
  ServedElasticsearchMetrics,
} from "../components/elasticsearchBackend";
import type { GrafanaDashboardsArgs } from "../components/grafanaDashboards";
import type { JaegerStackArgs } from "../components/jaegerStack";
import type { PrometheusAlertsArgs } from "../components/prometheusAlerts";
import { samplingTable } from "../components/tracing/sampleRates";
import { clientNamespaces, usesLegacyExporter } from "../components/tracing/tracedService";
import { limits } from "../policy/limits";
import { usesElasticsearch, type Settings } from "./load";
import type { ElasticsearchSettings } from "./schema";
import { secret } from "./secrets";

/** From the settings, by section, to the arguments of components, by component. */

/** Namespace of everything but the services' ConfigMaps. */
export const namespace = "observability";

/** Arguments of the Elasticsearch backend; undefined where spans are in memory. */
export function elasticsearchArguments(settings: Settings): ElasticsearchBackendArgs | undefined {
  if (!usesElasticsearch(settings)) return undefined;
  const { environment, jaeger, storage } = settings;
  const { elasticsearch } = storage;
  const { indexPrefix, shards, copies } = elasticsearch;
  const { retentionMechanism } = limits[environment];
  if (retentionMechanism === "store") throw new RangeError(`${environment} has no Elasticsearch`);
  return {
    namespace,
    jaegerVersion: jaeger.version,
    retentionDays: storage.retentionDays,
    retentionMechanism,
    indexPrefix,
    shards,
    copies,
    cluster: clusterArguments(elasticsearch),
    snapshots: snapshotArguments(elasticsearch),
    metricsNamespace: settings.alerts.prometheusNamespace,
    // Data of production outlives its stack; somebody else's cluster is none of its affairs.
    protectData: environment === "production" && elasticsearch.mode !== "existing",
    ...(elasticsearch.mode === "existing" ? {} : { passwordGeneration: elasticsearch.passwordGeneration }),
  };
}

function snapshotArguments(
  elasticsearch: ElasticsearchSettings["storage"]["elasticsearch"],
): ElasticsearchBackendArgs["snapshots"] {
  if (elasticsearch.mode === "existing" || elasticsearch.snapshots === undefined) return undefined;
  const [accessKey, secretKey] = [secret("snapshotAccessKey"), secret("snapshotSecretKey")];
  return { ...elasticsearch.snapshots, accessKey, secretKey };
}

function clusterArguments(
  elasticsearch: ElasticsearchSettings["storage"]["elasticsearch"],
): ElasticsearchBackendArgs["cluster"] {
  if (elasticsearch.mode !== "existing") return elasticsearch;
  const { mode, url, majorVersion, username, authority } = elasticsearch;
  return { mode, url, majorVersion, username, authority, password: secret("elasticsearchPassword") };
}

/** Arguments of Jaeger. @param connection of the Elasticsearch backend, where there is one */
export function jaegerArguments(settings: Settings, connection?: ElasticsearchConnection): JaegerStackArgs {
  const { jaeger, sampling, services, alerts } = settings;
  const common = {
    namespace,
    version: jaeger.version,
    sampling: samplingTable(sampling.defaultRate, services),
    clientNamespaces: clientNamespaces(services),
    legacyReceiver: usesLegacyExporter(services),
    metricsNamespace: alerts?.prometheusNamespace,
  };
  if (!usesElasticsearch(settings)) {
    return { ...common, collector: settings.jaeger.collector, storage: settings.storage };
  }
  if (connection === undefined)
    throw new RangeError("spans go to Elasticsearch, and there is no connection to it");
  return {
    ...common,
    collector: settings.jaeger.collector,
    gateway: settings.jaeger.gateway,
    query: settings.jaeger.query,
    ingest: settings.ingest,
    storage: { type: "elasticsearch", connection },
    ui:
      settings.ui.authentication === "oauth2"
        ? { ...settings.ui, clientSecret: secret("oidcClientSecret") }
        : settings.ui,
  };
}

/**
 * Arguments of the alerts; undefined where the stack has none.
 *
 * @param jaeger what Jaeger says of itself
 * @param elasticsearch what is told of Elasticsearch, where there is one
 */
export function alertArguments(
  settings: Settings,
  jaeger: Pick<PrometheusAlertsArgs, "metricsPods" | "writeMode">,
  elasticsearch: ServedElasticsearchMetrics | undefined,
): PrometheusAlertsArgs | undefined {
  const { alerts } = settings;
  return (
    alerts && {
      namespace,
      delivery: alerts.delivery,
      labels: alerts.labels,
      runbookUrl: alerts.runbookUrl,
      writeMode: jaeger.writeMode,
      metricsPods: [...jaeger.metricsPods, ...(elasticsearch ? [elasticsearch.pods] : [])],
      // The UI's host has one, and a cluster of the stack's own two.
      certificates: usesElasticsearch(settings),
      elasticsearchMetrics: elasticsearch,
    }
  );
}

/**
 * Arguments of the dashboards; undefined where the stack has none. @param alerts of the stack: panels show what they read
 * @param instance name of the component of the alerts, by whose jobs Prometheus scrapes
 */
export function dashboardArguments(
  { alerts: settings }: Settings,
  alerts: PrometheusAlertsArgs | undefined,
  instance: string,
): GrafanaDashboardsArgs | undefined {
  const dashboards = settings?.dashboards;
  if (dashboards === undefined || alerts === undefined) return undefined;
  const { namespace: jaegerNamespace, metricsPods, writeMode, certificates, runbookUrl } = alerts;
  return {
    ...dashboards,
    shown: {
      namespace: jaegerNamespace,
      instance,
      metricsPods,
      writeMode,
      certificates,
      elasticsearchMetrics: alerts.elasticsearchMetrics,
      runbookUrl,
    },
  };
}
