// Every object of every stack, judged by a real API server that knows the operators' kinds, down to the names of its
// fields. What the objects do when they run is not proved here. Of ECK's kind the fields of pod templates are open, in
// the definition that ECK itself ships.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import main from "../../index";
import { environments, type Environment } from "../../policy/limits";
import { neededNamespaces, withReadableSecret, type DeclaredObject } from "../../sandbox/stack/objects";
import { refusalOf } from "../../sandbox/stack/strictDryRun";
import { at, put } from "../support/document";
import { record } from "../support/mocks";
import { variantConfig, variants, withGateway, withOperator, type Variant } from "../support/variants";
import { useEngine } from "../support/engineUnderTest";
import { withoutMarks } from "../support/secretMarks";

const golden = path.join(__dirname, "..", "golden");

function readable(inputs: unknown): DeclaredObject {
  return withReadableSecret(withoutMarks(inputs) as DeclaredObject);
}

function goldenObjects(stack: Environment): DeclaredObject[] {
  const folder = path.join(golden, stack);
  return fs
    .readdirSync(folder)
    .map((name) => readable(parse(fs.readFileSync(path.join(folder, name), "utf8"))));
}

/** What the program makes of a shipped stack that is set up otherwise. */
async function renderedObjects(stack: Environment, variant: Variant): Promise<DeclaredObject[]> {
  const { resources } = await record(main, variantConfig(stack, variant));
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/"))
    .map(({ inputs }) => readable(inputs));
}

describe("every manifest", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  const under = useEngine({ crds: true });

  async function refusals(objects: readonly DeclaredObject[]): Promise<string[]> {
    await under.api.applyAll(neededNamespaces(objects));
    const judged: (string | undefined)[] = [];
    for (const object of objects) judged.push(await refusalOf(under.api, object));
    return judged.filter((refusal) => refusal !== undefined);
  }

  for (const stack of environments) {
    it(`of ${stack} is taken, with the pods of each template, and no field of it is unknown`, async () => {
      const objects = goldenObjects(stack);
      assert.ok(objects.length > 10);
      assert.deepEqual(await refusals(objects), []);
    });
  }

  for (const [stack, variant] of variants) {
    it(`of ${stack} ${variant.what} is taken`, async () => {
      const objects = await renderedObjects(stack, variant);
      if (variant === withOperator) assert.ok(objects.some((object) => object.kind === "Elasticsearch"));
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

  const gatewayMutants: readonly (readonly [
    kind: string,
    path: readonly (string | number)[],
    value: unknown,
    says: RegExp,
  ])[] = [
    ["ListenerSet", ["spec", "listener"], [], /unknown field "spec\.listener"/],
    [
      "ListenerSet",
      ["spec", "listeners"],
      [{ name: "https", port: 443, protocol: "HTTPS", tls: { mode: "Ends" } }],
      /tls\.mode: Unsupported value/,
    ],
    ["HTTPRoute", ["spec", "hostnames"], ["no host"], /spec\.hostnames\[0\]/],
    ["HTTPRoute", ["spec", "rules"], [{ backendRefs: [{ name: "jaeger-query" }] }], /[Pp]ort/],
  ];
  for (const [kind, where, value, says] of gatewayMutants) {
    it(`is refused where ${where.join(".")} of a ${kind} is wrong`, async () => {
      const objects = await renderedObjects("staging", withGateway);
      put(
        objects.find((candidate) => candidate.kind === kind),
        where,
        value,
      );
      assert.match((await refusals(objects)).join("\n"), says);
    });
  }
});
