/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { parse, stringify } from "yaml";
import { type Environment } from "../../../policy/limits";
import { type Declared, type Loose } from "./evaluate";

/**
 * A stack as small as it can be that every rule of the pack allows, written by hand: the pack's tests know nothing of
 * the program. tests/contract judges what the program really declares.
 */
export function compliantStack(environment: Environment): Declared[] {
  switch (environment) {
    case "dev":
      return devStack();
    case "staging":
      return [...distributedStack("staging"), cleanerCronJob()];
    case "production":
      return [...distributedStack("production"), ...lifecycleObjects(), ...availabilityObjects()];
  }
}

const rates: Readonly<Record<Environment, { ordinary: string; busy: string; appEnv: string }>> = {
  dev: { ordinary: "1.0", busy: "1.0", appEnv: "development" },
  staging: { ordinary: "0.5", busy: "0.5", appEnv: "staging" },
  production: { ordinary: "0.1", busy: "0.01", appEnv: "production" },
};

/** The ConfigMap of a service. */
export function serviceConfigMap(service: string, environment: Environment, rate?: string): Declared {
  const { ordinary, busy, appEnv } = rates[environment];
  const sampleRate = rate ?? (service === "messaging-service" ? busy : ordinary);
  return {
    type: "kubernetes:core/v1:ConfigMap",
    name: `${service}-config`,
    props: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `${service}-config`, namespace: "default" },
      data: {
        TRACING_ENABLED: "true",
        TRACING_EXPORTER: "otlp",
        OTLP_ENDPOINT: "http://jaeger-collector.observability:4317",
        TRACING_SAMPLE_RATE: sampleRate,
        SERVICE_VERSION: "1.0.0",
        APP_ENV: appEnv,
        OTEL_SERVICE_NAME: service,
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://jaeger-collector.observability:4317",
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: sampleRate,
        OTEL_BSP_MAX_QUEUE_SIZE: "2048",
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "512",
        OTEL_BSP_SCHEDULE_DELAY: "5000",
        OTEL_RESOURCE_ATTRIBUTES: `service.version=1.0.0,deployment.environment.name=${appEnv}`,
      },
    },
  };
}

/** The ConfigMap with the sampling strategies. */
export function strategiesConfigMap(environment: Environment): Declared {
  const { ordinary, busy } = rates[environment];
  return {
    type: "kubernetes:core/v1:ConfigMap",
    name: "jaeger-sampling",
    props: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "jaeger-sampling", namespace: "observability" },
      data: {
        "strategies.json": JSON.stringify({
          default_strategy: { type: "probabilistic", param: Number(ordinary) },
          service_strategies: [
            { service: "auth-service", type: "probabilistic", param: Number(ordinary) },
            { service: "messaging-service", type: "probabilistic", param: Number(busy) },
          ],
        }),
      },
    },
  };
}

const personalDataStep = {
  actions: [
    { key: "user.email", action: "hash" },
    { key: "email.to", action: "hash" },
    { pattern: "(?i)(password|secret|authorization|cookie|email\\.subject)", action: "delete" },
  ],
};

const steps = {
  memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
  "attributes/pii": personalDataStep,
};

/** A container that meets pod security "restricted". */
export function container(name: string, image: string, more: object = {}): object {
  return {
    name,
    image,
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    ...more,
  };
}

/** A pod spec that meets pod security "restricted". */
export function podSpec(containers: object[], more: object = {}): object {
  return {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    containers,
    ...more,
  };
}

/** A Deployment in the namespace of tracing. */
export function deployment(name: string, spec: object, more: object = {}): Declared {
  return {
    type: "kubernetes:apps/v1:Deployment",
    name,
    props: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: "observability" },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec },
        ...more,
      },
    },
  };
}

/** A Service in the namespace of tracing that selects the pods of a Deployment. */
export function service(
  name: string,
  app: string,
  port: number,
  targetPort: string | number = port,
): Declared {
  return {
    type: "kubernetes:core/v1:Service",
    name: `${name}-service`,
    props: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "observability" },
      spec: { type: "ClusterIP", selector: { app }, ports: [{ port, targetPort }] },
    },
  };
}

/** A ConfigMap in the namespace of tracing with one file. */
export function fileConfigMap(name: string, key: string, content: string): Declared {
  return {
    type: "kubernetes:core/v1:ConfigMap",
    name,
    props: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "observability" },
      data: { [key]: content },
    },
  };
}

/** The NetworkPolicy that denies what no other allows. */
export function defaultDeny(): Declared {
  return {
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name: "default-deny",
    props: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "default-deny", namespace: "observability" },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
  };
}

/** Elasticsearch as the resource of its operator (ECK). */
export function operatorCluster(): Declared {
  return {
    type: "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch",
    name: "elasticsearch",
    props: {
      apiVersion: "elasticsearch.k8s.elastic.co/v1",
      kind: "Elasticsearch",
      metadata: { name: "elasticsearch", namespace: "observability" },
      spec: {
        version: "8.19.13",
        nodeSets: [
          {
            name: "default",
            count: 3,
            config: { "node.store.allow_mmap": false },
            podTemplate: { spec: podSpec([container("elasticsearch", "elasticsearch:8.19.13")]) },
          },
        ],
      },
    },
  };
}

/** What a bootstrap is told: among other things a policy for snapshots. */
export function snapshotPlan(): Declared {
  const policy = {
    name: "nova-jaeger",
    body: {
      name: "<nova-jaeger-{now/d}>",
      schedule: "0 30 1 * * ?",
      repository: "nova-jaeger",
      config: { indices: ["nova-jaeger-*"], include_global_state: false },
      retention: { expire_after: "7d" },
    },
  };
  const repository = { name: "nova-jaeger", body: { type: "s3", settings: { bucket: "traces" } } };
  return fileConfigMap(
    "jaeger-bootstrap",
    "plan.json",
    JSON.stringify({ snapshots: { repository, policy } }),
  );
}

function devStack(): Declared[] {
  const configuration = {
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "remote_sampling"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "attributes/pii"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
    },
    extensions: {
      jaeger_storage: { backends: { main: { memory: { max_traces: 1000 } } } },
      jaeger_query: {
        storage: { traces: "main" },
        http: { endpoint: "127.0.0.1:16686" },
        grpc: { endpoint: "127.0.0.1:16685" },
      },
      remote_sampling: { file: { path: "/etc/jaeger/sampling/strategies.json" } },
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } },
    processors: steps,
    exporters: { jaeger_storage_exporter: { trace_storage: "main" } },
  };
  const jaeger = container("jaeger", "jaegertracing/jaeger:2.22.0", {
    args: ["--config=/etc/jaeger/config/config.yaml"],
    ports: [{ name: "query", containerPort: 16686 }],
    // Ends the container an hour before the oldest span is seven days old.
    livenessProbe: {
      tcpSocket: { port: 1 },
      initialDelaySeconds: 601_200,
      periodSeconds: 60,
      failureThreshold: 1,
    },
    volumeMounts: [
      { name: "config", mountPath: "/etc/jaeger/config" },
      { name: "sampling", mountPath: "/etc/jaeger/sampling" },
    ],
  });
  const volumes = [
    { name: "config", configMap: { name: "jaeger-config" } },
    { name: "sampling", configMap: { name: "jaeger-sampling" } },
  ];
  return [
    { type: "pulumi:pulumi:Stack", name: "nova-tracing-dev", props: {} },
    defaultDeny(),
    fileConfigMap("jaeger-config", "config.yaml", stringify(configuration)),
    strategiesConfigMap("dev"),
    deployment("jaeger", podSpec([jaeger], { volumes })),
    service("jaeger-collector", "jaeger", 4317),
    service("jaeger-query", "jaeger", 16686),
    serviceConfigMap("auth-service", "dev"),
    serviceConfigMap("messaging-service", "dev"),
  ];
}

// Collector and query apart, spans in Elasticsearch: what staging and production have in common.
function distributedStack(environment: "staging" | "production"): Declared[] {
  const production = environment === "production";
  const days = production ? 91 : 31;
  const rotation = production ? { auto_rollover: { policy_name: "jaeger-ilm-policy" } } : { periodic: {} };
  const elasticsearch = {
    server_urls: ["https://elasticsearch.observability:9200"],
    auth: { basic: { username: "jaeger", password_file: "/etc/jaeger/elasticsearch/password" } },
    tls: { ca_file: "/etc/jaeger/ca/ca.crt" },
    max_span_age: `${days * 24}h`,
    indices: { index_prefix: "nova", spans: { rotation }, services: { rotation } },
  };
  const storage = { backends: { main: { elasticsearch } } };
  const collector = {
    service: {
      extensions: ["jaeger_storage", "remote_sampling"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "attributes/pii"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
    },
    extensions: {
      jaeger_storage: storage,
      remote_sampling: { file: { path: "/etc/jaeger/sampling/strategies.json" } },
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } },
    processors: steps,
    exporters: { jaeger_storage_exporter: { trace_storage: "main" } },
  };
  const query = {
    service: {
      extensions: ["jaeger_storage", "jaeger_query"],
      pipelines: { traces: { receivers: ["nop"], exporters: ["nop"] } },
    },
    extensions: {
      jaeger_storage: storage,
      jaeger_query: {
        storage: { traces: "main" },
        http: { endpoint: "127.0.0.1:16686" },
        grpc: { endpoint: "127.0.0.1:16685" },
      },
    },
    receivers: { nop: null },
    exporters: { nop: null },
  };
  const replicas = production ? 2 : 1;
  const proxy = container("proxy", "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3", {
    args: [
      "--http-address=0.0.0.0:4180",
      "--upstream=http://127.0.0.1:16686",
      ...(production
        ? ["--provider=oidc", "--oidc-issuer-url=https://sso.example.com", "--email-domain=example.com"]
        : ["--htpasswd-file=/etc/proxy/users"]),
      "--client-secret-file=/etc/proxy/client-secret",
    ],
    ports: [{ name: "proxy", containerPort: 4180 }],
  });
  return [
    { type: "pulumi:pulumi:Stack", name: `nova-tracing-${environment}`, props: {} },
    defaultDeny(),
    snapshotPlan(),
    fileConfigMap("jaeger-collector-config", "config.yaml", stringify(collector)),
    fileConfigMap("jaeger-query-config", "config.yaml", stringify(query)),
    strategiesConfigMap(environment),
    deployment(
      "jaeger-collector",
      podSpec(
        [
          container("jaeger", "jaegertracing/jaeger:2.22.0", {
            args: ["--config=/etc/jaeger/config/config.yaml"],
            ports: [{ name: "otlp-grpc", containerPort: 4317 }],
            volumeMounts: [
              { name: "config", mountPath: "/etc/jaeger/config" },
              { name: "sampling", mountPath: "/etc/jaeger/sampling" },
            ],
          }),
        ],
        {
          volumes: [
            { name: "config", configMap: { name: "jaeger-collector-config" } },
            { name: "sampling", configMap: { name: "jaeger-sampling" } },
          ],
        },
      ),
      { replicas },
    ),
    ...gatewayObjects(replicas),
    deployment(
      "jaeger-query",
      podSpec(
        [
          container("jaeger", "jaegertracing/jaeger:2.22.0", {
            args: ["--config=/etc/jaeger/config/config.yaml"],
            ports: [{ name: "health", containerPort: 13133 }],
            volumeMounts: [{ name: "config", mountPath: "/etc/jaeger/config" }],
          }),
          proxy,
        ],
        { volumes: [{ name: "config", configMap: { name: "jaeger-query-config" } }] },
      ),
      { replicas },
    ),
    service("jaeger-collector", "jaeger-gateway", 4317),
    service("jaeger-collector-backend", "jaeger-collector", 4317),
    service("jaeger-query", "jaeger-query", 16686, "proxy"),
    serviceConfigMap("auth-service", environment),
    serviceConfigMap("messaging-service", environment),
    fileConfigMap("jaeger-alerts", "rules.yaml", stringify({ groups: [{ name: "jaeger", rules: alerts }] })),
    ingress("jaeger-ui"),
  ];
}

/** What finds everything; what is left of a span is for the rules to leave alone. */
const anything = '"[^ ]"';

// The collector before Jaeger, with the fewest steps that take out what the pack lists.
function gatewayObjects(replicas: number): Declared[] {
  const name = "jaeger-gateway";
  const replace = (field: string): string => `replace_pattern(${field}, ${anything}, "*")`;
  const names = `delete_matching_keys(attributes, ${anything})`;
  const gateway = {
    service: {
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "attributes/pii", "transform", "redaction"],
          exporters: ["otlp"],
        },
      },
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } },
    processors: {
      ...steps,
      transform: {
        error_mode: "propagate",
        trace_statements: [
          { context: "resource", statements: [names] },
          { context: "scope", statements: [names, replace("name"), replace("version")] },
          { context: "span", statements: ["name", "status.message", "trace_state"].map(replace) },
          { context: "spanevent", statements: [names, replace("name")] },
        ],
      },
      redaction: { allow_all_keys: true, redact_all_types: true, blocked_values: ["[^ ]"] },
    },
    exporters: {
      otlp: {
        endpoint: "jaeger-collector-backend:4317",
        tls: { insecure: true },
        sending_queue: { enabled: false },
      },
    },
  };
  return [
    fileConfigMap(`${name}-config`, "config.yaml", stringify(gateway)),
    deployment(
      name,
      podSpec(
        [
          container("gateway", "otel/opentelemetry-collector-contrib:0.155.0", {
            args: ["--config=/etc/gateway/config.yaml"],
            ports: [{ name: "otlp-grpc", containerPort: 4317 }],
            volumeMounts: [{ name: "config", mountPath: "/etc/gateway" }],
          }),
        ],
        { volumes: [{ name: "config", configMap: { name: `${name}-config` } }] },
      ),
      { replicas },
    ),
  ];
}

const alerts = [
  {
    alert: "JaegerSpansDropped",
    expr: "rate(jaeger_collector_spans_dropped_total[5m]) > 100",
    for: "10m",
    labels: { severity: "warning" },
  },
  {
    alert: "JaegerQueueFull",
    expr: "jaeger_collector_queue_length > 4000",
    for: "5m",
    labels: { severity: "critical" },
  },
];

/** The Ingress of the UI, with TLS. */
export function ingress(name: string): Declared {
  const backend = { service: { name: "jaeger-query", port: { number: 16686 } } };
  return {
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    name,
    props: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name, namespace: "observability" },
      spec: {
        tls: [{ hosts: ["jaeger.example.com"], secretName: "jaeger-ui-tls" }],
        rules: [
          { host: "jaeger.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } },
        ],
      },
    },
  };
}

const gatewayApi = "gateway.networking.k8s.io";

function ofGatewayApi(kind: string, spec: object, change: (props: Loose) => void): Declared {
  const metadata = { name: "jaeger-ui", namespace: "observability" };
  const declared: Declared = {
    type: `kubernetes:${gatewayApi}/v1:${kind}`,
    name: `jaeger-ui-${kind}`,
    props: { apiVersion: `${gatewayApi}/v1`, kind, metadata, spec },
  };
  change(declared.props);
  return declared;
}

/** A listener of the UI's own on the platform's Gateway. */
export function listenerSet(change: (props: Loose) => void = () => undefined): Declared {
  const listener = {
    name: "https",
    hostname: "jaeger.example.com",
    port: 443,
    protocol: "HTTPS",
    tls: { mode: "Terminate", certificateRefs: [{ name: "jaeger-ui-tls" }] },
  };
  return ofGatewayApi(
    "ListenerSet",
    { parentRef: { name: "shared", namespace: "gateways" }, listeners: [listener] },
    change,
  );
}

/** The route from that listener to the UI. */
export function httpRoute(change: (props: Loose) => void = () => undefined): Declared {
  const spec = {
    parentRefs: [{ group: gatewayApi, kind: "ListenerSet", name: "jaeger-ui", sectionName: "https" }],
    hostnames: ["jaeger.example.com"],
    rules: [{ backendRefs: [{ name: "jaeger-query", port: 16686 }] }],
  };
  return ofGatewayApi("HTTPRoute", spec, change);
}

function cleanerCronJob(): Declared {
  const cleaner = container("cleaner", "jaegertracing/jaeger-es-index-cleaner:2.22.0", {
    args: ["31", "https://elasticsearch.observability:9200"],
    env: [
      { name: "INDEX_PREFIX", value: "nova" },
      { name: "ES_TLS_ENABLED", value: "true" },
      { name: "ES_PASSWORD", valueFrom: { secretKeyRef: { name: "elasticsearch", key: "password" } } },
    ],
  });
  return {
    type: "kubernetes:batch/v1:CronJob",
    name: "jaeger-index-cleaner",
    props: {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "jaeger-index-cleaner", namespace: "observability" },
      spec: { schedule: "55 0 * * *", jobTemplate: { spec: { template: { spec: podSpec([cleaner]) } } } },
    },
  };
}

function job(name: string, spec: object): Declared {
  return {
    type: "kubernetes:batch/v1:Job",
    name,
    props: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace: "observability" },
      spec: { template: { spec } },
    },
  };
}

function lifecycleObjects(): Declared[] {
  const policy = {
    policy: {
      phases: {
        hot: { actions: { rollover: { max_age: "1d", max_primary_shard_size: "50gb" } } },
        delete: { min_age: "90d", actions: { delete: {} } },
      },
    },
  };
  const apply = container("apply", "curlimages/curl:8.16.0", {
    args: [
      "--fail",
      "--cacert",
      "/ca/ca.crt",
      "https://elasticsearch.observability:9200/_ilm/policy/jaeger-ilm-policy",
    ],
  });
  const rollover = container("rollover", "jaegertracing/jaeger-es-rollover:2.22.0", {
    args: ["init", "https://elasticsearch.observability:9200"],
    env: [
      { name: "ES_USE_ILM", value: "true" },
      { name: "ES_ILM_POLICY_NAME", value: "jaeger-ilm-policy" },
      { name: "INDEX_PREFIX", value: "nova" },
    ],
  });
  const volumes = [{ name: "policy", configMap: { name: "jaeger-lifecycle" } }];
  return [
    fileConfigMap("jaeger-lifecycle", "policy.json", JSON.stringify(policy)),
    job("jaeger-lifecycle-job", podSpec([apply], { volumes })),
    job("jaeger-rollover", podSpec([rollover])),
  ];
}

function availabilityObjects(): Declared[] {
  return ["jaeger-gateway", "jaeger-collector", "jaeger-query"].map((app) => ({
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    name: `${app}-budget`,
    props: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: app, namespace: "observability" },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app } } },
    },
  }));
}

/** The resource of a stack with this logical name. */
export function named(stack: readonly Declared[], name: string): Declared {
  const found = stack.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`the stack has no ${name}`);
  return found;
}

/** A copy of a stack with one resource changed; without a change, removed. */
export function changed(
  stack: readonly Declared[],
  name: string,
  change?: (resource: Declared) => void,
): Declared[] {
  const copy = structuredClone(stack) as Declared[];
  if (change === undefined) return copy.filter((resource) => resource.name !== name);
  change(named(copy, name));
  return copy;
}

/** Changes the document (YAML or JSON) that a ConfigMap holds under its only key. */
export function changeDocument(resource: Declared, change: (document: Loose) => void): void {
  const data = (resource.props as { data: Record<string, string> }).data;
  for (const key of Object.keys(data)) {
    const document: unknown = parse(data[key] ?? "");
    change(document);
    data[key] = key.endsWith(".json") ? JSON.stringify(document) : stringify(document);
  }
}

/** A change of the document that a ConfigMap holds under its only key. */
export function edit(change: (document: Loose) => void): (resource: Declared) => void {
  return (resource) => {
    changeDocument(resource, change);
  };
}

/** A change of the pod spec of a workload. */
export function editPod(change: (spec: Loose) => void): (resource: Declared) => void {
  return ({ props }) => {
    change((props.spec.jobTemplate?.spec ?? props.spec).template.spec);
  };
}

/** A change of the first container of a workload. */
export function editContainer(change: (container: Loose) => void): (resource: Declared) => void {
  return editPod((spec) => {
    change(spec.containers[0]);
  });
}
