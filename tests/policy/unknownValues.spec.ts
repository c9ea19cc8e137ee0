import assert from "node:assert/strict";
import { type Environment } from "../../policy/limits";
import { rules } from "../../policy/policies";
import { compliantStack } from "./support/compliantStack";
import { evaluate, unknownText } from "./support/evaluate";

// Places that no rule has to read. A value here may be unknown in a preview; anywhere else a rule has to say so.
const unpoliced = [
  /^(ConfigMap|Job|CronJob|PodDisruptionBudget|Ingress|NetworkPolicy|Deployment) \S+ metadata\.name(space)?$/,
  /spec\.replicas$/,
  /spec\.selector\.matchLabels\.app$/,
  /containers\.\d+\.(name|ports\.0\.name|ports\.0\.containerPort)$/,
  /^Service \S+ spec\.ports\.0\.(port|targetPort)$/,
  /^Ingress \S+ spec\.rules\.0\.http\.paths\.0\./,
  /valueFrom\.secretKeyRef\.(name|key)$/,
  /^Job jaeger-lifecycle-job spec\.template\.spec\.volumes\.0\.name$/,
];

// ... with these exceptions, by stack.
const policed = [
  /^ConfigMap (auth|messaging)-service-config metadata\.name$/,
  /^ConfigMap jaeger-(config|collector-config|query-config|sampling|lifecycle) metadata\.name$/,
];

type Path = readonly (string | number)[];

function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const children = Object.entries(value).map(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return children.length === 0 ? [path] : children.flat();
}

function replaced(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return unknownText;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[step] = replaced(copy[step], rest);
  return copy;
}

/** Every leaf of a stack, and whether some rule refuses the stack when the leaf is unknown. */
function judgements(environment: Environment): { place: string; refused: boolean }[] {
  const stack = compliantStack(environment);
  return stack.flatMap((resource, index) =>
    leaves(resource.props)
      .filter((path) => path.length > 0)
      .map((path) => {
        const changed = stack.with(index, { ...resource, props: replaced(resource.props, path) });
        const messages = rules.flatMap((rule) =>
          evaluate(rule, rule.scope === "resource" ? changed.slice(index, index + 1) : changed, {
            stack: environment,
          }),
        );
        assert.ok(!messages.some((message) => message.includes("could not finish")), messages.join("\n"));
        const kind = resource.type.split(":").at(-1) ?? "";
        return { place: `${kind} ${resource.name} ${path.join(".")}`, refused: messages.length > 0 };
      }),
  );
}

describe("a value that is unknown during preview", () => {
  for (const environment of ["dev", "staging", "production"] as const) {
    it(`is refused in every policed place of ${environment}, and never turns a rule into advice`, () => {
      const allowed = judgements(environment)
        .filter(({ refused }) => !refused)
        .map(({ place }) => place);
      const unexpected = allowed.filter(
        (place) =>
          !unpoliced.some((pattern) => pattern.test(place)) || policed.some((pattern) => pattern.test(place)),
      );
      assert.deepEqual(unexpected, []);
    });
  }

  it("does not stop a stack where no rule reads", () => {
    const places = judgements("dev");
    assert.ok(places.some(({ place, refused }) => place === "Deployment jaeger spec.replicas" && !refused));
  });
});
