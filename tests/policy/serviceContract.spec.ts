/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { serviceContract } from "../../policy/rules/serviceContract";
import { allows, refuses } from "./support/cases";
import { type Declared, unknownText } from "./support/evaluate";

const auth = { resource: "auth-service-config" };

function set(values: Record<string, string>): (resource: Declared) => void {
  return (resource) => {
    Object.assign(resource.props.data as object, values);
  };
}

describe("tracing-configmap-require-contract", () => {
  const legacy = {
    TRACING_EXPORTER: "jaeger",
    JAEGER_ENDPOINT: "http://jaeger-collector.observability:14268/api/traces",
  };
  const secure = "https://jaeger-collector.observability.svc.cluster.local:4317";
  const files = {
    OTEL_EXPORTER_OTLP_CERTIFICATE: "/etc/nova-tracing/otlp-tls/ca.crt",
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: "/etc/nova-tracing/otlp-tls/tls.crt",
    OTEL_EXPORTER_OTLP_CLIENT_KEY: "/etc/nova-tracing/otlp-tls/tls.key",
  };
  const encrypted = { OTLP_ENDPOINT: secure, OTEL_EXPORTER_OTLP_ENDPOINT: secure, ...files };

  allows(serviceContract, [
    { ...auth, title: "the legacy exporter with its endpoint", change: set(legacy) },
    {
      ...auth,
      title: "TLS and the full name of the Service in both endpoints",
      change: set(encrypted),
    },
  ]);

  const missing = [
    "TRACING_EXPORTER",
    "OTLP_ENDPOINT",
    "SERVICE_VERSION",
    "APP_ENV",
    "OTEL_SERVICE_NAME",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_RESOURCE_ATTRIBUTES",
  ];
  refuses(serviceContract, [
    ...missing.map((name) => ({
      ...auth,
      title: `a ConfigMap without ${name}`,
      change: (resource: Declared) => {
        const data = resource.props.data as Record<string, string>;
        resource.props.data = Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));
      },
      says: [name, "missing"],
    })),
    ...Object.keys(files).flatMap((name) => [
      {
        ...auth,
        title: `TLS without ${name}`,
        change: set(Object.fromEntries(Object.entries(encrypted).filter(([key]) => key !== name))),
        says: [name, "missing", "mounted file"],
      },
      {
        ...auth,
        title: `${name} without TLS`,
        change: set({ [name]: "/etc/tls/file" }),
        says: [name, "no variable of the contract"],
      },
      {
        ...auth,
        title: `a ${name} that is no path`,
        change: set({ ...encrypted, [name]: "-----BEGIN CERTIFICATE-----" }),
        says: [name, "expected the path"],
      },
    ]),
    {
      ...auth,
      title: "another variable",
      change: set({ LOG_LEVEL: "debug" }),
      says: ["LOG_LEVEL", "no variable of the contract"],
    },
    {
      ...auth,
      title: "JAEGER_ENDPOINT without the legacy exporter",
      change: set({ JAEGER_ENDPOINT: legacy.JAEGER_ENDPOINT }),
      says: ["JAEGER_ENDPOINT", "no variable of the contract"],
    },
    {
      ...auth,
      title: "the legacy exporter without its endpoint",
      change: set({ TRACING_EXPORTER: "jaeger" }),
      says: ["JAEGER_ENDPOINT", "missing"],
    },
    {
      ...auth,
      title: "another exporter",
      change: set({ TRACING_EXPORTER: "zipkin" }),
      says: ["TRACING_EXPORTER", "zipkin"],
    },
    {
      ...auth,
      title: "another environment's APP_ENV",
      change: set({ APP_ENV: "production" }),
      says: ["APP_ENV", "production", '"development"'],
    },
    {
      ...auth,
      title: "an endpoint outside the cluster",
      change: set({ OTLP_ENDPOINT: "http://traces.example.com:4317" }),
      says: ["OTLP_ENDPOINT", "traces.example.com"],
    },
    {
      ...auth,
      title: "an endpoint that only begins like the collector's",
      change: set({ OTLP_ENDPOINT: "http://jaeger-collector.observability.example.com:4317" }),
      says: ["OTLP_ENDPOINT", "example.com"],
    },
    {
      ...auth,
      title: "two endpoints",
      change: set({ OTEL_EXPORTER_OTLP_ENDPOINT: secure }),
      says: ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://jaeger-collector.observability:4317"],
    },
    {
      ...auth,
      title: "another service's name",
      change: set({ OTEL_SERVICE_NAME: "other" }),
      says: ["OTEL_SERVICE_NAME", '"auth-service"'],
    },
    {
      ...auth,
      title: "another batch size",
      change: set({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "2048" }),
      says: ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", '"512"'],
    },
    {
      ...auth,
      title: "resource attributes of another environment",
      change: set({
        OTEL_RESOURCE_ATTRIBUTES: "service.version=1.0.0,deployment.environment.name=production",
      }),
      says: ["OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name"],
    },
    {
      ...auth,
      title: "a service.name that contradicts the variable",
      change: set({
        OTEL_RESOURCE_ATTRIBUTES:
          "service.version=1.0.0,deployment.environment.name=development,service.name=other",
      }),
      says: ["service.name contradicts"],
    },
    {
      ...auth,
      title: "an endpoint that is unknown during preview",
      change: set({ OTLP_ENDPOINT: unknownText }),
      says: ["OTLP_ENDPOINT", "unknown during preview"],
    },
    {
      ...auth,
      title: "a ConfigMap under another name",
      change: (resource) => {
        resource.props.metadata.name = "auth-settings";
      },
      says: ["SERVICE-config"],
    },
    {
      ...auth,
      title: "a Patch of it",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:ConfigMapPatch";
        resource.props.data = { OTLP_ENDPOINT: "http://traces.example.com:4317" };
      },
      says: ["ConfigMapPatch", "traces.example.com"],
    },
    {
      ...auth,
      title: "an unknown stack",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["APP_ENV cannot be judged"],
    },
  ]);
});
