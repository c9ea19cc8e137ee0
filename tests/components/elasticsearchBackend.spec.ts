import assert from "node:assert/strict";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { ElasticsearchBackend, type ElasticsearchBackendArgs } from "../../components/elasticsearchBackend";
import { judge } from "../contract/support/judge";
import { at, isMapping, list, mapping, text } from "../support/document";
import { childrenOf, find, record, type Recorded, type Recording } from "../support/mocks";

// Under mocks: what is registered and in which order, not whether a cluster takes it or Elasticsearch starts.

const size = { version: "8.19.13", nodes: 3, cpu: "2000m", memory: "8Gi", storageGi: 500 };
const production: ElasticsearchBackendArgs = {
  namespace: "observability",
  jaegerVersion: "2.22.0",
  retentionDays: 90,
  retentionMechanism: "ilm",
  indexPrefix: "nova",
  shards: 3,
  copies: 1,
  cluster: { mode: "builtin", ...size },
  protectData: true,
};
const staging: ElasticsearchBackendArgs = {
  ...production,
  retentionDays: 30,
  retentionMechanism: "cleaner",
  shards: 1,
  copies: 0,
  cluster: { mode: "builtin", ...size, nodes: 1, memory: "2Gi" },
  protectData: false,
};
const canary = (name: string): string => `canary-of-${name}`;
const existing = {
  mode: "existing",
  url: "https://search.nova.com:9243",
  majorVersion: 8,
  username: "tracing",
  password: canary("password"),
  authority: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
} as const;
const snapshots = {
  bucket: "traces",
  endpoint: "https://minio.backup.svc:9000",
  schedule: "0 30 1 * * ?",
  accessKey: canary("access-key"),
  secretKey: canary("secret-key"),
};

type Built = Recording<ElasticsearchBackend>;

function build(args: ElasticsearchBackendArgs, name = "elasticsearch"): Promise<Built> {
  return record(() => new ElasticsearchBackend(name, args));
}

const kindOf = ({ type }: Recorded): string => type.split(":").at(-1) ?? "";
const objectName = ({ inputs }: Recorded): unknown => at(inputs, "metadata", "name");
const jobOf = (built: Built): Recorded => find(built, "Job", "elasticsearch-bootstrap");
const podOf = (resource: Recorded): unknown =>
  kindOf(resource) === "CronJob"
    ? at(resource.inputs, "spec", "jobTemplate", "spec", "template")
    : at(resource.inputs, "spec", "template");
const containersOf = (resource: Recorded): unknown[] => {
  const spec = mapping(podOf(resource), "spec");
  return [...((spec.initContainers as unknown[] | undefined) ?? []), ...list(spec, "containers")];
};
const variables = (container: unknown): Record<string, unknown> =>
  Object.fromEntries(
    list(container, "env").map((entry) => [
      text(entry, "name"),
      at(entry, "value") ?? at(entry, "valueFrom"),
    ]),
  );
const named = (elements: readonly unknown[], name: string): unknown =>
  elements.find((element) => at(element, "name") === name);

/** Whether one resource waits for another, directly or through others. */
function waitsFor(built: Built, later: Recorded, earlier: Recorded): boolean {
  const byUrn = new Map(built.resources.map((resource) => [resource.urn, resource]));
  const seen = new Set<string>();
  const reach = (urn: string): boolean => {
    if (urn === earlier.urn) return true;
    if (seen.has(urn)) return false;
    seen.add(urn);
    return (byUrn.get(urn)?.dependencies ?? []).some(reach);
  };
  return later.dependencies.some(reach);
}

describe("ElasticsearchBackend", () => {
  let prod: Built;
  let stage: Built;
  let outside: Built;
  let operator: Built;
  before(async () => {
    prod = await build({ ...production, snapshots });
    stage = await build(staging);
    outside = await build({ ...production, cluster: existing });
    operator = await build({ ...production, cluster: { mode: "eck", ...size }, snapshots });
  });

  it("is a cluster, Jaeger's user, the bootstrap, and with dated indices the cleaner", () => {
    const children = (built: Built): string[] =>
      childrenOf(built, find(built, "ElasticsearchBackend", "elasticsearch"));
    const user = ["RandomPassword elasticsearch-jaeger", "Secret elasticsearch-jaeger"];
    const bootstrap = "ElasticsearchBootstrap elasticsearch";
    assert.deepEqual(children(prod), ["BuiltinElasticsearch elasticsearch", bootstrap, ...user]);
    assert.deepEqual(
      children(stage),
      [
        "BuiltinElasticsearch elasticsearch",
        bootstrap,
        "ElasticsearchIndexCleaner elasticsearch",
        ...user,
      ].sort(),
    );
    assert.deepEqual(children(outside), [bootstrap, "ExistingElasticsearch elasticsearch"]);
    assert.deepEqual(children(operator), ["EckElasticsearch elasticsearch", bootstrap, ...user]);
  });

  it("registers exactly the objects of a builtin cluster", () => {
    assert.deepEqual(childrenOf(prod, find(prod, "BuiltinElasticsearch", "elasticsearch")), [
      "ConfigMap elasticsearch-settings",
      "ElasticsearchCertificates elasticsearch",
      "NetworkPolicy elasticsearch",
      "PodDisruptionBudget elasticsearch",
      "RandomPassword elasticsearch-administrator",
      "Secret elasticsearch-administrator",
      "Secret elasticsearch-snapshots",
      "Service elasticsearch",
      "Service elasticsearch-nodes",
      "ServiceAccount elasticsearch",
      "StatefulSet elasticsearch",
    ]);
    assert.deepEqual(childrenOf(prod, find(prod, "ElasticsearchCertificates", "elasticsearch")), [
      "Certificate elasticsearch-authority-certificate",
      "Certificate elasticsearch-http-certificate",
      "Certificate elasticsearch-transport-certificate",
      "Issuer elasticsearch-authority-issuer",
      "Issuer elasticsearch-self-signed-issuer",
    ]);
    assert.deepEqual(childrenOf(prod, find(prod, "ElasticsearchBootstrap", "elasticsearch")), [
      "ConfigMap elasticsearch-bootstrap",
      "ConfigMap elasticsearch-lifecycle",
      "Job elasticsearch-bootstrap",
      "NetworkPolicy elasticsearch-bootstrap",
      "ServiceAccount elasticsearch-bootstrap",
    ]);
    assert.deepEqual(childrenOf(stage, find(stage, "ElasticsearchIndexCleaner", "elasticsearch")), [
      "CronJob elasticsearch-index-cleaner",
      "NetworkPolicy elasticsearch-index-cleaner",
      "ServiceAccount elasticsearch-index-cleaner",
    ]);
  });

  it("puts every object into the namespace that it is given, once", () => {
    for (const built of [prod, stage, outside, operator]) {
      const objects = built.resources.filter(({ type }) => type.startsWith("kubernetes:"));
      for (const { inputs, name } of objects)
        assert.equal(at(inputs, "metadata", "namespace"), "observability", name);
      const keys = objects.map((object) => `${object.type} ${String(objectName(object))}`);
      assert.equal(new Set(keys).size, keys.length);
    }
  });

  it("says how it is reached, in plain text that a preview knows", () => {
    const { edge, retention, ...plain } = prod.result.connection;
    assert.deepEqual(plain, {
      majorVersion: 8,
      url: "https://elasticsearch.observability.svc:9200",
      username: "jaeger",
      passwordSecret: "elasticsearch-jaeger",
      authoritySecret: "elasticsearch-http",
      indexPrefix: "nova",
      shards: 3,
      copies: 1,
      lifecyclePolicy: "nova-jaeger-ilm-policy",
      clientLabels: { "nova.com/elasticsearch-client": "elasticsearch" },
    });
    assert.equal(retention.days, 90);
    const labels = at(podOf(find(prod, "StatefulSet", "elasticsearch")), "metadata", "labels");
    assert.ok(edge.peer !== "anywhere");
    assert.deepEqual({ ...mapping(labels), ...edge.peer.pods }, labels);
    assert.equal(operator.result.connection.url, "https://elasticsearch-es-http.observability.svc:9200");
    assert.equal(operator.result.connection.authoritySecret, "elasticsearch-es-http-certs-public");
    assert.equal(outside.result.connection.url, "https://search.nova.com:9243");
    assert.equal(outside.result.connection.username, "tracing");
    assert.deepEqual(outside.result.connection.edge, { peer: "anywhere", ports: [9243] });
  });

  it("names no authority where every system knows it", async () => {
    const cluster = { ...existing, authority: undefined, url: "https://search.nova.com" };
    const built = await build({ ...production, cluster });
    const { authoritySecret, edge } = built.result.connection;
    assert.equal(authoritySecret, undefined);
    assert.deepEqual(edge.ports, [443]);
    const init = named(containersOf(jobOf(built)), "init");
    assert.equal(variables(init).ES_TLS_ENABLED, "true");
    assert.equal(variables(init).ES_TLS_CA, undefined);
  });

  describe("holds the pack's rules", () => {
    // The pack judges whole stacks; what it misses of Jaeger itself is another component's, and so is the namespace.
    const ours = /elasticsearch/;
    const namespaces = ["kubernetes-network-require-default-deny"];
    for (const [title, built, stack] of [
      ["production", () => prod, "production"],
      ["staging", () => stage, "staging"],
      ["an existing cluster", () => outside, "production"],
      ["the operator's cluster", () => operator, "production"],
    ] as const) {
      it(title, () => {
        const declared = built().resources.map(({ inputs, name, type }) => ({
          type,
          name,
          props: structuredClone(inputs),
        }));
        const judged = [...judge(declared, stack)].filter(([rule]) => !namespaces.includes(rule));
        const found = judged.flatMap(([rule, messages]) =>
          messages.filter((message) => ours.test(message)).map((message) => `${rule}: ${message}`),
        );
        assert.deepEqual(found, []);
      });
    }
  });

  describe("secrets", () => {
    it("stand in Secrets and in nothing else", async () => {
      const marked = (value: string): pulumi.Output<string> => pulumi.secret(value);
      const secretSnapshots = {
        ...snapshots,
        accessKey: marked(canary("access-key")),
        secretKey: marked(canary("secret-key")),
      };
      const all = [
        await record(() => new ElasticsearchBackend("a", { ...production, snapshots: secretSnapshots })),
        await record(
          () =>
            new ElasticsearchBackend("b", {
              ...production,
              cluster: { ...existing, password: marked(canary("password")) },
            }),
        ),
        operator,
      ];
      const seen = new Set<string>();
      for (const { resources } of all) {
        for (const resource of resources) {
          // Those that are given, and those that the stand-in for the random provider makes.
          const values = JSON.stringify(resource.inputs).match(/canary-[a-z-]+/g) ?? [];
          if (kindOf(resource) === "Secret") values.forEach((value) => seen.add(value));
          else assert.deepEqual(values, [], resource.name);
        }
      }
      const given = ["access-key", "password", "secret-key"].map(canary);
      const random = ["a-administrator", "a-jaeger", "elasticsearch-jaeger"].map((name) => `canary-${name}`);
      assert.deepEqual([...seen].sort(), [...random, ...given].sort());
    });

    it("reach containers as files or by reference, never as text", () => {
      for (const built of [prod, stage, outside]) {
        for (const resource of built.resources.filter((one) =>
          ["Job", "CronJob", "StatefulSet"].includes(kindOf(one)),
        )) {
          for (const container of containersOf(resource)) {
            const { ES_PASSWORD: password } = variables({ env: at(container, "env") ?? [] });
            if (password !== undefined) assert.ok(isMapping(at(password, "secretKeyRef")), resource.name);
          }
        }
      }
    });

    it("are new for a new user by a higher generation, the old user's stays until its pods are gone", async () => {
      const second = await build({ ...production, snapshots, passwordGeneration: 2 });
      find(prod, "RandomPassword", "elasticsearch-jaeger");
      find(second, "RandomPassword", "elasticsearch-jaeger-2");
      find(second, "Secret", "elasticsearch-jaeger-2");
      assert.equal(second.result.connection.username, "jaeger-2");
      assert.notEqual(objectName(jobOf(second)), objectName(jobOf(prod)));
      const set = (built: Built): unknown => find(built, "StatefulSet", "elasticsearch").inputs;
      assert.deepEqual(set(second), set(prod));
    });

    it("of the storage of snapshots roll the nodes when they change, which read them at their start alone", async () => {
      const sum = (built: Built): unknown =>
        at(
          podOf(find(built, "StatefulSet", "elasticsearch")),
          "metadata",
          "annotations",
          "checksum/snapshot-keys",
        );
      const other = await build({ ...production, snapshots: { ...snapshots, secretKey: "another" } });
      assert.match(String(sum(prod)), /^[0-9a-f]{64}$/);
      assert.notEqual(sum(other), sum(prod));
    });

    it("of the authority's certificate: only its public half is mounted outside Elasticsearch", () => {
      for (const resource of [jobOf(prod), find(stage, "CronJob", "elasticsearch-index-cleaner")]) {
        const volume = named(list(podOf(resource), "spec", "volumes"), "authority");
        assert.deepEqual(at(volume, "secret", "items"), [{ key: "ca.crt", path: "ca.crt" }]);
      }
    });
  });

  describe("data", () => {
    const keeps = (built: Built): string[] =>
      built.resources
        .filter(({ protect }) => protect)
        .map((resource) => `${kindOf(resource)} ${resource.name}${resource.retainOnDelete ? " stays" : ""}`)
        .sort();

    it("can neither be deleted nor goes with the stack, where it is protected", () => {
      assert.deepEqual(keeps(prod), [
        "Certificate elasticsearch-authority-certificate stays",
        "RandomPassword elasticsearch-administrator",
        "Secret elasticsearch-administrator stays",
        "StatefulSet elasticsearch stays",
      ]);
      assert.deepEqual(keeps(operator), ["Elasticsearch elasticsearch stays"]);
      assert.deepEqual(keeps(stage), []);
      assert.ok(stage.resources.every(({ retainOnDelete }) => !retainOnDelete));
    });

    it("stays on its disks whatever becomes of the StatefulSet", () => {
      for (const built of [prod, stage]) {
        const { inputs } = find(built, "StatefulSet", "elasticsearch");
        assert.deepEqual(at(inputs, "spec", "persistentVolumeClaimRetentionPolicy"), {
          whenDeleted: "Retain",
          whenScaled: "Retain",
        });
        assert.equal(at(inputs, "metadata", "annotations", "pulumi.com/deletionPropagationPolicy"), "orphan");
      }
    });
  });

  describe("the nodes", () => {
    const set = (built: Built): unknown => find(built, "StatefulSet", "elasticsearch").inputs;

    it("are as many and as large as the settings say, with memory that is never more than asked for", () => {
      assert.equal(at(set(prod), "spec", "replicas"), 3);
      const resources = { cpu: "2000m", memory: "8Gi" };
      for (const container of containersOf(find(prod, "StatefulSet", "elasticsearch"))) {
        assert.deepEqual(at(container, "resources"), { requests: resources, limits: resources });
      }
      const [claim] = list(set(prod), "spec", "volumeClaimTemplates");
      assert.equal(at(claim, "spec", "resources", "requests", "storage"), "500Gi");
      assert.equal(at(claim, "spec", "storageClassName"), undefined);
    });

    it("run as the image's user, with a read-only root: all that they write to is a volume", () => {
      const pod = at(podOf(find(prod, "StatefulSet", "elasticsearch")), "spec");
      assert.equal(at(pod, "securityContext", "runAsUser"), 1000);
      assert.equal(at(pod, "securityContext", "fsGroup"), 1000);
      const writable = list(named(list(pod, "containers"), "elasticsearch"), "volumeMounts")
        .filter((mount) => at(mount, "readOnly") !== true)
        .map((mount) => text(mount, "mountPath"));
      const home = "/usr/share/elasticsearch";
      assert.deepEqual(writable.sort(), ["/tmp", `${home}/config`, `${home}/data`, `${home}/logs`]);
    });

    it("mount volumes that are there, and objects that the program makes or cert-manager does", () => {
      for (const resource of [find(prod, "StatefulSet", "elasticsearch"), jobOf(prod), jobOf(stage)]) {
        const spec = at(podOf(resource), "spec");
        const claims = kindOf(resource) === "StatefulSet" ? ["data"] : [];
        const volumes = [...list(spec, "volumes").map((volume) => text(volume, "name")), ...claims];
        for (const container of containersOf(resource)) {
          for (const mount of list(container, "volumeMounts"))
            assert.ok(volumes.includes(text(mount, "name")));
        }
      }
      const made = prod.resources
        .filter((one) => ["Secret", "ConfigMap"].includes(kindOf(one)))
        .map((one) => String(objectName(one)));
      const certificates = prod.resources.map(({ inputs }) => at(inputs, "spec", "secretName"));
      const named = JSON.stringify(set(prod)).match(/"(?:secretName|name)":"elasticsearch-[a-z-]+"/g) ?? [];
      for (const reference of named) {
        const name =
          (JSON.parse(`{${reference}}`) as Record<string, string>)[reference.split('"')[1] ?? ""] ?? "";
        assert.ok([...made, ...certificates].includes(name) || /-\d$/.test(name), name);
      }
    });

    it("are spread over machines and zones where there are several, and go anywhere where there is one", () => {
      const pod = (built: Built): unknown => at(set(built), "spec", "template", "spec");
      const [rule] = list(
        pod(prod),
        "affinity",
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
      );
      assert.equal(at(rule, "topologyKey"), "kubernetes.io/hostname");
      const [spread] = list(pod(prod), "topologySpreadConstraints");
      assert.equal(at(spread, "topologyKey"), "topology.kubernetes.io/zone");
      assert.equal(at(spread, "maxSkew"), 1);
      assert.equal(at(pod(stage), "affinity"), undefined);
      assert.equal(at(pod(stage), "topologySpreadConstraints"), undefined);
    });

    it("find each other before they are ready, and clients find those that are", () => {
      const service = (name: string): unknown => find(prod, "Service", name).inputs;
      assert.equal(at(set(prod), "spec", "serviceName"), "elasticsearch-nodes");
      assert.equal(at(service("elasticsearch-nodes"), "spec", "clusterIP"), "None");
      assert.equal(at(service("elasticsearch-nodes"), "spec", "publishNotReadyAddresses"), true);
      assert.equal(at(service("elasticsearch"), "spec", "publishNotReadyAddresses"), undefined);
      assert.equal(at(set(prod), "spec", "podManagementPolicy"), "Parallel");
      const node = named(containersOf(find(prod, "StatefulSet", "elasticsearch")), "elasticsearch");
      assert.deepEqual(at(node, "readinessProbe", "tcpSocket"), { port: 9399 });
    });

    it("start anew when their settings change, and not when a password does", async () => {
      const sum = (built: Built): unknown =>
        at(podOf(find(built, "StatefulSet", "elasticsearch")), "metadata", "annotations");
      const other = await build({ ...production, snapshots, indexPrefix: "team" });
      assert.notDeepEqual(sum(other), sum(prod));
      const again = await build({ ...production, snapshots, passwordGeneration: 7 });
      assert.deepEqual(sum(again), sum(prod));
    });

    it("may lose one pod at a time", () => {
      assert.equal(
        at(find(prod, "PodDisruptionBudget", "elasticsearch").inputs, "spec", "maxUnavailable"),
        1,
      );
    });
  });

  describe("certificates", () => {
    const certificate = (built: Built, name: string): unknown =>
      at(find(built, "Certificate", `elasticsearch-${name}-certificate`).inputs, "spec");

    it("are signed by the component's own authority, and renewed with new keys before they end", () => {
      for (const name of ["http", "transport"]) {
        const spec = certificate(prod, name);
        assert.equal(at(spec, "issuerRef", "name"), "elasticsearch-authority");
        assert.equal(at(spec, "privateKey", "rotationPolicy"), "Always");
        assert.equal(at(spec, "duration"), "2160h0m0s");
        assert.equal(at(spec, "renewBefore"), "720h0m0s");
      }
      assert.equal(at(certificate(prod, "authority"), "privateKey", "rotationPolicy"), "Never");
    });

    it("name the host of the address", () => {
      const { hostname } = new URL(prod.result.connection.url);
      assert.ok(list(certificate(prod, "http"), "dnsNames").includes(hostname));
    });

    it("of port 9200 come from the issuer that is given, those of port 9300 never do", async () => {
      const issuer = { kind: "ClusterIssuer", name: "company" } as const;
      const built = await build({ ...production, cluster: { mode: "builtin", ...size, issuer } });
      assert.deepEqual(at(certificate(built, "http"), "issuerRef"), { group: "cert-manager.io", ...issuer });
      assert.equal(at(certificate(built, "transport"), "issuerRef", "name"), "elasticsearch-authority");
      assert.equal(at(certificate(built, "transport"), "issuerRef", "kind"), "Issuer");
    });

    it("are waited for", () => {
      for (const one of prod.resources.filter((resource) =>
        ["Certificate", "Issuer"].includes(kindOf(resource)),
      )) {
        assert.equal(at(one.inputs, "metadata", "annotations", "pulumi.com/waitFor"), "condition=Ready");
      }
    });
  });

  describe("the bootstrap", () => {
    const plan = (built: Built): unknown =>
      JSON.parse(text(find(built, "ConfigMap", "elasticsearch-bootstrap").inputs, "data", "plan.json"));
    const steps = (built: Built): unknown[] =>
      containersOf(jobOf(built)).map((container) => at(container, "name"));

    it("prepares, initialises by Jaeger's tool and verifies, with a lifecycle policy; else the tool is not there", () => {
      assert.deepEqual(steps(prod), ["prepare", "init", "verify"]);
      assert.deepEqual(steps(stage), ["prepare", "verify"]);
      assert.deepEqual(steps(outside), ["prepare", "init", "verify"]);
    });

    it("gives the tool what it needs, and runs it only where the program found something missing", () => {
      const init = named(containersOf(jobOf(prod)), "init");
      assert.equal(at(init, "image"), "jaegertracing/jaeger-es-rollover:2.22.0");
      assert.deepEqual(variables(init), {
        INDEX_PREFIX: "nova",
        ES_USERNAME: "elastic",
        ES_PASSWORD: { secretKeyRef: { name: "elasticsearch-administrator", key: "password" } },
        ES_TLS_ENABLED: "true",
        ES_TLS_CA: "/etc/elasticsearch/authority/ca.crt",
        ES_USE_ILM: "true",
        ES_ILM_POLICY_NAME: "nova-jaeger-ilm-policy",
        SHARDS: "3",
        REPLICAS: "1",
      });
      const marker = text(plan(prod), "lifecycle", "initMarker");
      const [, , command] = list(init, "command");
      assert.ok(typeof command === "string");
      assert.ok(command.startsWith(`if [ -f ${marker} ]; then exec /go/bin/es-rollover init https://`));
    });

    it("finds every file that its plan names among its mounts", () => {
      for (const built of [prod, stage, outside]) {
        const mounts = list(named(containersOf(jobOf(built)), "verify"), "volumeMounts").map((mount) =>
          text(mount, "mountPath"),
        );
        const files = JSON.stringify(plan(built)).match(/"\/[^"]+"/g) ?? [];
        assert.ok(files.length >= 2);
        for (const file of files) {
          assert.ok(
            mounts.some((mount) => file.slice(1).startsWith(`${mount}/`)),
            `${file} in ${mounts.join()}`,
          );
        }
      }
    });

    it("ships the whole program: whatever a file of it requires is there", () => {
      const data = mapping(find(prod, "ConfigMap", "elasticsearch-bootstrap").inputs, "data");
      const required = Object.values(data).flatMap((source) =>
        [...String(source).matchAll(/require\("\.\/([^"]+)"\)/g)].map((match) => match[1] ?? ""),
      );
      for (const file of ["main.js", ...required]) assert.ok(file in data, file);
    });

    it("mounts the lifecycle policy, and tells the program where", () => {
      const data = mapping(find(prod, "ConfigMap", "elasticsearch-lifecycle").inputs, "data");
      assert.equal(
        at(JSON.parse(text(data, "lifecycle-policy.json")), "policy", "phases", "delete", "min_age"),
        "90d",
      );
      assert.equal(text(plan(prod), "lifecycle", "policyFile").split("/").at(-1), "lifecycle-policy.json");
      assert.equal(at(plan(stage), "lifecycle"), undefined);
    });

    it("makes user and role in a cluster of one's own, and neither in somebody else's", () => {
      assert.equal(at(plan(prod), "role", "name"), "nova-jaeger");
      assert.equal(at(plan(operator), "role", "name"), "nova-jaeger");
      assert.equal(at(plan(outside), "role"), undefined);
    });

    it("lets Jaeger's user make and delete indices only where nothing else does", () => {
      const [index] = list(plan(prod), "role", "body", "indices");
      assert.deepEqual(at(index, "names"), ["nova-jaeger-*"]);
      for (const privilege of ["delete_index", "create_index", "manage", "all"]) {
        assert.ok(!list(index, "privileges").includes(privilege), privilege);
      }
      assert.deepEqual(at(plan(prod), "role", "body", "cluster"), [
        "monitor",
        "read_ilm",
        "monitor_snapshot",
      ]);
      assert.ok(list(plan(stage), "role", "body", "indices", 0, "privileges").includes("delete_index"));
    });

    it("runs again for whatever it does differently, and for nothing else", async () => {
      const name = async (change: Partial<ElasticsearchBackendArgs>): Promise<unknown> =>
        objectName(jobOf(await build({ ...production, ...change })));
      const first = await name({});
      assert.match(String(first), /^elasticsearch-bootstrap-[0-9a-f]{8}$/);
      assert.equal(await name({}), first);
      assert.equal(
        await name({ protectData: false, cluster: { mode: "builtin", ...size, memory: "16Gi" } }),
        first,
      );
      const changes = [
        { shards: 4 },
        { jaegerVersion: "2.20.0" },
        { retentionDays: 91 },
        { passwordGeneration: 2 },
        { snapshots },
      ];
      for (const change of changes) assert.notEqual(await name(change), first, JSON.stringify(change));
    });

    it("stays when it is done, and gives up in the end", () => {
      const spec = at(jobOf(prod).inputs, "spec");
      assert.equal(at(spec, "ttlSecondsAfterFinished"), undefined);
      const waits = Number(at(plan(prod), "waitSeconds"));
      assert.ok(Number(at(spec, "activeDeadlineSeconds")) > 2 * waits);
    });
  });

  describe("the cleaner", () => {
    it("is told the derived number of days, and mounts the authority", () => {
      const cleaner = find(stage, "CronJob", "elasticsearch-index-cleaner");
      const [container] = containersOf(cleaner);
      assert.deepEqual(at(container, "args"), ["31", "https://elasticsearch.observability.svc:9200"]);
      assert.equal(at(container, "command"), undefined);
      assert.equal(at(container, "image"), "jaegertracing/jaeger-es-index-cleaner:2.22.0");
      assert.equal(variables(container).INDEX_PREFIX, "nova");
      assert.equal(variables(container).ES_USERNAME, "jaeger");
      assert.equal(at(cleaner.inputs, "spec", "schedule"), "5 0 * * *");
      assert.equal(at(cleaner.inputs, "spec", "timeZone"), "Etc/UTC");
      assert.equal(at(cleaner.inputs, "spec", "concurrencyPolicy"), "Forbid");
    });
  });

  describe("the monitor", () => {
    const monitored = { ...production, metricsNamespace: "monitoring" };

    it("is there only where somebody reads metrics, and the backend says whom to scrape", async () => {
      assert.equal(prod.result.metrics, undefined);
      assert.ok(!prod.resources.some(({ name }) => name === "elasticsearch-monitor"));
      const built = await build({ ...monitored, snapshots });
      const { pods, ...tells } = built.result.metrics ?? {};
      assert.deepEqual(tells, { lifecycle: true, snapshots: true });
      const deployment = find(built, "Deployment", "elasticsearch-monitor");
      assert.deepEqual(at(deployment.inputs, "spec", "selector", "matchLabels"), pods?.selector);
      assert.equal(at(deployment.inputs, "spec", "replicas"), 1, "two would count everything twice");
    });

    it("is told of the repository of the snapshots, and is a client of Elasticsearch", async () => {
      const built = await build({ ...monitored, snapshots });
      const data = mapping(find(built, "ConfigMap", "elasticsearch-monitor").inputs, "data");
      assert.equal(at(parse(text(data, "plan.json")), "snapshotRepository"), "nova-jaeger");
      const pod = podOf(find(built, "Deployment", "elasticsearch-monitor"));
      for (const [label, value] of Object.entries(built.result.connection.clientLabels)) {
        assert.equal(at(pod, "metadata", "labels", label), value);
      }
    });

    it("ships the whole program, and rolls when it changes", async () => {
      const built = await build(monitored);
      const data = mapping(find(built, "ConfigMap", "elasticsearch-monitor").inputs, "data");
      assert.deepEqual(Object.keys(data).sort(), ["main.js", "plan.json", "readings.js"]);
      const other = await build({ ...monitored, snapshots });
      const checksum = (of: Built): unknown =>
        at(
          podOf(find(of, "Deployment", "elasticsearch-monitor")),
          "metadata",
          "annotations",
          "checksum/program",
        );
      assert.notEqual(checksum(built), checksum(other));
    });
  });

  describe("network policies", () => {
    const spec = (built: Built, name: string): unknown => find(built, "NetworkPolicy", name).inputs;

    it("let clients and nodes to the nodes, and nodes to nodes and snapshots alone", () => {
      const policy = spec(prod, "elasticsearch");
      const [clients, peers, ...noMore] = list(policy, "spec", "ingress");
      assert.deepEqual(noMore, []);
      assert.deepEqual(at(clients, "from"), [
        { podSelector: { matchLabels: { "nova.com/elasticsearch-client": "elasticsearch" } } },
      ]);
      assert.deepEqual(at(clients, "ports"), [{ port: 9200, protocol: "TCP" }]);
      assert.deepEqual(at(peers, "from"), [{ podSelector: at(policy, "spec", "podSelector") }]);
      const egress = list(policy, "spec", "egress");
      // The first two are DNS.
      assert.equal(egress.length, 4);
      assert.deepEqual(egress[3], { ports: [{ port: 9000, protocol: "TCP" }] });
      assert.equal(list(spec(stage, "elasticsearch"), "spec", "egress").length, 3);
    });

    it("let bootstrap and cleaner out to Elasticsearch alone, and their pods are clients", () => {
      for (const resource of [jobOf(stage), find(stage, "CronJob", "elasticsearch-index-cleaner")]) {
        const policy = spec(stage, resource.name);
        const labels = mapping(podOf(resource), "metadata", "labels");
        const selector = mapping(policy, "spec", "podSelector", "matchLabels");
        assert.deepEqual({ ...labels, ...selector, ...stage.result.connection.clientLabels }, labels);
        assert.deepEqual(list(policy, "spec", "ingress"), []);
        assert.equal(list(policy, "spec", "egress").length, 3);
      }
    });
  });

  describe("order", () => {
    it("certificates, passwords and settings, then nodes, then the bootstrap, then the cleaner", () => {
      const nodes = find(stage, "StatefulSet", "elasticsearch");
      for (const [type, name] of [
        ["Certificate", "elasticsearch-http-certificate"],
        ["Certificate", "elasticsearch-transport-certificate"],
        ["Secret", "elasticsearch-administrator"],
        ["ConfigMap", "elasticsearch-settings"],
        ["NetworkPolicy", "elasticsearch"],
        ["Service", "elasticsearch-nodes"],
      ] as const) {
        assert.ok(waitsFor(stage, nodes, find(stage, type, name)), `${type} ${name}`);
      }
      assert.ok(waitsFor(stage, jobOf(stage), nodes));
      assert.ok(waitsFor(stage, jobOf(stage), find(stage, "Service", "elasticsearch")));
      assert.ok(waitsFor(stage, jobOf(stage), find(stage, "Secret", "elasticsearch-jaeger")));
      assert.ok(waitsFor(stage, jobOf(stage), find(stage, "NetworkPolicy", "elasticsearch-bootstrap")));
      assert.ok(waitsFor(stage, find(stage, "CronJob", "elasticsearch-index-cleaner"), jobOf(stage)));
      assert.ok(waitsFor(operator, jobOf(operator), find(operator, "Elasticsearch", "elasticsearch")));
    });

    it("no node waits for the Service that itself waits for nodes", () => {
      const nodes = find(stage, "StatefulSet", "elasticsearch");
      assert.equal(waitsFor(stage, nodes, find(stage, "Service", "elasticsearch")), false);
      const headless = find(stage, "Service", "elasticsearch-nodes").inputs;
      assert.equal(at(headless, "metadata", "annotations", "pulumi.com/skipAwait"), "true");
    });

    it("every object waits for what the component depends on", async () => {
      const built = await record(() => {
        const first = new ConfigMap("first", {});
        return new ElasticsearchBackend("elasticsearch", { ...staging, snapshots }, { dependsOn: first });
      });
      const first = find(built, "ConfigMap", "first");
      const objects = built.resources.filter(({ custom, name }) => custom && name !== "first");
      for (const object of objects) assert.ok(waitsFor(built, object, first), object.name);
    });
  });

  it("has selectors that no version and no setting changes", async () => {
    const selectors = ({ resources }: Built): unknown[] =>
      resources.flatMap(({ inputs, name }) => {
        const selector = at(inputs, "spec", "selector") ?? at(inputs, "spec", "podSelector");
        return selector === undefined ? [] : [{ name, selector }];
      });
    const other = await build({
      ...production,
      jaegerVersion: "2.20.0",
      cluster: { mode: "builtin", ...size, version: "9.4.3", nodes: 5 },
      shards: 7,
    });
    assert.deepEqual(selectors(other), selectors(prod));
    const claims = (built: Built): unknown =>
      at(find(built, "StatefulSet", "elasticsearch").inputs, "spec", "volumeClaimTemplates");
    assert.deepEqual(claims(other), claims(prod));
  });

  it("stands beside another in one program and namespace", async () => {
    const both = await record(() => [
      new ElasticsearchBackend("one", { ...production, snapshots }),
      new ElasticsearchBackend("two", { ...staging, indexPrefix: "two" }),
    ]);
    const keys = both.resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map((resource) => `${resource.type} ${String(objectName(resource))}`);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(new Set(both.resources.map(({ urn }) => urn)).size, both.resources.length);
    const [one, two] = both.result;
    assert.notDeepEqual(one?.connection.clientLabels, two?.connection.clientLabels);
  });

  it("has settings that parse", () => {
    const data = mapping(find(prod, "ConfigMap", "elasticsearch-settings").inputs, "data");
    assert.equal(at(parse(text(data, "elasticsearch.yml")), "cluster.name"), "elasticsearch");
  });

  describe("refuses, with what to write instead", () => {
    const cases: readonly [string, Partial<ElasticsearchBackendArgs>, RegExp][] = [
      [
        "a version that Jaeger was not tried with",
        { cluster: { mode: "builtin", ...size, version: "7.17.22" } },
        /cluster\.version "7\.17\.22".*Write for example "8\.19\.21"/,
      ],
      ["more copies than nodes can hold", { copies: 3 }, /copies 3 needs more nodes.*Write 2 or less/],
      ["an index prefix that Elasticsearch refuses", { indexPrefix: "Nova_" }, /indexPrefix "Nova_"/],
      ["no days", { retentionDays: 0 }, /retentionDays 0/],
      ["half a generation", { passwordGeneration: 1.5 }, /passwordGeneration 1\.5/],
      ["plain HTTP", { cluster: { ...existing, url: "http://es:9200" } }, /is not https/],
      ["a path", { cluster: { ...existing, url: "https://es:9200/x" } }, /more than scheme, host and port/],
      ["what is no address", { cluster: { ...existing, url: "es" } }, /is no address/],
      ["snapshots of somebody else's cluster", { cluster: existing, snapshots }, /Leave snapshots out/],
    ];
    for (const [title, change, message] of cases) {
      it(title, async () => {
        await assert.rejects(build({ ...production, ...change }), message);
      });
    }

    it("credentials in an address, without showing them", async () => {
      const url = "https://user:hunter2@es:9200";
      await assert.rejects(build({ ...production, cluster: { ...existing, url } }), (error: Error) => {
        assert.match(error.message, /holds credentials/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      });
    });
  });
});
