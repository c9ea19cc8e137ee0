// The provider stand-ins under the real engine, on a real API server. No pod runs behind it: that waits end well is
// proved in tests/e2e.
import assert from "node:assert/strict";
import { compareSync } from "bcryptjs";
import * as fs from "node:fs";
import * as path from "node:path";
import { ApiClient } from "../../sandbox/providers/kubernetes/apiClient";
import { isNotFound } from "../../sandbox/providers/kubernetes/apiErrors";
import { clusterAccess } from "../../sandbox/providers/kubernetes/kubeconfig";
import { changesOf, type Changes } from "../../sandbox/stack/deploy";
import { projectFolder } from "../../sandbox/support/paths";
import type { RunResult } from "../../sandbox/support/process";
import { anyCode, useEngine } from "../support/engineUnderTest";

type Properties = Record<string, unknown>;

/** An object as the fixture `objects` takes it. */
interface Declared {
  readonly name: string;
  readonly type: string;
  readonly properties: Properties;
  readonly dependsOn?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly timeoutSeconds?: number;
  readonly read?: string;
}

const mutable = { enableConfigMapMutable: true, enableSecretMutable: true };

function configMap(
  name: string,
  data: Properties,
  more: Partial<Declared> & { metadata?: Properties } = {},
): Declared {
  const { metadata = { name }, ...rest } = more;
  return { name, type: "kubernetes:core/v1:ConfigMap", properties: { metadata, data }, ...rest };
}

function deployment(name: string, app: string, annotations: Properties): Declared {
  const container = {
    name: "app",
    image: "absent:1",
    resources: { requests: { cpu: "0.5", memory: "1024Mi" } },
  };
  const template = { metadata: { labels: { app } }, spec: { containers: [container] } };
  const spec = { replicas: 1, selector: { matchLabels: { app } }, template };
  return {
    name,
    type: "kubernetes:apps/v1:Deployment",
    properties: { metadata: { name, annotations }, spec },
  };
}

describe("the provider stand-ins under the real engine", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  let api: ApiClient;
  let stack = "";
  let stacks = 0;
  after(() => {
    api.close();
  });
  const under = useEngine({ deletes: true });
  const { folder } = under;
  const project = path.join(folder, "project");

  before(() => {
    const access = { kubeconfig: under.kubeconfig, context: undefined, cluster: undefined };
    api = new ApiClient(clusterAccess(access, {}));
    // A copy: the engine writes the stack's settings beside the project file.
    fs.cpSync(path.join(__dirname, "fixtures", "objects"), project, { recursive: true });
    fs.symlinkSync(path.join(projectFolder, "node_modules"), path.join(project, "node_modules"));
  });

  beforeEach(async () => {
    stack = `s${String(++stacks)}`;
    await under.engine.pulumi(project, ["stack", "init", stack]);
  });

  afterEach(async () => {
    await under.engine.pulumi(project, ["destroy", "-s", stack, "--yes", "--skip-preview"]);
  });

  function pulumi(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<RunResult> {
    return under.engine.pulumi(project, [...args, "-s", stack], { okCodes: anyCode, env: environment });
  }

  async function declare(objects: readonly Declared[], provider: Properties = mutable): Promise<void> {
    const set = (key: string, value: unknown): Promise<RunResult> =>
      pulumi(["config", "set", key, JSON.stringify(value)]);
    await set("objects", objects);
    await set("provider", provider);
  }

  /** Runs an update that has to succeed. */
  async function up(objects: readonly Declared[], provider?: Properties): Promise<Changes> {
    await declare(objects, provider);
    const { code, stdout, stderr } = await pulumi(["up", "--yes", "--skip-preview"]);
    assert.equal(code, 0, stdout + stderr);
    return changesOf(stdout);
  }

  /** Runs an update that has to fail, and answers all that it printed. */
  async function upFails(objects: readonly Declared[], provider?: Properties): Promise<string> {
    await declare(objects, provider);
    const { code, stdout, stderr } = await pulumi(["up", "--yes", "--skip-preview"]);
    assert.notEqual(code, 0, stdout + stderr);
    return stdout + stderr;
  }

  async function live(kind: string, name: string): Promise<Properties | undefined> {
    try {
      return await api.request({ method: "GET", path: `/api/v1/namespaces/default/${kind}/${name}` });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async function nameOf(object: string): Promise<string> {
    const { stdout } = await pulumi(["stack", "output", "names", "--json"]);
    return (JSON.parse(stdout) as Record<string, string>)[object] ?? "";
  }

  it("makes what the program declares, and nothing at a second update", async () => {
    const objects = [
      configMap("plain", { a: "1" }, { metadata: {} }),
      deployment("web", "web", { "pulumi.com/skipAwait": "true" }),
    ];
    await declare(objects);
    assert.match((await pulumi(["preview"])).stdout, /\+ 5 to create/);
    const { created } = await up(objects);
    assert.equal(created, 5); // The stack, the provider, the password and the two objects.
    assert.match(await nameOf("plain"), /^plain-[0-9a-f]{7,8}$/);
    assert.deepEqual((await live("configmaps", await nameOf("plain")))?.["data"], { a: "1" });
    assert.deepEqual(await up(objects), { unchanged: 5 });
    const { stdout } = await pulumi(["refresh", "--yes"]);
    assert.deepEqual(changesOf(stdout), { unchanged: 5 });
  });

  it("changes a ConfigMap in place, and drops what the program no longer says", async () => {
    await up([configMap("kept", { a: "1", b: "1" })]);
    const { updated, replaced } = await up([configMap("kept", { a: "2" })]);
    assert.deepEqual([updated, replaced], [1, undefined]);
    assert.deepEqual((await live("configmaps", "kept"))?.["data"], { a: "2" });
    await up([configMap("kept", { c: "1" })]);
    assert.deepEqual((await live("configmaps", "kept"))?.["data"], { c: "1" });
  });

  it("makes a ConfigMap anew, under another name, where it may not be changed", async () => {
    await up([configMap("anew", { a: "1" }, { metadata: {} })], {});
    const before = await nameOf("anew");
    assert.equal((await up([configMap("anew", { a: "2" }, { metadata: {} })], {}))["replaced"], 1);
    assert.notEqual(await nameOf("anew"), before);
    assert.equal(await live("configmaps", before), undefined);
  });

  it("deletes an object with a chosen name before it makes it anew", async () => {
    const skip = { "pulumi.com/skipAwait": "true" };
    await up([deployment("fixed", "one", skip)]);
    assert.equal((await up([deployment("fixed", "two", skip)]))["replaced"], 1);
  });

  it("keeps the password of a Secret out of the state and out of all output", async () => {
    const secret = {
      name: "login",
      type: "kubernetes:core/v1:Secret",
      properties: { metadata: { name: "login" }, stringData: { p: "password" } },
    };
    await declare([secret]);
    const { stdout } = await pulumi(["up", "--yes", "--diff"]);
    const encoded = ((await live("secrets", "login"))?.["data"] as Record<string, string>)["p"] ?? "";
    const password = Buffer.from(encoded, "base64").toString("utf8");
    assert.equal(password.length, 24);
    const exported = (await pulumi(["stack", "export"])).stdout;
    for (const text of [password, encoded]) assert.ok(!(stdout + exported).includes(text));
    assert.deepEqual(await up([secret]), { unchanged: 4 });
  });

  it("finds by a refresh what others changed, and names who owns it before it takes it back", async () => {
    await up([configMap("shared", { a: "1" })]);
    await up([configMap("shared", { a: "2" })]);
    await applied("shared", { a: "drifted" });
    const refresh = await pulumi(["refresh", "--yes"]);
    assert.equal(changesOf(refresh.stdout)["updated"], 1);
    const text = await upFails([configMap("shared", { a: "2" })]);
    assert.match(text, /\.data\.a: conflict with "another-tool"/);
    assert.match(text, /pulumi\.com\/patchForce/);
    const forced = { name: "shared", annotations: { "pulumi.com/patchForce": "true" } };
    await up([configMap("shared", { a: "2" }, { metadata: forced })]);
    assert.deepEqual((await live("configmaps", "shared"))?.["data"], { a: "2" });
  });

  it("leaves a field that is ignored to who owns it", async () => {
    const ignoring = { ignoreChanges: ["data.a"] };
    await up([configMap("ignoring", { a: "1", b: "1" }, ignoring)]);
    await applied("ignoring", { a: "other" });
    await up([configMap("ignoring", { a: "1", b: "2" }, ignoring)]);
    assert.deepEqual((await live("configmaps", "ignoring"))?.["data"], { a: "other", b: "2" });
  });

  it("does not take over an object that exists, and says how one would", async () => {
    await applied("there", { b: "2" });
    const text = await upFails([configMap("there", { a: "1" })]);
    assert.match(text, /"there" already exists/);
    assert.match(text, /pulumi import/);
    await up([configMap("there", { a: "1" })], { ...mutable, upsertExistingObjects: true });
    assert.deepEqual((await live("configmaps", "there"))?.["data"], { a: "1", b: "2" });
  });

  it("reads an object that is not the stack's own, and refuses to when there is none", async () => {
    assert.match(
      await upFails([configMap("read", {}, { read: "default/absent" })]),
      /'default\/absent' does not exist/,
    );
    await up([
      { name: "namespace", type: "kubernetes:core/v1:Namespace", properties: {}, read: "kube-system" },
    ]);
    assert.equal(await nameOf("namespace"), "kube-system");
  });

  it("makes a custom resource after its definition in one update, and waits for what it names", async () => {
    const schema = { openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true } };
    const definition = {
      name: "definition",
      type: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
      properties: {
        metadata: { name: "things.trial.example" },
        spec: {
          group: "trial.example",
          scope: "Cluster",
          names: { kind: "Thing", plural: "things" },
          versions: [{ name: "v1", served: true, storage: true, schema }],
        },
      },
    };
    const thing = (annotations: Properties): Declared => ({
      name: "thing",
      type: "kubernetes:trial.example/v1:Thing",
      properties: {
        apiVersion: "trial.example/v1",
        kind: "Thing",
        metadata: { name: "one", annotations },
        spec: { phase: "made" },
      },
      dependsOn: ["definition"],
      timeoutSeconds: 2,
    });
    await up([definition, thing({ "pulumi.com/waitFor": "jsonpath={.spec.phase}=made" })]);
    const text = await upFails([definition, thing({ "pulumi.com/waitFor": "jsonpath={.spec.phase}=other" })]);
    assert.match(text, /"one" timed out waiting to be ready after 2 s/);
    assert.match(text, /\.spec\.phase is made, waited for it to be other/);
  });

  it("shows a custom resource whose definition is nowhere as the program has it, unjudged, as the vendor's does", async () => {
    const unknown: Declared = {
      name: "unknown",
      type: "kubernetes:absent.example/v1:Unknown",
      properties: { metadata: { name: "unknown" }, spec: { whatever: true } },
    };
    await declare([unknown]);
    const { code, stdout } = await pulumi(["preview", "--json"]);
    assert.equal(code, 0, stdout);
    const { steps } = JSON.parse(stdout) as {
      steps: { op: string; newState?: { type: string; inputs: unknown } }[];
    };
    const step = steps.find(({ newState }) => newState?.type === unknown.type);
    assert.equal(step?.op, "create");
    const { metadata, ...rest } = step.newState?.inputs as { metadata: Properties };
    assert.equal(metadata["name"], "unknown");
    assert.deepEqual(rest, { apiVersion: "absent.example/v1", kind: "Unknown", spec: { whatever: true } });
  });

  it("gives a hash of a password, and another password where its keepers change", async () => {
    const password = (generation: string): Declared => ({
      name: "login",
      type: "random:index/randomPassword:RandomPassword",
      properties: { length: 20, keepers: { generation } },
    });
    const made = async (): Promise<Properties> => {
      const { stdout } = await pulumi(["stack", "export", "--show-secrets"]);
      const { deployment } = JSON.parse(stdout) as {
        deployment: { resources: { urn: string; outputs?: Properties }[] };
      };
      return deployment.resources.find(({ urn }) => urn.endsWith("::login"))?.outputs ?? {};
    };
    await up([password("1")]);
    const first = await made();
    const plain = (value: unknown): string =>
      JSON.parse((value as { plaintext: string }).plaintext) as string;
    assert.ok(compareSync(plain(first["result"]), plain(first["bcryptHash"])));
    assert.deepEqual(await up([password("1")]), { unchanged: 4 });
    assert.equal((await up([password("2")]))["replaced"], 1);
    assert.notEqual(plain((await made())["result"]), plain(first["result"]));
  });

  it("keeps an object that did not get ready, and tries again at the next update", async () => {
    const impatient = { ...deployment("slow", "slow", {}), timeoutSeconds: 2 };
    const text = await upFails([impatient]);
    assert.match(
      text,
      /was created, but it did not get ready: "slow" timed out waiting to be ready after 2 s/,
    );
    assert.match((await pulumi(["stack", "--show-urns"])).stdout, /Deployment::slow/);
    assert.match(await upFails([impatient]), /was updated, but it did not get ready/);
    assert.equal((await up([deployment("slow", "slow", { "pulumi.com/skipAwait": "true" })]))["updated"], 1);
  });

  it("takes an object that others deleted for deleted", async () => {
    await up([configMap("gone", {})]);
    await api.request({ method: "DELETE", path: "/api/v1/namespaces/default/configmaps/gone" });
    const { code, stdout } = await pulumi(["destroy", "--yes", "--skip-preview"]);
    assert.equal(code, 0, stdout);
  });

  it("previews without a cluster, and says in an update which one it cannot reach and why", async () => {
    await declare([configMap("nowhere", {})]);
    const kubeconfig = path.join(folder, "nowhere");
    fs.writeFileSync(
      kubeconfig,
      JSON.stringify({
        "current-context": "a",
        contexts: [{ name: "a", context: { cluster: "a" } }],
        clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:9" } }],
      }),
    );
    const environment = { KUBECONFIG: kubeconfig };
    assert.equal((await pulumi(["preview"], environment)).code, 0);
    const { code, stdout } = await pulumi(["up", "--yes", "--skip-preview"], environment);
    assert.notEqual(code, 0);
    assert.match(
      stdout,
      /configured Kubernetes cluster is unreachable: GET https:\/\/127\.0\.0\.1:9: .*ECONNREFUSED/,
    );
  });

  it("says which Kubernetes kinds it does not make, and that Helm is one of them", async () => {
    const list = { name: "list", type: "kubernetes:core/v1:ConfigMapList", properties: { items: [] } };
    assert.match(await upFails([list]), /list types cannot be created/);
    const release = {
      name: "chart",
      type: "kubernetes:helm.sh/v3:Release",
      properties: { chart: "cert-manager" },
    };
    await declare([release]);
    assert.match((await pulumi(["preview"])).stdout, /this preview shows the release alone/);
    assert.match(await upFails([release]), /has no Helm/);
  });

  /** Server-side apply by somebody else. */
  async function applied(name: string, data: Record<string, string>): Promise<void> {
    await api.request({
      method: "PATCH",
      path: `/api/v1/namespaces/default/configmaps/${name}`,
      query: { fieldManager: "another-tool", force: "true" },
      contentType: "application/apply-patch+yaml",
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data },
    });
  }
});
