import assert from "node:assert/strict";
import { environments, type Environment } from "../../policy/limits";
import { rules } from "../../policy/policies";
import { compliantStack } from "./support/compliantStack";
import { type Declared, evaluate } from "./support/evaluate";

// What holds for every object of a compliant stack, whichever rules it concerns.
function refusals(resources: readonly Declared[], stack: string): string[] {
  return rules.flatMap((rule) => evaluate(rule, resources, { stack }));
}

function isObject({ type }: Declared): boolean {
  return type.startsWith("kubernetes:");
}

// A stack may do without: snapshots are nobody's duty, and a UI may be left to port-forward.
const optional = new Set(["jaeger-bootstrap", "jaeger-ui"]);

/** Resources of a stack with one of them changed, by its name. */
function eachWith(
  stack: Environment,
  change: (resource: Declared) => readonly Declared[],
): (readonly [string, Declared[]])[] {
  const resources = compliantStack(stack);
  return resources
    .filter(isObject)
    .map((changed) => [
      changed.name,
      resources.flatMap((resource) => (resource === changed ? change(resource) : [resource])),
    ]);
}

describe("a compliant stack", () => {
  for (const stack of environments) {
    it(`${stack} is refused without any one of its objects`, () => {
      for (const [name, resources] of eachWith(stack, () => [])) {
        if (optional.has(name)) continue;
        assert.notEqual(refusals(resources, stack).length, 0, `${name} can be left out`);
      }
    });

    it(`${stack} is refused with any one of its objects as a Patch`, () => {
      const asPatch = (resource: Declared): Declared[] => [{ ...resource, type: `${resource.type}Patch` }];
      for (const [name, resources] of eachWith(stack, asPatch)) {
        assert.match(refusals(resources, stack).join("\n"), /a Patch changes a part/, name);
      }
    });

    it(`${stack} is refused with any one of its objects under another type`, () => {
      const asOther = (resource: Declared): Declared[] => [
        { ...resource, type: "kubernetes:core/v1:Namespace" },
      ];
      for (const [name, resources] of eachWith(stack, asOther)) {
        assert.match(refusals(resources, stack).join("\n"), /Create it with the class of its kind/, name);
      }
    });

    it(`${stack} is refused with any one of its objects in a stack that nobody knows`, () => {
      for (const resource of compliantStack(stack).filter(isObject)) {
        assert.match(refusals([resource], "qa").join("\n"), /the stack "qa" is none of/, resource.name);
      }
    });
  }
});
