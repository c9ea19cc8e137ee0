import { Provider } from "@pulumi/kubernetes/provider";
import { CertManager } from "./components/certManager";
import { ElasticsearchBackend } from "./components/elasticsearchBackend";
import { GrafanaDashboards } from "./components/grafanaDashboards";
import { JaegerStack } from "./components/jaegerStack";
import { RestrictedNamespace } from "./components/kubernetes/restrictedNamespace";
import { PrometheusAlerts } from "./components/prometheusAlerts";
import { ServiceTracingConfig } from "./components/serviceTracingConfig";
import {
  alertArguments,
  dashboardArguments,
  elasticsearchArguments,
  jaegerArguments,
  namespace,
} from "./config/arguments";
import { deployed, refuseLossyJumps } from "./config/jumps";
import { installsCertManager, loadSettings, pulumiSource } from "./config/load";
import { stackOutputs } from "./config/outputs";
import { previousDeployment } from "./config/previous";

/** The program: settings, the one provider, the namespace, the components. Returns the outputs. */
export = async function main(): Promise<Record<string, unknown>> {
  const settings = loadSettings(pulumiSource());
  refuseLossyJumps(settings, await previousDeployment());

  const cluster = new Provider("cluster", {
    ...settings.cluster,
    // Else every change of a ConfigMap or Secret is a replacement under a new name.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  const providers = [cluster];
  const storage = elasticsearchArguments(settings);
  const observability = new RestrictedNamespace(
    "observability",
    { namespace, holdsData: storage?.protectData ?? false },
    { providers },
  );
  const prerequisites = [
    observability,
    ...(installsCertManager(settings) ? [new CertManager("cert-manager", {}, { providers })] : []),
  ];

  const elasticsearch =
    storage && new ElasticsearchBackend("elasticsearch", storage, { providers, dependsOn: prerequisites });
  const jaeger = new JaegerStack("jaeger", jaegerArguments(settings, elasticsearch?.connection), {
    providers,
    dependsOn: elasticsearch ? [...prerequisites, elasticsearch] : prerequisites,
  });
  const { environment, sampling, services, ingest } = settings;
  const { otlpEndpoint, jaegerEndpoint, metricsPods, writeMode } = jaeger;
  const tracing = new ServiceTracingConfig(
    "services",
    { environment, defaultRate: sampling.defaultRate, services, otlpEndpoint, jaegerEndpoint, ingest },
    { providers, dependsOn: prerequisites },
  );
  const alerts = alertArguments(settings, { metricsPods, writeMode }, elasticsearch?.metrics);
  if (alerts) new PrometheusAlerts("jaeger", alerts, { providers, dependsOn: observability });
  const dashboards = dashboardArguments(settings, alerts, "jaeger");
  if (dashboards) new GrafanaDashboards("jaeger", dashboards, { providers, dependsOn: observability });

  return { ...stackOutputs(settings, jaeger, tracing), deployed: deployed(settings) };
};
