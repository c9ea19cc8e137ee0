import assert from "node:assert/strict";
import { deployed, lossyJumps, refuseLossyJumps, type Deployed } from "../../config/jumps";
import { loadSettings, type Settings } from "../../config/load";
import { environments } from "../../policy/limits";
import { shippedSource, type Change } from "../support/stackFiles";

const production = (...changes: Change[]): Settings => loadSettings(shippedSource("production", ...changes));

/** What production's stack file deploys, with some of it otherwise. */
function before(
  change: Partial<NonNullable<Deployed["elasticsearch"]>> = {},
  jaegerVersion = "2.22.0",
): Deployed {
  const elasticsearch = {
    mode: "builtin",
    indexPrefix: "nova",
    version: "8.19.13",
    nodes: 3,
    storageGi: 500,
  };
  return { jaegerVersion, storage: "elasticsearch", elasticsearch: { ...elasticsearch, ...change } };
}

const names = (previous: Deployed, next: Deployed): string[] =>
  lossyJumps(previous, next).map(({ name }) => name);

describe("changes between two deployments", () => {
  for (const stack of environments) {
    it(`${stack}: deploying the same again loses nothing`, () => {
      const settings = loadSettings(shippedSource(stack));
      assert.deepEqual(lossyJumps(deployed(settings), deployed(settings)), []);
    });
  }

  it("the first deployment has nothing to lose", () => {
    refuseLossyJumps(production(), undefined);
  });

  const lossy: [title: string, previous: Deployed, name: string][] = [
    ["fewer nodes", before({ nodes: 5 }), "nodes 5 to 3"],
    ["another size of volumes", before({ storageGi: 400 }), "storageGi 400 to 500"],
    ["another prefix of indices", before({ indexPrefix: "old" }), "indexPrefix old to nova"],
    ["another cluster", before({ mode: "existing" }), "mode existing to builtin"],
    ["an older Elasticsearch", before({ version: "9.4.3" }), "elasticsearch 9.4.3 to 8.19.21"],
    ["another class of volumes", before({ storageClassName: "fast" }), "storageClassName fast to (default)"],
  ];
  for (const [title, previous, name] of lossy) {
    it(`${title}: refused as "${name}", with what is lost, what to do first, and how to acknowledge it`, () => {
      assert.deepEqual(names(previous, deployed(production())), [name]);
      assert.throws(
        () => {
          refuseLossyJumps(production(), previous);
        },
        (error: Error) => {
          const [heading = "", reason = "", way = ""] = error.message.split("\n");
          assert.equal(
            heading,
            "Pulumi.production.yaml asks for a change that loses data; nothing was changed.",
          );
          assert.ok(reason.startsWith(`  ${name} `) && reason.length > 60, reason);
          assert.ok(way.includes(`nova-tracing:acknowledgedJumps: ["${name}"]`), way);
          return true;
        },
      );
    });

    it(`${title}: goes on once it is acknowledged by that name, and by no other`, () => {
      refuseLossyJumps(production(["nova-tracing:acknowledgedJumps", [name]]), previous);
      assert.throws(() => {
        refuseLossyJumps(production(["nova-tracing:acknowledgedJumps", [`${name}0`]]), previous);
      });
    });
  }

  it("more nodes, and a newer patch of Elasticsearch, lose nothing", () => {
    assert.deepEqual(names(before({ nodes: 2, version: "8.19.3" }), deployed(production())), []);
  });

  it("an older Jaeger acknowledges spans before they are stored: refused where spans are stored, and not in dev", () => {
    const older = deployed(production(["nova-tracing:jaeger.version", "2.20.0"]));
    assert.deepEqual(names(before(), older), ["jaeger 2.22.0 to 2.20.0"]);
    const dev = (jaegerVersion: string): Deployed => ({ jaegerVersion, storage: "memory" });
    assert.deepEqual(names(dev("2.22.0"), dev("2.20.0")), []);
  });

  it("another cluster is said alone: its size and version are not those of the old one", () => {
    const previous = before({ mode: "eck", nodes: 5, version: "9.4.3", storageGi: 50 });
    assert.deepEqual(names(previous, deployed(production())), ["mode eck to builtin"]);
  });
});
