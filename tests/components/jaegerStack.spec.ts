import assert from "node:assert/strict";
import { parse } from "yaml";
import type { AllInOneArgs } from "../../components/jaeger/stackArgs";
import { JaegerStack } from "../../components/jaegerStack";
import { samplingTable } from "../../components/tracing/sampleRates";
import { at, list, mapping, text } from "../support/document";
import { childrenOf, find, record, type Recording } from "../support/mocks";

// Under mocks: what is registered, not whether a cluster takes it or the pods start. The sandbox shows that.

const resources = { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "100m", memory: "256Mi" } };
const args: AllInOneArgs = {
  namespace: "observability",
  version: "2.22.0",
  collector: { resources },
  storage: { type: "memory", retentionDays: 7 },
  sampling: samplingTable(1, { "auth-service": {}, "user-service": { sampleRate: 0.5 } }),
  clientNamespaces: ["default", "team-b"],
};

function build(change: Partial<AllInOneArgs> = {}): Promise<Recording<JaegerStack>> {
  return record(() => new JaegerStack("jaeger", { ...args, ...change }));
}

/** What the pod's template says, and its one container. */
function podOf(recording: Recording<unknown>): { readonly pod: unknown; readonly container: unknown } {
  const pod = at(find(recording, "Deployment", "jaeger").inputs, "spec", "template", "spec");
  const containers = list(pod, "containers");
  assert.equal(containers.length, 1);
  return { pod, container: containers[0] };
}

/** One value of each element of a list. */
function each(elements: readonly unknown[], key: string): unknown[] {
  return elements.map((element) => at(element, key));
}

/** The configuration that Jaeger would read. */
function configOf(recording: Recording<unknown>): unknown {
  return parse(text(find(recording, "ConfigMap", "jaeger-config").inputs, "data", "config.yaml"));
}

describe("JaegerStack for memory", () => {
  let recording: Recording<JaegerStack>;
  let pod: unknown;
  let container: unknown;
  const service = (role: string): unknown => at(find(recording, "Service", `jaeger-${role}`).inputs, "spec");
  before(async () => {
    recording = await build();
    ({ pod, container } = podOf(recording));
  });

  it("is one all-in-one Jaeger behind two Services, with its strategies and its network policy, and nothing else", () => {
    assert.deepEqual(childrenOf(recording, find(recording, "JaegerStack", "jaeger")), [
      "ConfigMap jaeger-sampling",
      "JaegerAllInOne jaeger",
    ]);
    assert.deepEqual(childrenOf(recording, find(recording, "JaegerAllInOne", "jaeger")), [
      "ConfigMap jaeger-config",
      "Deployment jaeger",
      "NetworkPolicy jaeger",
      "Service jaeger-collector",
      "Service jaeger-query",
      "ServiceAccount jaeger",
    ]);
    assert.equal(recording.resources.length, 9);
  });

  it("puts every object into the namespace that it is given", () => {
    for (const { custom, inputs, name } of recording.resources) {
      if (custom) assert.equal(at(inputs, "metadata", "namespace"), "observability", name);
    }
  });

  it("says where it can be reached, in plain text that a preview knows", () => {
    assert.equal(recording.result.otlpEndpoint, "http://jaeger-collector.observability:4317");
    assert.equal(recording.result.jaegerEndpoint, "http://jaeger-collector.observability:14268/api/traces");
    assert.equal(recording.result.uiAddress, "http://localhost:16686");
  });

  it("says whose metrics there are, and that an acknowledged span may still be on its way", () => {
    const { metricsPods, writeMode } = recording.result;
    const labels = mapping(
      find(recording, "Deployment", "jaeger").inputs,
      "spec",
      "template",
      "metadata",
      "labels",
    );
    assert.deepEqual(
      metricsPods.map(({ role }) => role),
      ["all-in-one"],
    );
    for (const { selector } of metricsPods) assert.deepEqual({ ...labels, ...selector }, labels);
    assert.ok(each(list(container, "ports"), "name").includes("metrics"));
    assert.equal(writeMode, "async");
  });

  it("serves OTLP and sampling on jaeger-collector and the UI on jaeger-query, inside the cluster only", () => {
    assert.deepEqual(each(list(service("collector"), "ports"), "port"), [4317, 4318, 5778, 5779]);
    assert.deepEqual(each(list(service("query"), "ports"), "port"), [16686]);
    for (const role of ["collector", "query"]) {
      const { inputs } = find(recording, "Service", `jaeger-${role}`);
      assert.equal(at(inputs, "metadata", "name"), `jaeger-${role}`);
      assert.equal(at(inputs, "spec", "type"), "ClusterIP");
    }
  });

  it("has both Services select the one pod, and their ports name ports of it", () => {
    const spec = at(find(recording, "Deployment", "jaeger").inputs, "spec");
    const selector = mapping(spec, "selector", "matchLabels");
    const labels = mapping(spec, "template", "metadata", "labels");
    assert.deepEqual({ ...labels, ...selector }, labels);
    const names = each(list(container, "ports"), "name");
    for (const role of ["collector", "query"]) {
      assert.deepEqual(at(service(role), "selector"), selector);
      for (const port of each(list(service(role), "ports"), "targetPort")) assert.ok(names.includes(port));
    }
  });

  it("never runs two pods at once: each would hold a part of the traces", () => {
    const spec = at(find(recording, "Deployment", "jaeger").inputs, "spec");
    assert.equal(at(spec, "replicas"), 1);
    assert.deepEqual(at(spec, "strategy"), { type: "Recreate" });
  });

  it("fits pod security restricted, with a root file system that is read-only", () => {
    assert.deepEqual(at(pod, "securityContext"), {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(at(container, "securityContext"), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("has no token of the API server, neither by the pod nor by its account", () => {
    assert.equal(at(pod, "automountServiceAccountToken"), false);
    assert.equal(at(pod, "serviceAccountName"), "jaeger");
    const account = find(recording, "ServiceAccount", "jaeger").inputs;
    assert.equal(at(account, "automountServiceAccountToken"), false);
  });

  it("has the resources of the settings, and tells Go of four fifths of the memory", () => {
    assert.deepEqual(at(container, "resources"), resources);
    assert.deepEqual(at(container, "env"), [{ name: "GOMEMLIMIT", value: "204MiB" }]);
  });

  it("writes nothing to disk: its volumes are ConfigMaps alone", () => {
    for (const volume of list(pod, "volumes")) {
      assert.deepEqual(Object.keys(mapping(volume)).sort(), ["configMap", "name"]);
    }
  });

  it("mounts ConfigMaps that exist, as folders, and reads its configuration from there", () => {
    for (const volume of list(pod, "volumes")) {
      assert.ok(find(recording, "ConfigMap", text(volume, "configMap", "name")));
    }
    const mounts = list(container, "volumeMounts");
    const folder = (name: string): string =>
      text(
        mounts.find((mount) => at(mount, "name") === name),
        "mountPath",
      );
    assert.deepEqual(at(container, "args"), [`--config=${folder("config")}/config.yaml`]);
    const strategies = at(configOf(recording), "extensions", "remote_sampling", "file", "path");
    assert.equal(strategies, `${folder("sampling")}/strategies.json`);
    assert.deepEqual(each(mounts, "subPath"), [undefined, undefined], "a subPath never updates");
  });

  it("starts the pod only when the ConfigMaps that it mounts and its account are there", () => {
    const { dependencies } = find(recording, "Deployment", "jaeger");
    const before = [
      find(recording, "ConfigMap", "jaeger-config"),
      find(recording, "ConfigMap", "jaeger-sampling"),
      find(recording, "ServiceAccount", "jaeger"),
    ];
    for (const { urn, name } of before) assert.ok(dependencies.includes(urn), name);
  });

  it("is asked for its health every second while it starts, so that it is ready as soon as it can be", () => {
    assert.deepEqual(at(container, "startupProbe"), {
      httpGet: { path: "/status", port: 13133 },
      periodSeconds: 1,
      failureThreshold: 60,
    });
    assert.equal(at(container, "readinessProbe", "periodSeconds"), 2);
  });

  it("is restarted an hour before a span is as old as the retention, by a probe that can only fail", async () => {
    assert.deepEqual(at(container, "livenessProbe"), {
      tcpSocket: { port: 1 },
      initialDelaySeconds: 601_200,
      periodSeconds: 60,
      failureThreshold: 1,
    });
    assert.ok(!each(list(container, "ports"), "containerPort").includes(1));
    const shorter = podOf(await build({ storage: { type: "memory", retentionDays: 1 } }));
    assert.equal(at(shorter.container, "livenessProbe", "initialDelaySeconds"), 82_800);
  });

  it("keeps as many traces as its memory limit allows", async () => {
    const path = ["extensions", "jaeger_storage", "backends", "main", "memory", "max_traces"];
    assert.equal(at(configOf(recording), ...path), 1342);
    const larger = { ...resources, limits: { cpu: "1", memory: "1Gi" } };
    assert.equal(at(configOf(await build({ collector: { resources: larger } })), ...path), 5368);
  });

  it("takes spans from the services' namespaces alone, the UI from nowhere in the cluster, and calls nobody", () => {
    const spec = at(find(recording, "NetworkPolicy", "jaeger").inputs, "spec");
    assert.deepEqual(at(spec, "policyTypes"), ["Ingress", "Egress"]);
    assert.deepEqual(at(spec, "egress"), []);
    assert.deepEqual(
      at(spec, "ingress"),
      ["default", "team-b"].map((namespace) => ({
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
        ports: [4317, 4318, 5778, 5779].map((port) => ({ port, protocol: "TCP" })),
      })),
    );
  });

  it("lets Prometheus read the metrics, and nothing else, where its namespace is known", async () => {
    const { inputs } = find(await build({ metricsNamespace: "monitoring" }), "NetworkPolicy", "jaeger");
    assert.equal(list(inputs, "spec", "ingress").length, 3);
    assert.deepEqual(at(inputs, "spec", "ingress", 2), {
      from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
      ports: [8888, 8889].map((port) => ({ port, protocol: "TCP" })),
    });
  });

  it("without services takes spans from nobody: an empty list would mean everybody", async () => {
    const { inputs } = find(await build({ clientNamespaces: [] }), "NetworkPolicy", "jaeger");
    assert.deepEqual(at(inputs, "spec", "ingress"), []);
  });

  it("opens Jaeger's own thrift everywhere it takes to reach it, and only if asked to", async () => {
    const legacy = await build({ legacyReceiver: true });
    const ports = list(find(legacy, "Service", "jaeger-collector").inputs, "spec", "ports");
    assert.ok(each(ports, "port").includes(14268));
    assert.ok(each(list(podOf(legacy).container, "ports"), "containerPort").includes(14268));
    const allowed = list(find(legacy, "NetworkPolicy", "jaeger").inputs, "spec", "ingress", 0, "ports");
    assert.ok(each(allowed, "port").includes(14268));
    assert.match(JSON.stringify(configOf(legacy)), /0\.0\.0\.0:14268/);
    assert.doesNotMatch(JSON.stringify(recording.resources), /14268/);
  });
});

describe("JaegerStack: what rolls the pod", () => {
  const template = async (change: Partial<AllInOneArgs>): Promise<unknown> =>
    at(find(await build(change), "Deployment", "jaeger").inputs, "spec", "template");

  it("a changed configuration does, by its checksum", async () => {
    const [before, after] = [
      await template({}),
      await template({ storage: { type: "memory", retentionDays: 7 } }),
    ];
    assert.deepEqual(before, after);
    const limits = { cpu: "100m", memory: "512Mi" };
    const changed = await template({ collector: { resources: { ...resources, limits } } });
    const checksum = ["metadata", "annotations", "checksum/config"];
    assert.match(text(changed, ...checksum), /^[0-9a-f]{64}$/);
    assert.notEqual(text(changed, ...checksum), text(before, ...checksum));
  });

  it("a changed sample rate does not: it would cost every stored trace, and Jaeger reads the file again", async () => {
    assert.deepEqual(await template({ sampling: samplingTable(0.5, { other: {} }) }), await template({}));
  });

  it("nor does a changed list of namespaces", async () => {
    assert.deepEqual(await template({ clientNamespaces: ["elsewhere"] }), await template({}));
  });

  it("the same arguments give the same objects", async () => {
    const sorted = (of: Recording<unknown>): unknown[] =>
      [...of.resources].sort((a, b) => (a.urn < b.urn ? -1 : 1)).map(({ urn, inputs }) => [urn, inputs]);
    assert.deepEqual(sorted(await build()), sorted(await build()));
  });
});

describe("JaegerStack: selectors are frozen", () => {
  const selectors = (of: Recording<unknown>): unknown[] => [
    at(find(of, "Deployment", "jaeger").inputs, "spec", "selector"),
    at(find(of, "Service", "jaeger-collector").inputs, "spec", "selector"),
    at(find(of, "Service", "jaeger-query").inputs, "spec", "selector"),
    at(find(of, "NetworkPolicy", "jaeger").inputs, "spec", "podSelector"),
  ];

  it("another version changes the image and the label, and no selector", async () => {
    const [before, after] = [await build({ version: "2.13.0" }), await build({ version: "2.22.0" })];
    assert.equal(at(podOf(before).container, "image"), "jaegertracing/jaeger:2.13.0");
    assert.equal(at(podOf(after).container, "image"), "jaegertracing/jaeger:2.22.0");
    assert.deepEqual(selectors(before), selectors(after));
    assert.doesNotMatch(JSON.stringify(selectors(after)), /version|2\.22/);
  });
});

describe("JaegerStack: more than one, and mistakes", () => {
  it("two in one namespace share no object and no pod", async () => {
    const both = await record(() => [new JaegerStack("one", args), new JaegerStack("two", args)]);
    const objects = both.resources
      .filter(({ custom }) => custom)
      .map(
        ({ type, inputs }) =>
          `${type} ${text(inputs, "metadata", "namespace")}/${text(inputs, "metadata", "name")}`,
      );
    assert.equal(objects.length, 14);
    assert.equal(new Set(objects).size, objects.length);
    assert.equal(new Set(both.resources.map(({ urn }) => urn)).size, both.resources.length);
    const [one, two] = ["one", "two"].map((name) =>
      at(find(both, "Deployment", name).inputs, "spec", "selector"),
    );
    assert.notDeepEqual(one, two);
  });

  it("everything waits for what the component waits for", async () => {
    const { resources } = await record(() => {
      const first = new JaegerStack("first", args);
      new JaegerStack("second", args, { dependsOn: first });
    });
    const named = (name: string) =>
      resources.filter((resource) => resource.custom && resource.name.startsWith(name));
    assert.equal(named("second").length, 7);
    for (const { name, dependencies } of named("second")) {
      for (const { urn } of named("first")) assert.ok(dependencies.includes(urn), `${name} waits for ${urn}`);
    }
  });

  it("a version that is not supported is refused without a stack trace, before any child is made", async () => {
    const { resources } = await record(() => {
      assert.throws(
        () => new JaegerStack("jaeger", { ...args, version: "2.16.0" }),
        (error: { message: string; hideStack?: boolean }) =>
          error.hideStack === true &&
          error.message.startsWith('version "2.16.0" is a version whose settings'),
      );
    });
    assert.deepEqual(
      resources.filter(({ custom }) => custom),
      [],
    );
  });
});
