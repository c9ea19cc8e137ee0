import assert from "node:assert/strict";
import { parse } from "yaml";
import { collectorConfig } from "../../../components/jaeger/collectorConfig";
import { queryConfig } from "../../../components/jaeger/queryConfig";
import type { DistributedArgs } from "../../../components/jaeger/stackArgs";
import { JaegerStack } from "../../../components/jaegerStack";
import { samplingTable } from "../../../components/tracing/sampleRates";
import { at, isMapping, list, mapping, text } from "../../support/document";
import { childrenOf, find, record, type Recorded, type Recording } from "../../support/mocks";
import { secretMark } from "../../support/secretMarks";
import { basicAccess, connection, oauth2Access } from "./support/distributed";

// Under mocks: what is registered, not whether a cluster takes it or the pods start.

const args: DistributedArgs = {
  namespace: "observability",
  version: "2.22.0",
  storage: { type: "elasticsearch", connection: connection("ilm") },
  collector: {
    resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2000m", memory: "4Gi" } },
    replicas: { minimum: 2, maximum: 10 },
  },
  gateway: {
    resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "2000m", memory: "512Mi" } },
    replicas: { minimum: 2, maximum: 10 },
  },
  query: {
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "1000m", memory: "1Gi" } },
    replicas: 2,
  },
  ui: oauth2Access,
  sampling: samplingTable(0.1, { "auth-service": {}, "messaging-service": { sampleRate: 0.01 } }),
  clientNamespaces: ["default", "team-b"],
  metricsNamespace: "monitoring",
};

function build(change: Partial<DistributedArgs> = {}): Promise<Recording<JaegerStack>> {
  return record(() => new JaegerStack("jaeger", { ...args, ...change }));
}

function specOf(recording: Recording<unknown>, kind: string, name: string): unknown {
  return at(find(recording, kind, name).inputs, "spec");
}

function templateOf(recording: Recording<unknown>, name: string): unknown {
  return at(specOf(recording, "Deployment", name), "template");
}

/** Pod specs of all workloads, by name. */
function pods(recording: Recording<unknown>): [string, unknown][] {
  const job = at(
    specOf(recording, "CronJob", "jaeger-dependencies"),
    "jobTemplate",
    "spec",
    "template",
    "spec",
  );
  return [
    ["jaeger-collector-backend", at(templateOf(recording, "jaeger-collector-backend"), "spec")],
    ["jaeger-gateway", at(templateOf(recording, "jaeger-gateway"), "spec")],
    ["jaeger-query", at(templateOf(recording, "jaeger-query"), "spec")],
    ["jaeger-dependencies", job],
    ["jaeger-probe", at(templateOf(recording, "jaeger-probe"), "spec")],
  ];
}

function containersOf(pod: unknown): unknown[] {
  return [
    ...(at(pod, "initContainers") === undefined ? [] : list(pod, "initContainers")),
    ...list(pod, "containers"),
  ];
}

/** One value of each element of a list. */
function each(elements: readonly unknown[], key: string): unknown[] {
  return elements.map((element) => at(element, key));
}

/** Takes the envelope off every secret value in a document, and says what was in it. */
function unwrapped(
  value: unknown,
  secrets: string[] = [],
): { readonly plain: unknown; readonly secrets: string[] } {
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (!isMapping(node)) return node;
    if (secretMark in node) {
      secrets.push(JSON.stringify(node["value"]));
      return "(secret)";
    }
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, visit(inner)]));
  };
  return { plain: visit(value), secrets };
}

/** Jaeger's own collectors. */
const backend = "jaeger-collector-backend";

const deployments = [backend, "jaeger-query"] as const;

describe("JaegerStack for Elasticsearch", () => {
  let recording: Recording<JaegerStack>;
  before(async () => {
    recording = await build();
  });

  it("is a collector, a query behind its login, the job of the dependency graph and a probe; exactly these objects", () => {
    const children = (type: string, name: string): string[] =>
      childrenOf(recording, find(recording, type, name));
    assert.deepEqual(children("JaegerStack", "jaeger"), [
      "ConfigMap jaeger-sampling",
      "JaegerCollector jaeger-collector-backend",
      "JaegerDependencies jaeger-dependencies",
      "JaegerGateway jaeger-gateway",
      "JaegerProbe jaeger-probe",
      "JaegerQuery jaeger-query",
    ]);
    assert.deepEqual(children("JaegerCollector", "jaeger-collector-backend"), [
      "ConfigMap jaeger-collector-backend-config",
      "Deployment jaeger-collector-backend",
      "HorizontalPodAutoscaler jaeger-collector-backend",
      "NetworkPolicy jaeger-collector-backend",
      "PodDisruptionBudget jaeger-collector-backend",
      "Service jaeger-collector-backend",
      "Service jaeger-sampling",
      "ServiceAccount jaeger-collector-backend",
    ]);
    assert.deepEqual(children("JaegerGateway", "jaeger-gateway"), [
      "ConfigMap jaeger-gateway-config",
      "Deployment jaeger-gateway",
      "HorizontalPodAutoscaler jaeger-gateway",
      "NetworkPolicy jaeger-gateway",
      "PodDisruptionBudget jaeger-gateway",
      "Service jaeger-collector",
      "ServiceAccount jaeger-gateway",
    ]);
    assert.deepEqual(children("JaegerQuery", "jaeger-query"), [
      "ConfigMap jaeger-query-config",
      "Deployment jaeger-query",
      "JaegerUiAccess jaeger-ui",
      "NetworkPolicy jaeger-query",
      "PodDisruptionBudget jaeger-query",
      "Service jaeger-query",
      "ServiceAccount jaeger-query",
    ]);
    assert.deepEqual(children("JaegerUiAccess", "jaeger-ui"), [
      "Certificate jaeger-ui",
      "Ingress jaeger-ui",
      "NetworkPolicy jaeger-ui-acme",
      "RandomPassword jaeger-ui-cookie",
      "RandomPassword jaeger-ui-probe-password",
      "Secret jaeger-probe",
      "Secret jaeger-ui-proxy",
    ]);
    assert.deepEqual(children("JaegerProbe", "jaeger-probe"), [
      "ConfigMap jaeger-probe",
      "Deployment jaeger-probe",
      "NetworkPolicy jaeger-probe",
      "ServiceAccount jaeger-probe",
    ]);
    assert.deepEqual(children("JaegerDependencies", "jaeger-dependencies"), [
      "CronJob jaeger-dependencies",
      "NetworkPolicy jaeger-dependencies",
      "ServiceAccount jaeger-dependencies",
    ]);
  });

  it("says where it can be reached, whose metrics there are, and that what it acknowledges is stored", () => {
    const { otlpEndpoint, jaegerEndpoint, uiAddress, metricsPods, writeMode } = recording.result;
    assert.equal(otlpEndpoint, "http://jaeger-collector.observability:4317");
    assert.equal(jaegerEndpoint, "http://jaeger-collector.observability:14268/api/traces");
    assert.equal(uiAddress, "https://jaeger.nova.com");
    assert.equal(writeMode, "sync");
    assert.deepEqual(each(metricsPods, "role"), ["gateway", "collector", "query", "probe"]);
    for (const { role, selector } of metricsPods) {
      const template = templateOf(recording, role === "collector" ? backend : `jaeger-${role}`);
      const labels = mapping(template, "metadata", "labels");
      assert.deepEqual({ ...labels, ...selector }, labels);
      const named = list(template, "spec", "containers").flatMap((container) =>
        each(list(container, "ports"), "name"),
      );
      assert.equal(named.filter((name) => name === "metrics").length, 1);
      assert.equal(named.includes("spanmetrics"), role === "collector");
    }
    assert.deepEqual(each(metricsPods, "spanMetrics"), [undefined, true, undefined, undefined]);
  });

  it("counts no spans where nobody may read the numbers", async () => {
    const silent = await build({ metricsNamespace: undefined });
    assert.deepEqual(each(silent.result.metricsPods, "spanMetrics"), [undefined, false, undefined]);
    const containers = list(templateOf(silent, "jaeger-collector-backend"), "spec", "containers");
    assert.ok(!JSON.stringify(containers).includes("spanmetrics"));
    const config = text(
      find(silent, "ConfigMap", "jaeger-collector-backend-config").inputs,
      "data",
      "config.yaml",
    );
    assert.ok(!config.includes("spanmetrics"));
  });

  it("before 2.22 what it acknowledges may still be lost, and it says so", async () => {
    assert.equal((await build({ version: "2.20.0" })).result.writeMode, "async");
  });

  for (const [role, render] of [
    ["collector-backend", collectorConfig],
    ["query", queryConfig],
  ] as const) {
    it(`gives the ${role} the document of its version, its memory, the gateway's and its storage`, () => {
      const config: unknown = parse(
        text(find(recording, "ConfigMap", `jaeger-${role}-config`).inputs, "data", "config.yaml"),
      );
      assert.deepEqual(
        config,
        render({
          version: "2.22.0",
          connection: connection("ilm"),
          memoryLimit: "4Gi",
          gatewayMemoryLimit: "512Mi",
          samplingPath: "/etc/jaeger/sampling/strategies.json",
          legacyReceiver: false,
          spanMetrics: true,
          uiConfigPath: "/etc/jaeger/config/ui.json",
        }),
      );
    });
  }

  it("mounts every file that a configuration names, from ConfigMaps and Secrets, and no password besides", () => {
    for (const name of deployments) {
      const pod = at(templateOf(recording, name), "spec");
      const jaeger = list(pod, "containers")[0];
      const config = text(find(recording, "ConfigMap", `${name}-config`).inputs, "data", "config.yaml");
      const paths = [...config.matchAll(/(?:_file|path): (\/etc\/\S+)/g)].map(([, path]) => path ?? "");
      assert.ok(paths.length >= 3);
      for (const path of [...paths, "/etc/jaeger/config/config.yaml"]) {
        const mount = list(jaeger, "volumeMounts").find((each) =>
          path.startsWith(`${text(each, "mountPath")}/`),
        );
        const volume = list(pod, "volumes").find((each) => at(each, "name") === at(mount, "name"));
        const file = path.slice(text(mount, "mountPath").length + 1);
        const configMap = at(volume, "configMap", "name");
        if (configMap === undefined) assert.deepEqual(each(list(volume, "secret", "items"), "key"), [file]);
        else assert.ok(file in mapping(find(recording, "ConfigMap", text(configMap)).inputs, "data"));
      }
    }
  });

  it("mounts the Secrets that the connection names, readable by the group of the pod alone", () => {
    for (const name of deployments) {
      const pod = at(templateOf(recording, name), "spec");
      assert.equal(at(pod, "securityContext", "fsGroup"), 10001);
      const secrets = each(list(pod, "volumes"), "secret").filter((secret) => secret !== undefined);
      const expected = ["elasticsearch-jaeger", "elasticsearch-authority"];
      assert.deepEqual(
        each(secrets, "secretName"),
        name === "jaeger-query" ? [...expected, "jaeger-ui-proxy"] : expected,
      );
      for (const mode of each(secrets, "defaultMode")) assert.equal(mode, 288);
    }
  });

  it("fits pod security restricted in every container, with a root file system that is read-only", () => {
    for (const [name, pod] of pods(recording)) {
      assert.equal(at(pod, "automountServiceAccountToken"), false);
      assert.equal(at(pod, "enableServiceLinks"), false);
      assert.equal(at(pod, "serviceAccountName"), name);
      assert.equal(at(find(recording, "ServiceAccount", name).inputs, "automountServiceAccountToken"), false);
      assert.equal(at(pod, "securityContext", "runAsNonRoot"), true);
      assert.deepEqual(at(pod, "securityContext", "seccompProfile"), { type: "RuntimeDefault" });
      for (const container of containersOf(pod)) {
        assert.deepEqual(at(container, "securityContext"), {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        for (const section of ["requests", "limits"])
          assert.deepEqual(Object.keys(mapping(container, "resources", section)).sort(), ["cpu", "memory"]);
        assert.match(text(container, "image"), /:v?\d+\.\d+\.\d+/);
      }
    }
  });

  it("has probes in every container that serves, and none that asks Elasticsearch", () => {
    for (const name of deployments) {
      for (const container of list(templateOf(recording, name), "spec", "containers")) {
        const expected = at(container, "name") === "proxy" ? ["/ping", 4180] : ["/status", 13133];
        for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
          const { path, port } = mapping(container, probe, "httpGet");
          assert.deepEqual([path, port], expected);
        }
      }
    }
  });

  it("serves on for a while after it was told to end, and then has time for what is under way", () => {
    for (const name of deployments) {
      const pod = at(templateOf(recording, name), "spec");
      for (const container of list(pod, "containers"))
        assert.deepEqual(at(container, "lifecycle"), { preStop: { sleep: { seconds: 10 } } });
      // A write may take half a minute.
      assert.ok(Number(at(pod, "terminationGracePeriodSeconds")) > 10 + 30);
    }
    const collector = at(templateOf(recording, "jaeger-collector-backend"), "spec");
    assert.ok(Number(at(collector, "terminationGracePeriodSeconds")) > 10 + 2 * 30, "one more for the queue");
  });

  it("replaces one pod at a time and never goes below the number that there is", () => {
    for (const name of deployments) {
      assert.deepEqual(at(specOf(recording, "Deployment", name), "strategy"), {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      });
      const budget = specOf(recording, "PodDisruptionBudget", name);
      assert.equal(at(budget, "maxUnavailable"), 1);
      assert.deepEqual(at(budget, "selector"), at(specOf(recording, "Deployment", name), "selector"));
    }
  });

  it("spreads its pods over zones and nodes, where there are several", () => {
    for (const name of deployments) {
      const spread = list(templateOf(recording, name), "spec", "topologySpreadConstraints");
      assert.deepEqual(each(spread, "topologyKey"), [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
      ]);
      for (const constraint of spread) {
        assert.equal(at(constraint, "whenUnsatisfiable"), "ScheduleAnyway");
        assert.deepEqual(
          at(constraint, "labelSelector"),
          at(specOf(recording, "Deployment", name), "selector"),
        );
      }
    }
  });

  it("carries the labels that Elasticsearch lets in, on its pods and in no selector", () => {
    const templates = [
      ...deployments.map((name) => templateOf(recording, name)),
      at(specOf(recording, "CronJob", "jaeger-dependencies"), "jobTemplate", "spec", "template"),
    ];
    for (const template of templates)
      assert.equal(at(template, "metadata", "labels", "nova-tracing/elasticsearch-client"), "true");
    const selectors = recording.resources.flatMap(({ inputs }) =>
      [at(inputs, "spec", "selector"), at(inputs, "spec", "podSelector")].filter(
        (found) => found !== undefined,
      ),
    );
    assert.doesNotMatch(JSON.stringify(selectors), /elasticsearch-client/);
  });

  it("waits for what its pods mount and for the edges that they need", () => {
    const before: Record<string, [string, string][]> = {
      "jaeger-collector-backend": [
        ["ConfigMap", "jaeger-collector-backend-config"],
        ["ConfigMap", "jaeger-sampling"],
        ["ServiceAccount", "jaeger-collector-backend"],
        ["NetworkPolicy", "jaeger-collector-backend"],
      ],
      "jaeger-query": [
        ["ConfigMap", "jaeger-query-config"],
        ["Secret", "jaeger-ui-proxy"],
        ["ServiceAccount", "jaeger-query"],
        ["NetworkPolicy", "jaeger-query"],
      ],
    };
    for (const [name, needed] of Object.entries(before)) {
      const { dependencies } = find(recording, "Deployment", name);
      for (const [kind, object] of needed)
        assert.ok(dependencies.includes(find(recording, kind, object).urn), object);
    }
  });
});

describe("JaegerStack for Elasticsearch: the collector", () => {
  let recording: Recording<JaegerStack>;
  before(async () => {
    recording = await build();
  });

  it("leaves the number of its pods to the autoscaler alone", () => {
    assert.ok(!("replicas" in mapping(specOf(recording, "Deployment", "jaeger-collector-backend"))));
    const scaler = specOf(recording, "HorizontalPodAutoscaler", "jaeger-collector-backend");
    assert.equal(
      find(recording, "HorizontalPodAutoscaler", "jaeger-collector-backend").type,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    );
    assert.deepEqual(at(scaler, "scaleTargetRef"), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      name: "jaeger-collector-backend",
    });
    assert.deepEqual([at(scaler, "minReplicas"), at(scaler, "maxReplicas")], [2, 10]);
    assert.equal(at(scaler, "metrics", 0, "resource", "target", "averageUtilization"), 70);
    assert.equal(at(scaler, "behavior", "scaleDown", "stabilizationWindowSeconds"), 300);
  });

  it("takes the gateway's spans and hands out sample rates, inside the cluster only", () => {
    const [container] = list(templateOf(recording, backend), "spec", "containers");
    const names = each(list(container, "ports"), "name");
    for (const [name, ports] of [
      [backend, [4318]],
      ["jaeger-sampling", [5778, 5779]],
    ] as const) {
      const service = specOf(recording, "Service", name);
      assert.deepEqual(each(list(service, "ports"), "port"), ports);
      assert.equal(at(service, "type"), "ClusterIP");
      assert.deepEqual(
        at(service, "selector"),
        at(specOf(recording, "Deployment", backend), "selector", "matchLabels"),
      );
      for (const target of each(list(service, "ports"), "targetPort")) assert.ok(names.includes(target));
    }
  });

  it("tells Go of four fifths of its memory", () => {
    const [container] = list(templateOf(recording, "jaeger-collector-backend"), "spec", "containers");
    assert.deepEqual(at(container, "env"), [{ name: "GOMEMLIMIT", value: "3276MiB" }]);
  });

  it("hears from the gateway, the services and Prometheus, each on its ports, and speaks to Elasticsearch and DNS", () => {
    const spec = specOf(recording, "NetworkPolicy", "jaeger-collector-backend");
    const rules = list(spec, "ingress").map((rule) => [
      at(rule, "from", 0, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"),
      each(list(rule, "ports"), "port"),
    ]);
    assert.deepEqual(rules, [
      // The gateway's, of the same namespace.
      [undefined, [4318]],
      ["default", [5778, 5779]],
      ["team-b", [5778, 5779]],
      ["monitoring", [8888, 8889]],
    ]);
    const out = list(spec, "egress").map((rule) => each(list(rule, "ports"), "port"));
    assert.deepEqual(out, [[53, 53], [5353, 5353], [9200]]);
  });
});

describe("JaegerStack for Elasticsearch: the gateway", () => {
  let recording: Recording<JaegerStack>;
  before(async () => {
    recording = await build();
  });

  it("takes spans on jaeger-collector, and leads there alone", () => {
    const service = specOf(recording, "Service", "jaeger-collector");
    assert.deepEqual(each(list(service, "ports"), "port"), [4317, 4318]);
    assert.deepEqual(
      at(service, "selector"),
      at(specOf(recording, "Deployment", "jaeger-gateway"), "selector", "matchLabels"),
    );
    assert.notDeepEqual(at(service, "selector"), at(specOf(recording, "Service", backend), "selector"));
  });

  it("speaks to Jaeger's own collectors and DNS alone, and has no secret", () => {
    const spec = specOf(recording, "NetworkPolicy", "jaeger-gateway");
    const out = list(spec, "egress").map((rule) => each(list(rule, "ports"), "port"));
    assert.deepEqual(out, [[53, 53], [5353, 5353], [4318]]);
    assert.doesNotMatch(JSON.stringify(templateOf(recording, "jaeger-gateway")), /secret/i);
  });

  it("has its own numbers of pods", () => {
    const scaler = specOf(recording, "HorizontalPodAutoscaler", "jaeger-gateway");
    assert.equal(at(scaler, "scaleTargetRef", "name"), "jaeger-gateway");
    assert.deepEqual([at(scaler, "minReplicas"), at(scaler, "maxReplicas")], [2, 10]);
  });

  it("opens Jaeger's own thrift everywhere it takes to reach it, and only if asked to", async () => {
    const legacy = await build({ legacyReceiver: true });
    for (const [kind, name] of [
      ["Service", "jaeger-collector"],
      ["NetworkPolicy", "jaeger-gateway"],
      ["Deployment", "jaeger-gateway"],
      ["ConfigMap", "jaeger-gateway-config"],
    ] as const) {
      assert.match(JSON.stringify(find(legacy, kind, name).inputs), /14268/);
    }
    assert.doesNotMatch(JSON.stringify(recording.resources), /14268/);
  });
});

describe("JaegerStack for Elasticsearch: the query", () => {
  let recording: Recording<JaegerStack>;
  before(async () => {
    recording = await build();
  });

  it("is reached by its Service through the proxy alone: no other container has a port of that name", () => {
    const service = specOf(recording, "Service", "jaeger-query");
    assert.deepEqual(list(service, "ports"), [
      { name: "query", port: 16686, targetPort: "query", protocol: "TCP" },
    ]);
    const containers = list(templateOf(recording, "jaeger-query"), "spec", "containers");
    assert.deepEqual(
      containers.map((container) => [at(container, "name"), each(list(container, "ports"), "name")]),
      [
        ["jaeger", ["metrics", "health"]],
        ["proxy", ["query"]],
      ],
    );
    const ports = containers.flatMap((container) => each(list(container, "ports"), "containerPort"));
    for (const port of [16685, 16686]) assert.ok(!ports.includes(port));
  });

  it("is open to every pod at the proxy, which asks who they are, and goes out to storage and identity provider", () => {
    const spec = specOf(recording, "NetworkPolicy", "jaeger-query");
    const [proxy, metrics, ...others] = list(spec, "ingress");
    assert.deepEqual(others, []);
    assert.deepEqual(proxy, { ports: [{ port: 4180, protocol: "TCP" }] });
    assert.deepEqual(each(list(metrics, "ports"), "port"), [8888]);
    const out = list(spec, "egress").map((rule) => each(list(rule, "ports"), "port"));
    assert.deepEqual(out, [[53, 53], [5353, 5353], [9200], [443]]);
  });

  it("goes out to the port of an identity provider that has another, and to none where passwords count", async () => {
    const out = async (ui: DistributedArgs["ui"]): Promise<unknown> => {
      const spec = specOf(await build({ ui }), "NetworkPolicy", "jaeger-query");
      return list(spec, "egress").map((rule) => at(rule, "ports", 0, "port"));
    };
    assert.deepEqual(
      await out({ ...oauth2Access, issuerUrl: "https://sso.nova.com:8443/x" }),
      [53, 5353, 9200, 8443],
    );
    assert.deepEqual(await out(basicAccess), [53, 5353, 9200]);
  });

  it("has an Ingress with TLS for its one host, by a certificate of the given issuer", () => {
    const ingress = specOf(recording, "Ingress", "jaeger-ui");
    assert.equal(at(ingress, "ingressClassName"), "nginx");
    assert.deepEqual(list(ingress, "tls"), [{ hosts: ["jaeger.nova.com"], secretName: "jaeger-ui-tls" }]);
    assert.deepEqual(each(list(ingress, "rules"), "host"), ["jaeger.nova.com"]);
    assert.deepEqual(at(ingress, "rules", 0, "http", "paths"), [
      {
        path: "/",
        pathType: "Prefix",
        backend: { service: { name: "jaeger-query", port: { number: 16686 } } },
      },
    ]);
    const { type, inputs } = find(recording, "Certificate", "jaeger-ui");
    assert.equal(type, "kubernetes:cert-manager.io/v1:Certificate");
    assert.equal(at(inputs, "spec", "secretName"), "jaeger-ui-tls");
    assert.deepEqual(at(inputs, "spec", "dnsNames"), ["jaeger.nova.com"]);
    assert.deepEqual(at(inputs, "spec", "issuerRef"), {
      group: "cert-manager.io",
      kind: "ClusterIssuer",
      name: "letsencrypt",
    });
  });

  it("rests on no annotation of the Ingress", () => {
    const annotations = mapping(find(recording, "Ingress", "jaeger-ui").inputs, "metadata", "annotations");
    assert.deepEqual(Object.keys(annotations), ["pulumi.com/skipAwait"]);
  });

  it("runs as many pods as it is told", () => {
    assert.equal(at(specOf(recording, "Deployment", "jaeger-query"), "replicas"), 2);
  });

  it("with passwords makes one for people, whose hash the proxy reads and whose text only they do", async () => {
    const basic = await build({ ui: basicAccess });
    assert.deepEqual(childrenOf(basic, find(basic, "JaegerUiAccess", "jaeger-ui")), [
      "Certificate jaeger-ui",
      "Ingress jaeger-ui",
      "NetworkPolicy jaeger-ui-acme",
      "RandomPassword jaeger-ui-cookie",
      "RandomPassword jaeger-ui-password",
      "RandomPassword jaeger-ui-probe-password",
      "Secret jaeger-probe",
      "Secret jaeger-ui-proxy",
    ]);
    const [data = "{}"] = unwrapped(find(basic, "Secret", "jaeger-ui-proxy").inputs).secrets;
    // The mocks make no passwords, so what is one is missing here.
    const content = JSON.parse(data) as Record<string, string>;
    assert.equal(content["username"], "nova");
    assert.match(content["users"] ?? "", /^nova:.*\nprobe:.*\n$/);
    assert.equal(
      content["client-secret"],
      "none",
      "there is no client, and it does not start without a secret of one",
    );
    const volume = list(templateOf(basic, "jaeger-query"), "spec", "volumes").find(
      (each) => at(each, "name") === "proxy",
    );
    assert.deepEqual(each(list(volume, "secret", "items"), "key"), [
      "cookie-secret",
      "client-secret",
      "users",
    ]);
    assert.equal(at(find(basic, "RandomPassword", "jaeger-ui-password").inputs, "length"), 32);
  });

  it("has a key of cookies in the one form that the proxy takes: 32 letters and digits", () => {
    assert.deepEqual(find(recording, "RandomPassword", "jaeger-ui-cookie").inputs, {
      length: 32,
      special: false,
    });
  });
});

describe("JaegerStack for Elasticsearch: the guide's annotations", () => {
  const annotationsOf = (built: Recording<unknown>, name: string): Record<string, unknown> => {
    const annotations = mapping(find(built, "Ingress", name).inputs, "metadata", "annotations");
    return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== "pulumi.com/skipAwait"));
  };
  const prefix = "nginx.ingress.kubernetes.io";

  it("with single sign-on have the controller ask the proxy, but not about the way to sign in", async () => {
    const built = await build({ ui: { ...oauth2Access, controllerAnnotations: true } });
    assert.deepEqual(annotationsOf(built, "jaeger-ui"), {
      [`${prefix}/auth-url`]: "https://jaeger.nova.com/oauth2/auth",
      [`${prefix}/auth-signin`]: "https://jaeger.nova.com/oauth2/start",
    });
    assert.deepEqual(annotationsOf(built, "jaeger-ui-sign-in"), {});
    const [all, signIn] = ["jaeger-ui", "jaeger-ui-sign-in"].map((name) => specOf(built, "Ingress", name));
    assert.equal(at(signIn, "rules", 0, "http", "paths", 0, "path"), "/oauth2");
    assert.deepEqual(at(signIn, "tls"), at(all, "tls"));
    const words = list(templateOf(built, "jaeger-query"), "spec", "containers", 1, "args");
    assert.deepEqual(
      words.filter((word) => String(word).startsWith("--whitelist-domain")),
      ["--whitelist-domain=sso.nova.com", "--whitelist-domain=jaeger.nova.com"],
    );
  });

  it("with passwords name a Secret with people's user alone, by its hash", async () => {
    const built = await build({ ui: { ...basicAccess, controllerAnnotations: true } });
    assert.deepEqual(annotationsOf(built, "jaeger-ui"), {
      [`${prefix}/auth-type`]: "basic",
      [`${prefix}/auth-secret`]: "jaeger-ui-users",
      [`${prefix}/auth-realm`]: "Jaeger",
    });
    const [data = "{}"] = unwrapped(find(built, "Secret", "jaeger-ui-users").inputs).secrets;
    assert.match((JSON.parse(data) as Record<string, string>)["auth"] ?? "", /^nova:.*\n$/);
    assert.equal(built.resources.filter(({ type }) => type.endsWith(":Ingress")).length, 1);
  });
});

describe("JaegerStack for Elasticsearch: the UI behind a Gateway", () => {
  let built: Recording<JaegerStack>;
  before(async () => {
    const gateway = { name: "shared", namespace: "gateways" };
    built = await build({ ui: { ...oauth2Access, ingressClassName: undefined, gateway } });
  });

  it("has a listener with TLS of its own on it, by the certificate of the host", () => {
    const spec = specOf(built, "ListenerSet", "jaeger-ui");
    const { name, namespace, kind } = at(spec, "parentRef") as Record<string, unknown>;
    assert.deepEqual([kind, name, namespace], ["Gateway", "shared", "gateways"]);
    assert.equal(list(spec, "listeners").length, 1);
    const [listener] = list(spec, "listeners");
    assert.deepEqual([at(listener, "protocol"), at(listener, "hostname")], ["HTTPS", "jaeger.nova.com"]);
    assert.deepEqual(at(listener, "allowedRoutes"), { namespaces: { from: "Same" } });
    const secret = at(specOf(built, "Certificate", "jaeger-ui"), "secretName");
    assert.deepEqual(each(list(listener, "tls", "certificateRefs"), "name"), [secret]);
  });

  it("has a route from that listener alone to the Service of the proxy, and no Ingress", () => {
    const spec = specOf(built, "HTTPRoute", "jaeger-ui");
    const listenerName = at(specOf(built, "ListenerSet", "jaeger-ui"), "listeners", 0, "name");
    assert.deepEqual(list(spec, "parentRefs"), [
      {
        group: "gateway.networking.k8s.io",
        kind: "ListenerSet",
        name: "jaeger-ui",
        sectionName: listenerName,
      },
    ]);
    assert.deepEqual(list(spec, "hostnames"), ["jaeger.nova.com"]);
    assert.equal(list(spec, "rules").length, 1);
    const backends = list(spec, "rules", 0, "backendRefs");
    assert.deepEqual(each(backends, "name"), ["jaeger-query"]);
    assert.deepEqual(each(backends, "port"), [16686]);
    assert.ok(
      !childrenOf(built, find(built, "JaegerUiAccess", "jaeger-ui"))
        .join()
        .includes("Ingress"),
    );
  });
});

describe("JaegerStack for Elasticsearch: new keys and passwords of the UI", () => {
  const keepers = (built: Recording<unknown>, name: string): unknown =>
    at(find(built, "RandomPassword", name).inputs, "keepers");
  const annotations = (built: Recording<unknown>): unknown =>
    at(templateOf(built, "jaeger-query"), "metadata", "annotations");

  it("a session generation makes another key of the cookies, no other password, and rolls the pods", async () => {
    const [first, second] = [await build(), await build({ ui: { ...oauth2Access, sessionGeneration: 2 } })];
    assert.deepEqual(keepers(second, "jaeger-ui-cookie"), { generation: "2" });
    assert.equal(keepers(second, "jaeger-ui-probe-password"), undefined);
    assert.deepEqual(annotations(second), {
      ...(annotations(first) as object),
      "nova-tracing/session-generation": "2",
    });
  });

  it("a password generation makes other passwords of people and probe, which the proxy reads as it runs", async () => {
    const [first, second] = [
      await build({ ui: basicAccess }),
      await build({ ui: { ...basicAccess, passwordGeneration: 3 } }),
    ];
    for (const name of ["jaeger-ui-password", "jaeger-ui-probe-password"]) {
      assert.deepEqual(keepers(second, name), { generation: "3" });
      assert.equal(keepers(first, name), undefined);
    }
    assert.equal(keepers(second, "jaeger-ui-cookie"), undefined);
    assert.deepEqual(annotations(second), annotations(first));
  });
});

describe("JaegerStack for Elasticsearch: secrets", () => {
  it("no secret value stands in any object but a Secret, and there it is marked as one", async () => {
    for (const ui of [oauth2Access, basicAccess]) {
      const { resources } = await build({ ui });
      for (const { inputs, name, type } of resources) {
        const { plain, secrets } = unwrapped(inputs);
        assert.doesNotMatch(JSON.stringify(plain), /canary/, name);
        if (!type.endsWith(":Secret")) assert.deepEqual(secrets, [], name);
      }
    }
  });

  it("the client's secret gets to the proxy's Secret", async () => {
    const { secrets } = unwrapped(find(await build(), "Secret", "jaeger-ui-proxy").inputs);
    assert.match(secrets.join(), /canary-client-secret/);
  });
});

describe("JaegerStack for Elasticsearch: the dependency graph", () => {
  let spec: unknown;
  before(async () => {
    spec = specOf(await build(), "CronJob", "jaeger-dependencies");
  });

  it("is made once a day, before the day is over in UTC, and never twice: it would count every call twice", () => {
    assert.deepEqual([at(spec, "schedule"), at(spec, "timeZone")], ["40 23 * * *", "Etc/UTC"]);
    assert.equal(at(spec, "concurrencyPolicy"), "Forbid");
    assert.ok(Number(at(spec, "startingDeadlineSeconds")) <= 19 * 60);
  });

  it("ends by itself if it hangs", () => {
    assert.equal(at(spec, "jobTemplate", "spec", "activeDeadlineSeconds"), 14_400);
  });

  it("is open to nobody, and speaks to Elasticsearch and DNS", async () => {
    const network = specOf(await build(), "NetworkPolicy", "jaeger-dependencies");
    assert.deepEqual(at(network, "ingress"), []);
    const out = list(network, "egress").map((rule) => at(rule, "ports", 0, "port"));
    assert.deepEqual(out, [53, 5353, 9200]);
  });
});

describe("JaegerStack for Elasticsearch: what rolls the pods", () => {
  const annotations = async (change: Partial<DistributedArgs>): Promise<unknown[]> => {
    const recording = await build(change);
    return deployments.map((name) => at(templateOf(recording, name), "metadata", "annotations"));
  };

  it("a changed configuration does, by its checksum", async () => {
    const [before, after] = [await annotations({}), await annotations({ version: "2.20.0" })];
    for (const [index] of deployments.entries()) {
      assert.match(text(before[index], "checksum/config"), /^[0-9a-f]{64}$/);
      assert.notEqual(at(before[index], "checksum/config"), at(after[index], "checksum/config"));
    }
  });

  it("a new user of Elasticsearch does: its name is in the configuration, its Secret is another", async () => {
    const changed = connection("ilm", { username: "jaeger-2", passwordSecret: "elasticsearch-jaeger-2" });
    const [before, after] = [
      await annotations({}),
      await annotations({ storage: { type: "elasticsearch", connection: changed } }),
    ];
    const [first, second] = [each(before, "checksum/config"), each(after, "checksum/config")];
    assert.equal(first.length, 2);
    for (const [index, sum] of first.entries()) assert.notEqual(sum, second[index]);
  });

  it("a changed sample rate, namespace or number of pods does not", async () => {
    const collector = { ...args.collector, replicas: { minimum: 3, maximum: 5 } };
    assert.deepEqual(
      await annotations({
        sampling: samplingTable(0.05, { other: {} }),
        clientNamespaces: ["elsewhere"],
        collector,
        query: { ...args.query, replicas: 3 },
      }),
      await annotations({}),
    );
  });
});

describe("JaegerStack for Elasticsearch: selectors are frozen", () => {
  const selectors = ({ resources }: Recording<unknown>): unknown[] =>
    resources.map(({ name, inputs }) => [
      name,
      at(inputs, "spec", "selector"),
      at(inputs, "spec", "podSelector"),
    ]);

  it("another version changes images and labels, and no selector", async () => {
    const [before, after] = [await build({ version: "2.13.0" }), await build({ version: "2.22.0" })];
    for (const name of deployments) {
      assert.equal(
        at(templateOf(before, name), "spec", "containers", 0, "image"),
        "jaegertracing/jaeger:2.13.0",
      );
      assert.equal(
        at(templateOf(after, name), "spec", "containers", 0, "image"),
        "jaegertracing/jaeger:2.22.0",
      );
    }
    assert.deepEqual(selectors(before).sort(), selectors(after).sort());
    assert.doesNotMatch(JSON.stringify(selectors(after)), /version|2\.22/);
  });
});

describe("JaegerStack for Elasticsearch: more than one, and mistakes", () => {
  it("two in one namespace share no object and no pod", async () => {
    const both = await record(() => [new JaegerStack("one", args), new JaegerStack("two", args)]);
    const title = ({ type, inputs }: Recorded): string =>
      `${type} ${text(inputs, "metadata", "namespace")}/${text(inputs, "metadata", "name")}`;
    const objects = both.resources.filter(({ type }) => type.startsWith("kubernetes:")).map(title);
    assert.equal(objects.length, 2 * 34);
    assert.equal(new Set(objects).size, objects.length);
    assert.equal(new Set(both.resources.map(({ urn }) => urn)).size, both.resources.length);
    for (const role of ["gateway", "collector-backend", "query", "probe"]) {
      const [one, two] = ["one", "two"].map((name) =>
        at(specOf(both, "Deployment", `${name}-${role}`), "selector"),
      );
      assert.notDeepEqual(one, two);
    }
  });

  it("every object is in the namespace that it is given", async () => {
    const { resources } = await build({ namespace: "tracing" });
    for (const { inputs, name, type } of resources) {
      if (type.startsWith("kubernetes:")) assert.equal(at(inputs, "metadata", "namespace"), "tracing", name);
    }
  });

  it("everything waits for what the component waits for", async () => {
    const { resources } = await record(() => {
      const first = new JaegerStack("first", args);
      new JaegerStack("second", args, { dependsOn: first });
    });
    const named = (name: string): Recorded[] =>
      resources.filter((resource) => resource.custom && resource.name.startsWith(name));
    assert.equal(named("second").length, 36);
    for (const { name, dependencies } of named("second")) {
      for (const { urn } of named("first")) assert.ok(dependencies.includes(urn), `${name} waits for ${urn}`);
    }
  });

  it("the same arguments give the same objects", async () => {
    const sorted = (of: Recording<unknown>): unknown[] =>
      [...of.resources].sort((a, b) => (a.urn < b.urn ? -1 : 1)).map(({ urn, inputs }) => [urn, inputs]);
    assert.deepEqual(sorted(await build()), sorted(await build()));
  });

  const mistakes: [string, Partial<DistributedArgs>, RegExp][] = [
    [
      "a version that is not supported",
      { version: "2.16.0" },
      /^version "2\.16\.0" is a version whose settings/,
    ],
    [
      "a maximum of pods below the minimum",
      { collector: { ...args.collector, replicas: { minimum: 3, maximum: 2 } } },
      /^collector\.replicas: from 3 to 2 is no range/,
    ],
    [
      "no pods at all",
      { collector: { ...args.collector, replicas: { minimum: 0, maximum: 2 } } },
      /^collector\.replicas: from 0 to 2 is no range/,
    ],
    [
      "an identity provider without TLS",
      { ui: { ...oauth2Access, issuerUrl: "http://sso.nova.com" } },
      /^ui: issuerUrl "http:\/\/sso\.nova\.com" is no https:\/\/ address/,
    ],
  ];
  for (const [what, change, message] of mistakes) {
    it(`${what} is refused without a stack trace, before any child is made`, async () => {
      const { resources } = await record(() => {
        assert.throws(
          () => new JaegerStack("jaeger", { ...args, ...change }),
          (error: { message: string; hideStack?: boolean }) =>
            error.hideStack === true && message.test(error.message),
        );
      });
      assert.deepEqual(
        resources.filter(({ custom }) => custom),
        [],
      );
    });
  }
});
