// Proves what the component registers, under Pulumi's mocks. It does not prove that a cluster runs it.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import program from "../../sandbox/demo/index";
import { DemoServices, type DemoServicesArgs } from "../../sandbox/demo/demoServices";
import { demoServices } from "../../sandbox/demo/topology";

interface Registered {
  readonly type: string;
  /** Reference of the explicit provider; empty for the ambient one. */
  readonly provider: string;
  readonly name: string;
  /** Inputs as JSON would carry them. */
  readonly inputs: Record<string, unknown>;
}

const names = ["auth-service", "user-service", "content-service", "messaging-service"];
const configMaps = Object.fromEntries(
  names.map((name, index) => [
    name,
    { namespace: "default", name: `${name}-config`, checksum: String(index).repeat(64) },
  ]),
);

/** Everything that `program` registers; a stack that it refers to has `outputs`. */
async function record(
  program: () => void | Promise<void>,
  outputs: Record<string, unknown> = {},
): Promise<Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id, provider = "" }) => {
        registered.push({ type, name, provider, inputs: inputs as Record<string, unknown> });
        const state = type === "pulumi:pulumi:StackReference" ? { name, outputs } : (inputs as object);
        return { id: id ?? name, state };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "nova-tracing-demo",
    "dev",
    false,
  );
  await program();
  await pulumi.runtime.disconnect();
  return registered;
}

function deploy(args: Partial<DemoServicesArgs> = {}, instances = ["demo"]): Promise<Registered[]> {
  return record(() => {
    for (const name of instances) {
      new DemoServices(name, { namespace: "default", image: "nova-tracing/demo:1.0.0", configMaps, ...args });
    }
  });
}

/** The value at a path of keys and indexes. */
function at(resource: Registered | undefined, ...keys: (string | number)[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    resource?.inputs,
  );
}

const template = ["spec", "template"] as const;
const container = [...template, "spec", "containers", 0] as const;

describe("DemoServices", () => {
  let all: Registered[];
  const deployment = (service: string): Registered =>
    all.find(({ type, name }) => type === "kubernetes:apps/v1:Deployment" && name === `demo-${service}`)!;

  before(async () => {
    all = await deploy();
  });

  it("is one Deployment and one Service for each of the four, and nothing else", () => {
    assert.deepEqual(
      all.map(({ type, name }) => `${type} ${name}`).sort(),
      [
        "nova:sandbox:DemoServices demo",
        ...names.flatMap((name) => [
          `kubernetes:apps/v1:Deployment demo-${name}`,
          `kubernetes:core/v1:Service demo-${name}`,
        ]),
      ].sort(),
    );
  });

  it("each has its own ConfigMap as its environment, and that one's checksum on its pods", () => {
    for (const name of names) {
      assert.deepEqual(at(deployment(name), ...container, "envFrom"), [
        { configMapRef: { name: `${name}-config` } },
      ]);
      assert.deepEqual(at(deployment(name), ...template, "metadata", "annotations"), {
        "checksum/tracing-config": configMaps[name]!.checksum,
      });
    }
  });

  it("sets no variable of its own but the addresses of what it calls", () => {
    const variables = Object.fromEntries(
      names.map((name) => [name, at(deployment(name), ...container, "env")]),
    );
    assert.deepEqual(variables, {
      "auth-service": [{ name: "USER_SERVICE_ADDRESS", value: "user-service:50051" }],
      "user-service": [{ name: "CONTENT_SERVICE_URL", value: "http://content-service:8080" }],
      "content-service": [{ name: "MESSAGING_SERVICE_ADDRESS", value: "messaging-service:50051" }],
      "messaging-service": [],
    });
    for (const name of names)
      assert.equal(at(deployment(name), ...template, "spec", "enableServiceLinks"), false);
  });

  it("each address that is called is a Service with that port, in the same namespace", () => {
    const served = all
      .filter(({ type }) => type === "kubernetes:core/v1:Service")
      .map((service) => {
        const port = (at(service, "spec", "ports", 0) as { port: number; targetPort: string } | undefined)!;
        const name = at(service, "metadata", "name") as string;
        const containerPorts = at(deployment(name), ...container, "ports") as { name: string }[];
        assert.ok(
          containerPorts.some((one) => one.name === port.targetPort),
          `${name}: the target port exists`,
        );
        assert.equal(at(service, "metadata", "namespace"), "default");
        return `${name}:${port.port}`;
      });
    const called = demoServices
      .flatMap(({ upstreams }) => Object.values(upstreams))
      .map((address) => address.replace("http://", ""));
    for (const address of called) assert.ok(served.includes(address), address);
    assert.equal(called.length, 3);
  });

  it("pods are 'restricted', read-only, limited, without a token", () => {
    for (const name of names) {
      const spec = at(deployment(name), ...template, "spec") as Record<string, unknown>;
      assert.equal(spec["automountServiceAccountToken"], false);
      assert.deepEqual(spec["securityContext"], {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        seccompProfile: { type: "RuntimeDefault" },
      });
      assert.deepEqual(at(deployment(name), ...container, "securityContext"), {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      const resources = at(deployment(name), ...container, "resources") as Record<
        string,
        Record<string, string>
      >;
      assert.deepEqual(Object.keys(resources["limits"]!), ["cpu", "memory"]);
      assert.deepEqual(Object.keys(resources["requests"]!), ["cpu", "memory"]);
      assert.equal(at(deployment(name), ...container, "imagePullPolicy"), "IfNotPresent");
    }
  });

  it("every probe asks /healthz, where no span is made, on a port that the container opens", () => {
    for (const name of names) {
      const ports = (at(deployment(name), ...container, "ports") as { name: string }[]).map(
        (port) => port.name,
      );
      for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
        const get = at(deployment(name), ...container, probe, "httpGet") as { path: string; port: string };
        assert.equal(get.path, "/healthz");
        assert.ok(ports.includes(get.port) && get.port !== "grpc", `${name} ${probe} ${get.port}`);
      }
    }
  });

  it("a changed checksum changes its own service's pods and no other's", async () => {
    const before = new Map(names.map((name) => [name, JSON.stringify(deployment(name).inputs)]));
    const user = { ...configMaps["user-service"]!, checksum: "f".repeat(64) };
    const changed = await deploy({ configMaps: { ...configMaps, "user-service": user } });
    const different = names.filter(
      (name) =>
        JSON.stringify(
          changed.find((one) => one.name === `demo-${name}` && one.type.endsWith("Deployment"))!.inputs,
        ) !== before.get(name),
    );
    assert.deepEqual(different, ["user-service"]);
  });

  it("a new image changes no selector", async () => {
    const changed = await deploy({ image: "nova-tracing/demo:2.0.0" });
    for (const name of names) {
      const after = changed.find((one) => one.name === `demo-${name}` && one.type.endsWith("Deployment"));
      assert.equal(at(after, ...container, "image"), "nova-tracing/demo:2.0.0");
      assert.deepEqual(at(after, "spec", "selector"), at(deployment(name), "spec", "selector"));
      assert.doesNotMatch(JSON.stringify(at(after, "spec", "selector")), /version|2\.0\.0/);
    }
  });

  it("two instances do not select each other's pods", async () => {
    const both = await deploy({}, ["one", "two"]);
    const selectors = both
      .filter(({ type }) => type.endsWith(":Deployment"))
      .map((one) => JSON.stringify(at(one, "spec", "selector")));
    assert.equal(selectors.length, 8);
    assert.equal(new Set(selectors).size, 8);
  });

  for (const [title, given, expected] of [
    [
      "a missing ConfigMap is named with the setting that makes it",
      { "auth-service": configMaps["auth-service"]! },
      /none for user-service; add the service to nova-tracing:services/,
    ],
    [
      "a ConfigMap of another namespace is refused, with both names",
      { ...configMaps, "user-service": { ...configMaps["user-service"]!, namespace: "people" } },
      /user-service in namespace people, the pods are in default/,
    ],
  ] as const) {
    it(title, async () => {
      await assert.rejects(deploy({ configMaps: given }), expected);
    });
  }
});

describe("the program nova-tracing-demo", () => {
  const settings = {
    "nova-tracing-demo:image": "nova-tracing/demo:3.0.0",
    "nova-tracing-demo:tracingStack": "organization/nova-tracing/dev",
  };
  const run = (
    config: Record<string, string>,
    outputs: Record<string, unknown> = { configMaps },
  ): Promise<Registered[]> =>
    record(() => {
      pulumi.runtime.setAllConfig(config);
      return program();
    }, outputs);

  it("deploys what the tracing stack says, through one provider that keeps the names of ConfigMaps", async () => {
    const registered = await run(settings);
    const providers = registered.filter(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(providers.length, 1);
    const { enableConfigMapMutable, enableSecretMutable, context } = providers[0]!.inputs;
    assert.deepEqual(
      [String(enableConfigMapMutable), String(enableSecretMutable), context],
      ["true", "true", undefined],
    );
    const reference = registered.find(({ type }) => type === "pulumi:pulumi:StackReference");
    assert.equal(reference?.inputs["name"], "organization/nova-tracing/dev");

    const workloads = registered.filter(({ type }) => type.startsWith("kubernetes:"));
    assert.equal(workloads.length, 8);
    for (const { provider, inputs } of workloads) {
      assert.match(provider, /pulumi:providers:kubernetes::cluster/);
      assert.equal((inputs["metadata"] as { namespace: string }).namespace, "default");
    }
    const deployments = workloads.filter(({ type }) => type.endsWith(":Deployment"));
    for (const one of deployments) assert.equal(at(one, ...container, "image"), "nova-tracing/demo:3.0.0");
    assert.deepEqual(
      deployments
        .map((one) => at(one, ...template, "metadata", "annotations", "checksum/tracing-config"))
        .sort(),
      Object.values(configMaps).map(({ checksum }) => checksum),
    );
  });

  it("takes namespace and context from its settings", async () => {
    const people = Object.fromEntries(
      Object.entries(configMaps).map(([name, one]) => [name, { ...one, namespace: "people" }]),
    );
    const config = {
      ...settings,
      "nova-tracing-demo:namespace": "people",
      "nova-tracing-demo:context": "other",
    };
    const registered = await run(config, { configMaps: people });
    assert.equal(
      registered.find(({ type }) => type === "pulumi:providers:kubernetes")!.inputs["context"],
      "other",
    );
    for (const { inputs } of registered.filter(({ type }) => type.startsWith("kubernetes:"))) {
      assert.equal((inputs["metadata"] as { namespace: string }).namespace, "people");
    }
  });

  it("says what to run first when the tracing stack has no ConfigMaps yet", async () => {
    await assert.rejects(
      run(settings, {}),
      /organization\/nova-tracing\/dev has no output "configMaps"; run pulumi up/,
    );
  });

  it("does not start without an image", async () => {
    const { "nova-tracing-demo:tracingStack": tracingStack } = settings;
    await assert.rejects(
      run({ "nova-tracing-demo:tracingStack": tracingStack }),
      /Missing required configuration variable 'nova-tracing-demo:image'/,
    );
  });
});
