import { Provider } from "@pulumi/kubernetes/provider";
import { JaegerStack } from "./components/jaegerStack";
import { RestrictedNamespace } from "./components/kubernetes/restrictedNamespace";
import { outsideEndpoints, ServiceTracingConfig } from "./components/serviceTracingConfig";
import { samplingTable } from "./components/tracing/sampleRates";
import { clientNamespaces, usesLegacyExporter } from "./components/tracing/tracedService";
import { requireBuilt } from "./config/built";
import { loadSettings, pulumiSource } from "./config/load";

/** The program: settings, the one provider, the namespace, Jaeger, the services' configuration. Returns the outputs. */
// eslint-disable-next-line @typescript-eslint/require-await -- Pulumi takes an async function, and later parts await.
export = async function main(): Promise<Record<string, unknown>> {
  const settings = requireBuilt(loadSettings(pulumiSource()));
  const { environment, jaeger, services, storage } = settings;
  const { defaultRate } = settings.sampling;

  const cluster = new Provider("cluster", {
    ...settings.cluster,
    // Else every change of a ConfigMap or Secret is a replacement under a new name.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  const namespace = new RestrictedNamespace(
    "observability",
    { namespace: "observability" },
    { providers: [cluster] },
  );
  const stack = new JaegerStack(
    "jaeger",
    {
      namespace: "observability",
      version: jaeger.version,
      resources: jaeger.collector.resources,
      storage,
      sampling: samplingTable(defaultRate, services),
      clientNamespaces: clientNamespaces(services),
      legacyReceiver: usesLegacyExporter(services),
    },
    { providers: [cluster], dependsOn: namespace },
  );
  const { otlpEndpoint, jaegerEndpoint } = stack;
  const tracing = new ServiceTracingConfig(
    "services",
    { environment, defaultRate, services, otlpEndpoint, jaegerEndpoint },
    { providers: [cluster] },
  );

  return {
    environment,
    otlpEndpoint,
    outsideOtlpEndpoint: outsideEndpoints.otlpEndpoint,
    uiAddress: stack.uiAddress,
    retentionDays: storage.retentionDays,
    sampleRates: tracing.sampleRates,
    configMaps: tracing.configMaps,
    developmentVariables: tracing.developmentVariables,
  };
};
