import assert from "node:assert/strict";
import fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import { checkSettings, loadSettings, pulumiSource } from "../../config/load";
import { environments, limits, type Environment } from "../../policy/limits";
import { shippedSource, type Change } from "../support/stackFiles";

// Proves what the loader accepts and says. That Pulumi prints it and stops is shown with the real engine.

/** The message without its heading, a problem each; empty if the settings are accepted. */
function problems(stack: Environment, ...changes: Change[]): string[] {
  try {
    loadSettings(shippedSource(stack, ...changes));
    return [];
  } catch (error) {
    assert.ok(
      pulumi.RunError.isInstance(error),
      "the loader throws what Pulumi prints without a stack trace",
    );
    const [heading = "", ...lines] = error.message.split("\n");
    assert.match(heading, new RegExp(`^${lines.length} problems? in the settings; nothing was changed\\.$`));
    return lines.map((line) => line.trim());
  }
}

const everywhere = ["jaeger", "storage", "sampling", "services", "ui"];

/** The sections that a stack file has to have. */
function sectionsOf(stack: Environment): string[] {
  const names = stack === "dev" ? everywhere : [...everywhere, "alerts", "certManager"];
  return names.map((name) => `nova-tracing:${name}`);
}

describe("settings: shipped stack files", () => {
  for (const stack of environments) {
    it(`${stack} is accepted as it is, and is the environment ${stack}`, () => {
      const settings = loadSettings(shippedSource(stack));
      assert.equal(settings.environment, stack);
      assert.equal(settings.storage.retentionDays, limits[stack].retentionDays);
      assert.equal(settings.sampling.defaultRate, limits[stack].sampleRate.default);
      assert.equal(settings.jaeger.version, "2.22.0");
    });

    it(`${stack} leaves no section out: each is required`, () => {
      for (const section of sectionsOf(stack)) {
        const said = problems(stack, [section, undefined]);
        const expected = `Pulumi.${stack}.yaml, ${section} is missing; it must be a mapping`;
        assert.ok(
          said.some((problem) => problem.startsWith(expected)),
          said.join("\n"),
        );
      }
    });
  }

  it("gives the collector the guide's size", () => {
    const sizes = environments.map((stack) => loadSettings(shippedSource(stack)).jaeger.collector.resources);
    assert.deepEqual(sizes, [
      { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "100m", memory: "256Mi" } },
      { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "500m", memory: "1Gi" } },
      { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2000m", memory: "4Gi" } },
    ]);
  });
});

describe("settings: the environment", () => {
  it("is the stack's name alone; another name is refused with the way out", () => {
    for (const stack of ["prod", "Dev", "production-eu", ""]) {
      assert.throws(() => loadSettings({ ...shippedSource("dev"), stack }), {
        message: [
          "1 problem in the settings; nothing was changed.",
          `  Pulumi.${stack}.yaml, the stack's name = "${stack}": is no environment: the name of the stack decides, and it must be one of dev, staging, production. Run "pulumi stack select" with one of them`,
        ].join("\n"),
      });
    }
  });

  it("cannot be said by a key", () => {
    assert.deepEqual(problems("dev", ["nova-tracing:environment", "production"]), [
      'Pulumi.dev.yaml, nova-tracing:environment = "production": is no setting of this environment. Known here: cluster, acknowledgedJumps, sampling, services, jaeger, storage, ingest, ui, alerts, oidcClientSecret, elasticsearchPassword, snapshotAccessKey, snapshotSecretKey. Take it out',
    ]);
  });
});

/** A key of a shipped file, the value that it gets, and what is said about it. */
const refused: [title: string, stack: Environment, key: string, value: unknown, message: string][] = [
  [
    "a sample rate over the limit",
    "production",
    "nova-tracing:sampling.defaultRate",
    0.5,
    "must be from 0.01 to 0.1, the sample rate of production (policy/limits.ts). Write 0.1",
  ],
  [
    "a sample rate under the floor",
    "staging",
    "nova-tracing:sampling.defaultRate",
    0.4,
    "must be 0.5, the sample rate of staging (policy/limits.ts). Write 0.5",
  ],
  [
    "a sample rate that is text",
    "dev",
    "nova-tracing:sampling.defaultRate",
    "1.0x",
    "must be 1, the sample rate of dev (policy/limits.ts). Write 1",
  ],
  [
    "a service's sample rate over the limit",
    "production",
    "nova-tracing:services.auth-service.sampleRate",
    0.11,
    "must be from 0.01 to 0.1, the sample rate of production (policy/limits.ts). Write 0.1",
  ],
  [
    "a high-traffic service above its own limit",
    "production",
    "nova-tracing:services.messaging-service.sampleRate",
    0.02,
    "must be 0.01, the sample rate of a high-traffic service in production (policy/limits.ts). Write 0.01",
  ],
  [
    "a high-traffic service that says nothing where the environment's rate is too high for it",
    "production",
    "nova-tracing:services.messaging-service.sampleRate",
    undefined,
    "is missing; it must be 0.01, the sample rate of a high-traffic service in production (policy/limits.ts). Write 0.01",
  ],
  [
    "a retention over the most of dev",
    "dev",
    "nova-tracing:storage.retentionDays",
    8,
    "must be a whole number of days from 1 to 7, the most in dev (policy/limits.ts). Write 7",
  ],
  [
    "a retention of no day",
    "dev",
    "nova-tracing:storage.retentionDays",
    0,
    "must be a whole number of days from 1 to 7, the most in dev (policy/limits.ts). Write 7",
  ],
  [
    "a retention of half a day",
    "dev",
    "nova-tracing:storage.retentionDays",
    1.5,
    "must be a whole number of days from 1 to 7, the most in dev (policy/limits.ts). Write 7",
  ],
  [
    "a retention under what staging promises",
    "staging",
    "nova-tracing:storage.retentionDays",
    29,
    "must be 30, the days that staging promises (policy/limits.ts). Write 30",
  ],
  [
    "a retention over what production promises",
    "production",
    "nova-tracing:storage.retentionDays",
    91,
    "must be 90, the days that production promises (policy/limits.ts). Write 90",
  ],
  [
    "storage that the environment does not have",
    "production",
    "nova-tracing:storage.type",
    "memory",
    "must be elasticsearch. Write elasticsearch: production keeps its spans there (policy/limits.ts)",
  ],
  [
    "a misspelt key",
    "dev",
    "nova-tracing:jaeger.verison",
    "2.20.0",
    "is no setting of this environment. Did you mean version?",
  ],
  [
    "a misspelt section",
    "dev",
    "nova-tracing:samplin",
    { defaultRate: 1 },
    "is no setting of this environment. Did you mean sampling?",
  ],
  [
    "a misspelt namespace of a key",
    "dev",
    "nova-traceing:jaeger",
    "x",
    "is read by nobody. Did you mean nova-tracing:jaeger?",
  ],
  [
    "the default provider's settings, which the program does not use",
    "dev",
    "kubernetes:context",
    "kind",
    "has no effect, because the program makes its provider itself. Write context below nova-tracing:cluster",
  ],
  [
    "a version that floats",
    "dev",
    "nova-tracing:jaeger.version",
    "latest",
    'must be a full version of three numbers. Write for example "2.22.0" (supported: 2.13.x, 2.20.x, 2.22.x)',
  ],
  [
    "a version whose quotes were forgotten",
    "dev",
    "nova-tracing:jaeger.version",
    2.22,
    'must be a release of Jaeger, as text. Write "2.22.0"',
  ],
  [
    "Jaeger v1",
    "dev",
    "nova-tracing:jaeger.version",
    "1.76.0",
    'is Jaeger v1, whose life ended on 2025-12-31 and whose flags v2 does not read. Write for example "2.22.0" (supported: 2.13.x, 2.20.x, 2.22.x)',
  ],
  [
    "a version that nobody tried",
    "production",
    "nova-tracing:jaeger.version",
    "2.16.0",
    'is a version whose settings this program does not know. Write one of 2.13.x, 2.20.x, 2.22.x; for a newer one, run its "jaeger validate" on the golden configurations and add it to components/jaeger/version.ts',
  ],
  [
    "a CPU quantity that is none",
    "dev",
    "nova-tracing:jaeger.collector.resources.requests.cpu",
    "100mm",
    'must be a CPU quantity above zero: cores ("2") or thousandths ("500m"). Write for example 500m',
  ],
  [
    "a memory quantity in decimal units",
    "dev",
    "nova-tracing:jaeger.collector.resources.limits.memory",
    "1G",
    'must be a memory quantity above zero in "Mi" or "Gi". Write for example 256Mi',
  ],
  [
    "a memory request above its limit",
    "dev",
    "nova-tracing:jaeger.collector.resources.requests.memory",
    "512Mi",
    "is above limits.memory, 256Mi. Write 256Mi or less, or raise the limit",
  ],
  [
    "a CPU request above its limit",
    "dev",
    "nova-tracing:jaeger.collector.resources.requests.cpu",
    "1",
    "is above limits.cpu, 100m. Write 100m or less, or raise the limit",
  ],
  [
    "replicas in an environment whose Jaeger is one pod",
    "dev",
    "nova-tracing:jaeger.collector.replicas",
    { minimum: 1, maximum: 2 },
    "is no setting of this environment. Known here: resources. Take it out",
  ],
  [
    "fewer replicas than production has to have",
    "production",
    "nova-tracing:jaeger.query.replicas",
    1,
    "must be a whole number from 2 to 50 (policy/limits.ts). Write 2",
  ],
  [
    "a service whose name Kubernetes would not take",
    "dev",
    "nova-tracing:services.Auth_Service",
    { version: "1.0.0" },
    'is no name of a service: a-z, 0-9 and "-", from a letter on, at most 56. Rename it',
  ],
  [
    "a service without a version",
    "dev",
    "nova-tracing:services.auth-service.version",
    undefined,
    'is missing; it must be the release of the service, as text (quote a number). Write for example "1.0.0"',
  ],
  [
    "a service's version that YAML took for a number",
    "dev",
    "nova-tracing:services.auth-service.version",
    1.1,
    'must be the release of the service, as text (quote a number). Write for example "1.0.0"',
  ],
  [
    "an exporter that the guide does not know",
    "dev",
    "nova-tracing:services.auth-service.exporter",
    "zipkin",
    "must be one of otlp, jaeger. Write otlp, or jaeger for a library that sends nothing else",
  ],
  [
    "a namespace that Kubernetes would not take",
    "dev",
    "nova-tracing:services.auth-service.namespace",
    "My Team",
    'must be the name of a namespace (a-z, 0-9 and "-", at most 63). Write for example default',
  ],
  [
    "a UI that is open where it must not be",
    "production",
    "nova-tracing:ui.authentication",
    "none",
    "must be oauth2. Write oauth2: how people get to the UI of production (policy/limits.ts)",
  ],
  [
    "a host that is no name",
    "staging",
    "nova-tracing:ui.host",
    "https://jaeger.nova.com",
    "must be a host name. Write for example jaeger.nova.com",
  ],
  [
    "a disk that cannot hold the retention",
    "production",
    "nova-tracing:storage.elasticsearch.storageGi",
    50,
    "cannot hold 10000000 spans a day for 90 days with 1 further copies on 3 nodes. Write 337 or more, or more nodes",
  ],
  [
    "more copies than there are nodes for",
    "staging",
    "nova-tracing:storage.elasticsearch.copies",
    1,
    "needs a node more than copies; there are 1. Write 0",
  ],
  [
    "a mode that there is not",
    "production",
    "nova-tracing:storage.elasticsearch.mode",
    "opensearch",
    "must be one of existing, eck, builtin. Write existing, eck, builtin",
  ],
  [
    "a connection to storage without TLS",
    "production",
    "nova-tracing:ui.issuerUrl",
    "http://sso.nova.com",
    "must be the address of the identity provider (OpenID Connect), with https. Write for example https://sso.nova.com",
  ],
  [
    "nobody who may sign in",
    "production",
    "nova-tracing:ui.emailDomains",
    [],
    "must be the domains whose people may sign in, at least one. Write for example [nova.com]",
  ],
  [
    "groups that are emptied, which would let everybody in",
    "production",
    "nova-tracing:ui.allowedGroups",
    [],
    "must be the groups of which people have to be in one, at least one. Write for example [tracing-readers], or leave it out: then everybody of emailDomains may sign in",
  ],
  [
    "a claim of groups where no group counts",
    "production",
    "nova-tracing:ui.groupsClaim",
    "roles",
    "is of no use where no group counts. Write allowedGroups, or take it out",
  ],
  [
    "scopes that sign nobody in",
    "production",
    "nova-tracing:ui.scopes",
    ["email"],
    "must have openid, without which nobody is signed in. Add it",
  ],
  [
    "a sign-out on another host than the issuer's",
    "production",
    "nova-tracing:ui.signOutUrl",
    "https://login.nova.com/end",
    "is not on https://sso.nova.com, the host of issuerUrl, which is the only one that the proxy leads to when somebody signs out. Write the end_session_endpoint of the provider's /.well-known/openid-configuration, or leave it out",
  ],
  [
    "a generation of sessions that is none",
    "staging",
    "nova-tracing:ui.sessionGeneration",
    0,
    "must be a whole number from 1, counted up for a new key of the sessions, which ends all of them. Write 1",
  ],
  [
    "alerts that nobody delivers",
    "staging",
    "nova-tracing:alerts.delivery",
    "helm",
    "must be one of operator, configMap. Write operator (PrometheusRule and PodMonitor), or configMap where there is no Prometheus operator",
  ],
  [
    "dashboards in a folder without a name",
    "staging",
    "nova-tracing:alerts.dashboards.folder",
    " ",
    "must be the name of a folder in Grafana. Write for example Nova tracing",
  ],
  [
    "dashboards that no sidecar would take",
    "staging",
    "nova-tracing:alerts.dashboards.labels.grafana_dashboard",
    1,
    'must be labels by which Grafana\'s sidecar takes dashboards. Write for example { grafana_dashboard: "1" }',
  ],
  [
    "dashboards without a word about them",
    "production",
    "nova-tracing:alerts.dashboards",
    null,
    "must be a mapping with the keys namespace, labels, folder. Write them below it, one a line",
  ],
  [
    "a choice that is neither yes nor no",
    "staging",
    "nova-tracing:certManager.install",
    "maybe",
    "must be true or false: whether to install cert-manager. Write false where it is already there, else true",
  ],
  [
    "TLS for spans where they come from localhost too",
    "dev",
    "nova-tracing:ingest.tls",
    "tls",
    'must be off. Write "off", or leave the section out: dev takes spans from localhost too, in clear; staging is where to try TLS',
  ],
  [
    "an off that somebody read as false",
    "staging",
    "nova-tracing:ingest.tls",
    false,
    'must be one of off, tls, mtls. Write "off" (in quotes where a tool reads it as false) for plain text inside of the cluster, tls for a certificate of the collector, or mtls for one of each service too',
  ],
  [
    "a section that is no mapping",
    "dev",
    "nova-tracing:ui",
    "none",
    "must be a mapping with the keys authentication. Write them below it, one a line",
  ],
];

/** Titles of refusals that follow from several values. */
const compared = /above its limit|disk that cannot|more copies|no group counts|than the issuer's/;

/** The line of one problem. */
function line(stack: string, [key, value]: Change, message: string): string {
  return `Pulumi.${stack}.yaml, ${key}${value === undefined ? " " : ` = ${JSON.stringify(value)}: `}${message}`;
}

describe("settings: what is refused, with key, file, value, limit and what to write", () => {
  for (const [title, stack, key, value, message] of refused) {
    it(`${title} (${stack})`, () => {
      assert.deepEqual(problems(stack, [key, value]), [line(stack, [key, value], message)]);
    });
  }

  it("TLS for spans that nobody, or not everywhere, can sign for (staging, production)", () => {
    assert.deepEqual(problems("staging", ["nova-tracing:ingest", { tls: "tls" }]), [
      "Pulumi.staging.yaml, nova-tracing:ingest.issuer is missing; with tls: tls it signs the certificates of the collector and of the services. Write for example { kind: ClusterIssuer, name: nova-tracing } (docs/ingest-tls.md)",
    ]);
    const issuer = { kind: "Issuer", name: "nova-tracing" };
    assert.deepEqual(problems("production", ["nova-tracing:ingest", { tls: "mtls", issuer }]), [
      'Pulumi.production.yaml, nova-tracing:ingest.issuer.kind = "Issuer": must be ClusterIssuer. Write ClusterIssuer: services have their certificates in their own namespaces',
    ]);
  });

  it("thrift in clear beside spans over TLS (staging), and not where all is in clear", () => {
    const thrift: Change = ["nova-tracing:services.auth-service.exporter", "jaeger"];
    const issuer = { kind: "ClusterIssuer", name: "nova-tracing" };
    assert.deepEqual(problems("staging", thrift, ["nova-tracing:ingest", { tls: "mtls", issuer }]), [
      'Pulumi.staging.yaml, nova-tracing:services.auth-service.exporter = "jaeger": must be otlp. Write otlp: thrift would go in clear beside ingest.tls',
    ]);
    assert.deepEqual(problems("staging", thrift, ["nova-tracing:ingest", { tls: "off", issuer }]), []);
  });

  it("an autoscaler whose most is below its least (production)", () => {
    const changes: Change[] = [
      ["nova-tracing:jaeger.collector.replicas.minimum", 4],
      ["nova-tracing:jaeger.collector.replicas.maximum", 3],
    ];
    assert.deepEqual(problems("production", ...changes), [
      "Pulumi.production.yaml, nova-tracing:jaeger.collector.replicas.maximum = 3: is below minimum, 4. Write 4 or more",
    ]);
  });

  it("a UI without a way in, and one with two (staging)", () => {
    const gateway: Change = ["nova-tracing:ui.gateway", { name: "shared", namespace: "gateways" }];
    const noIngress: Change = ["nova-tracing:ui.ingressClassName", undefined];
    assert.deepEqual(problems("staging", noIngress), [
      "Pulumi.staging.yaml, nova-tracing:ui.ingressClassName is missing; it or gateway says how people come in. Write one of them",
    ]);
    assert.deepEqual(problems("staging", gateway), [
      'Pulumi.staging.yaml, nova-tracing:ui.gateway = {"name":"shared","namespace":"gateways"}: stands beside ingressClassName, and people come in one way. Take one of them out',
    ]);
    assert.deepEqual(problems("staging", noIngress, gateway), []);
    assert.deepEqual(problems("production", noIngress, gateway), []);
    assert.deepEqual(
      problems("staging", noIngress, gateway, ["nova-tracing:ui.controllerAnnotations", true]),
      [
        "Pulumi.staging.yaml, nova-tracing:ui.controllerAnnotations = true: is of no use with a gateway, which has no Ingress. Take it out",
      ],
    );
  });

  it("a day's index that its shards cannot hold, where nothing rolls it over (staging)", () => {
    const elasticsearch = "nova-tracing:storage.elasticsearch";
    const load: Change[] = [
      [`${elasticsearch}.spansPerDay`, 200_000_000],
      [`${elasticsearch}.storageGi`, 4000],
    ];
    assert.deepEqual(problems("staging", ...load), [
      "Pulumi.staging.yaml, nova-tracing:storage.elasticsearch.shards = 1: cannot hold 200000000 spans in the index of a day: a shard takes 2,147,483,519 documents, and a span is about 14. Write 2 or more",
    ]);
    assert.deepEqual(problems("staging", ...load, [`${elasticsearch}.shards`, 2]), []);
    // A lifecycle policy begins another index in time.
    assert.deepEqual(
      problems(
        "production",
        [`${elasticsearch}.spansPerDay`, 200_000_000],
        [`${elasticsearch}.storageGi`, 8000],
        [`${elasticsearch}.shards`, 1],
      ),
      [],
    );
  });

  for (const stack of environments) {
    it(`every problem of a file is said at once (${stack})`, () => {
      // The first change of each key: two of one key would undo each other. Values that are compared with others are so
      // only once all of them are good.
      const changes = new Map<string, unknown>();
      for (const [title, of, key, value] of refused) {
        if (of === stack && !changes.has(key) && !compared.test(title)) changes.set(key, value);
      }
      const found = problems(stack, ...changes).map((problem) => /^\S+ (\S+)/.exec(problem)?.[1]);
      assert.deepEqual(found.sort(), [...changes.keys()].sort());
      assert.ok(found.length > 1);
    });
  }
});

describe("settings: properties", () => {
  it("a rate is accepted exactly when it is within the bounds of its environment", () => {
    const rate = fc.oneof(fc.double({ min: -1, max: 2, noNaN: true }), fc.constantFrom(0.01, 0.1, 0.5, 1));
    fc.assert(
      fc.property(fc.constantFrom(...environments), rate, (stack, value) => {
        const { floor, ceiling } = limits[stack].sampleRate;
        const refusals = problems(stack, ["nova-tracing:services.auth-service.sampleRate", value]);
        assert.equal(refusals.length === 0, value >= floor && value <= ceiling);
      }),
      { numRuns: 200 },
    );
  });

  it("whatever stands in a section, the answer is settings or a list of problems that name the section", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...environments),
        fc.constantFrom(...everywhere.map((name) => `nova-tracing:${name}`)),
        fc.jsonValue(),
        (stack, key, value) => {
          const result = checkSettings(shippedSource(stack, [key, value]));
          if ("settings" in result) {
            // An empty mapping of services is the one thing here that is a complete section.
            assert.deepEqual([key, result.settings.services], ["nova-tracing:services", {}]);
            return;
          }
          assert.ok(result.problems.length > 0);
          for (const problem of result.problems) assert.ok(problem.key.startsWith(key), problem.key);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("a thousand services are ordinary", () => {
    const services = Array.from({ length: 1000 }, (_, index): Change => {
      return [`nova-tracing:services.team-${index}`, { version: "1.0.0" }];
    });
    const source = shippedSource("production", ...services);
    const started = performance.now();
    assert.equal(Object.keys(loadSettings(source).services).length, 1004);
    assert.ok(performance.now() - started < 2000, "checked within two seconds");
  });
});

describe("settings: secrets", () => {
  const secret = "hunter2-and-more";

  it("never shows the value of a key that is encrypted in the stack file", () => {
    const source = shippedSource("dev");
    const values = { ...source.values, "kubernetes:token": secret, "nova-tracing:storage": secret };
    assert.throws(
      () => loadSettings({ ...source, values, isSecret: () => true }),
      (error: Error) => {
        assert.match(error.message, /nova-tracing:storage = "\[not shown\]"/);
        assert.match(error.message, /kubernetes:token = "\[not shown\]"/);
        assert.ok(!error.message.includes(secret));
        return true;
      },
    );
  });

  it("never shows a kubeconfig by its contents, encrypted or not", () => {
    assert.deepEqual(problems("dev", ["nova-tracing:cluster.kubeconfig", "kind: Config"]), [
      'Pulumi.dev.yaml, nova-tracing:cluster.kubeconfig = "[not shown]": must be the path of a kubeconfig: its contents hold credentials and do not belong into a stack file. Write for example ~/.kube/config',
    ]);
  });

  it("knows from Pulumi itself which keys are encrypted", () => {
    pulumi.runtime.setAllConfig({ "nova-tracing:a": "1", "nova-tracing:b": "2" }, ["nova-tracing:b"]);
    const { isSecret } = pulumiSource();
    assert.deepEqual([isSecret?.("nova-tracing:a"), isSecret?.("nova-tracing:b")], [false, true]);
    pulumi.runtime.setAllConfig({});
  });
});
