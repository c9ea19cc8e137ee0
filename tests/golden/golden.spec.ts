import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import main from "../../index";
import { record, type Recorded } from "../support/mocks";
import { environments } from "../../policy/limits";
import { shippedConfig } from "../support/stackFiles";

// Every object of a stack as it would be applied, beside the sources, so that a review sees what a change does to the
// cluster. What an object must be is said by the named tests; this one only says that nothing else changed.
// UPDATE_GOLDEN=1 renews the files.

/** `Deployment-observability-jaeger.yaml` */
function fileName({ inputs }: Recorded): string {
  const { kind, metadata } = inputs as { kind: string; metadata: { name: string; namespace?: string } };
  return `${[kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("-")}.yaml`;
}

describe("golden manifests", () => {
  for (const stack of environments) {
    const folder = join(__dirname, stack);
    let rendered: Map<string, string>;

    before(async () => {
      const { resources } = await record(main, shippedConfig(stack));
      const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
      rendered = new Map(
        objects.map((object) => [fileName(object), stringify(object.inputs, { sortMapEntries: true, lineWidth: 0 })]),
      );
      assert.equal(rendered.size, objects.length, "two objects of one kind and name");
      if (process.env.UPDATE_GOLDEN !== "1") return;
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of rendered) writeFileSync(join(folder, name), text);
    });

    it(`${stack}: there is a file for each object, and no other`, () => {
      const there = existsSync(folder) ? readdirSync(folder) : [];
      assert.deepEqual(there.sort(), [...rendered.keys()].sort());
    });

    it(`${stack}: each object is as its file says (UPDATE_GOLDEN=1 renews them)`, () => {
      const files = [...rendered.keys()].map((name) => [name, readFileSync(join(folder, name), "utf8")]);
      assert.deepEqual(Object.fromEntries(rendered), Object.fromEntries(files));
    });
  }
});
