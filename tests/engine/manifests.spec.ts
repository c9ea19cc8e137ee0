// Every object of every stack, judged by a real API server that knows the operators' kinds, down to the names of its
// fields. What the objects do when they run is not proved here. Of ECK's kind the fields of pod templates are open, in
// the definition that ECK itself ships.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import main from "../../index";
import { environments, type Environment } from "../../policy/limits";
import { installCrds } from "../../sandbox/node/customResources";
import { startApiServer, type ApiServer } from "../../sandbox/node/emptyApiServer";
import { KubernetesApi } from "../../sandbox/node/kubernetesApi";
import { neededNamespaces, withReadableSecret, type DeclaredObject } from "../../sandbox/stack/objects";
import { refusalOf } from "../../sandbox/stack/strictDryRun";
import { sandboxPaths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureCrds } from "../../sandbox/toolchain/crds";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { at, isMapping, put } from "../support/document";
import { record } from "../support/mocks";
import { shippedConfig, type Change } from "../support/stackFiles";

const golden = path.join(__dirname, "..", "golden");

/** The mark of a secret in what the SDK sends; its value stands beside it. */
const secretMark = "4dabf18193072939515e22adb298388d";

function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isMapping(value)) return value;
  if (secretMark in value) return withoutMarks(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutMarks(member)]));
}

function readable(inputs: unknown): DeclaredObject {
  return withReadableSecret(withoutMarks(inputs) as DeclaredObject);
}

function goldenObjects(stack: Environment): DeclaredObject[] {
  const folder = path.join(golden, stack);
  return fs
    .readdirSync(folder)
    .map((name) => readable(parse(fs.readFileSync(path.join(folder, name), "utf8"))));
}

/** What the program makes of a shipped stack with other settings. */
async function renderedObjects(
  stack: Environment,
  secrets: readonly string[],
  ...changes: readonly Change[]
): Promise<DeclaredObject[]> {
  const { config, secretKeys } = shippedConfig(stack, ...changes);
  const more = Object.fromEntries(secrets.map((key) => [key, "made-up"]));
  const { resources } = await record(main, {
    stack,
    config: { ...config, ...more },
    secretKeys: [...secretKeys, ...secrets],
  });
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/"))
    .map(({ inputs }) => readable(inputs));
}

describe("every manifest", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-"));
  let server: ApiServer | undefined;
  let api: KubernetesApi;

  before(async () => {
    const paths = sandboxPaths();
    const tools = await ensureToolchain(paths, lineProgress());
    const crds = await ensureCrds(paths, lineProgress());
    server = await startApiServer({
      etcd: path.join(tools.debian.root, "usr/bin/etcd"),
      kubeApiserver: tools.kubeApiserver,
      folder,
    });
    api = new KubernetesApi(server.kubeconfig);
    await installCrds(api, crds);
  });

  after(async () => {
    api.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function refusals(objects: readonly DeclaredObject[]): Promise<string[]> {
    await api.applyAll(neededNamespaces(objects));
    const judged: (string | undefined)[] = [];
    for (const object of objects) judged.push(await refusalOf(api, object));
    return judged.filter((refusal) => refusal !== undefined);
  }

  for (const stack of environments) {
    it(`of ${stack} is taken, with the pods of each template, and no field of it is unknown`, async () => {
      const objects = goldenObjects(stack);
      assert.ok(objects.length > 10);
      assert.deepEqual(await refusals(objects), []);
    });
  }

  const elasticsearch = "nova-tracing:storage.elasticsearch";
  const variants: readonly {
    readonly what: string;
    readonly stack: Environment;
    readonly secrets?: readonly string[];
    readonly changes: readonly Change[];
    /** A kind that is there only now. */
    readonly kind?: string;
  }[] = [
    {
      what: "ECK's Elasticsearch",
      stack: "production",
      changes: [[`${elasticsearch}.mode`, "eck"]],
      kind: "Elasticsearch",
    },
    {
      what: "somebody else's Elasticsearch",
      stack: "production",
      secrets: ["nova-tracing:elasticsearchPassword"],
      changes: [
        [
          elasticsearch,
          {
            mode: "existing",
            majorVersion: 8,
            indexPrefix: "nova",
            shards: 3,
            copies: 1,
            url: "https://elasticsearch.nova.com:9200",
            username: "jaeger",
          },
        ],
      ],
    },
    {
      what: "snapshots",
      stack: "production",
      secrets: ["nova-tracing:snapshotAccessKey", "nova-tracing:snapshotSecretKey"],
      changes: [[`${elasticsearch}.snapshots`, { bucket: "nova-traces", schedule: "0 30 1 * * ?" }]],
    },
    {
      what: "alerts as ConfigMaps",
      stack: "staging",
      changes: [
        ["nova-tracing:alerts.delivery", "configMap"],
        ["nova-tracing:alerts.labels", undefined],
      ],
    },
    {
      what: "a service that sends thrift",
      stack: "staging",
      changes: [["nova-tracing:services.auth-service.exporter", "jaeger"]],
    },
  ];
  for (const { what, stack, secrets = [], changes, kind } of variants) {
    it(`of ${stack} with ${what} is taken`, async () => {
      const objects = await renderedObjects(stack, secrets, ...changes);
      if (kind !== undefined) assert.ok(objects.some((object) => object.kind === kind));
      assert.deepEqual(await refusals(objects), []);
    });
  }

  const mutants: readonly (readonly [
    kind: string,
    path: readonly (string | number)[],
    value: unknown,
    says: RegExp,
  ])[] = [
    [
      "Deployment",
      ["spec", "template", "spec", "containerz"],
      [],
      /unknown field "spec\.template\.spec\.containerz"/,
    ],
    ["Deployment", ["spec", "template", "spec", "hostNetwork"], true, /violates PodSecurity "restricted/],
    ["Certificate", ["spec", "dnsName"], ["jaeger.nova.com"], /unknown field "spec\.dnsName"/],
    ["Certificate", ["spec", "usages"], ["anything"], /spec\.usages\[0\]: Unsupported value/],
    ["PrometheusRule", ["spec", "group"], [], /unknown field "spec\.group"/],
    ["PodMonitor", ["spec", "podMetricsEndpoint"], [], /unknown field "spec\.podMetricsEndpoint"/],
  ];
  for (const [kind, where, value, says] of mutants) {
    it(`is refused where ${where.join(".")} of a ${kind} is wrong, so that the tests above can fail`, async () => {
      const objects = goldenObjects("production");
      const object = objects.find((candidate) => candidate.kind === kind);
      put(object, where, value);
      assert.notEqual(at(object, ...where), undefined);
      const [refusal, ...more] = await refusals(objects);
      assert.match(refusal ?? "", says);
      assert.deepEqual(more, []);
    });
  }
});
