import assert from "node:assert/strict";
import fc from "fast-check";
import { merge, sandboxOverlay } from "../../../sandbox/stack/overlay";

describe("stack/overlay: merge", () => {
  const cases: readonly (readonly [string, unknown, unknown, unknown])[] = [
    ["adds what is not there", { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ["replaces a value", { a: 1 }, { a: 2 }, { a: 2 }],
    [
      "merges mappings at any depth",
      { a: { b: { c: 1, d: 2 } } },
      { a: { b: { c: 3 } } },
      { a: { b: { c: 3, d: 2 } } },
    ],
    ["replaces a list whole", { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
    ["replaces a mapping by a value", { a: { b: 1 } }, { a: 1 }, { a: 1 }],
    ["replaces a value by a mapping", { a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
    ["replaces a mapping by nothing where nothing is said", { a: { b: 1 } }, { a: null }, { a: null }],
    [
      "keeps false, zero and the empty text of the overlay",
      { a: 1, b: 1, c: 1 },
      { a: 0, b: false, c: "" },
      { a: 0, b: false, c: "" },
    ],
    [
      "takes names that every object inherits for names like others",
      {},
      { constructor: { a: 1 } },
      { constructor: { a: 1 } },
    ],
  ];
  for (const [what, base, over, expected] of cases) {
    it(what, () => {
      assert.deepEqual(merge(base, over), expected);
    });
  }

  /** Trees of settings, with few names so that two trees meet. */
  const { settings } = fc.letrec<{ settings: Record<string, unknown>; value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.constant(null),
      fc.array(fc.integer()),
      tie("settings"),
    ),
    settings: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { noNullPrototype: true }),
  }));
  const isTree = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  /** Paths to everything in a tree that is no mapping with content, with what is there. */
  const leaves = (value: unknown, at = ""): [string, unknown][] =>
    isTree(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${at}/${key}`))
      : [[at, value]];

  it("has all of the overlay, of the base what the overlay does not touch, and nothing else", () => {
    fc.assert(
      fc.property(settings, settings, (base, over) => {
        const isAt = (path: string, other: string): boolean => path === other || path.startsWith(`${other}/`);
        const merged = leaves(merge(base, over));
        const [ofBase, ofOver] = [leaves(base), leaves(over)];
        for (const [path, value] of merged) {
          const inOver = ofOver.find(([other]) => other === path && !(isTree(value) && path === ""));
          const inBase = ofBase.find(([other]) => other === path);
          assert.deepEqual(value, (inOver ?? inBase)?.[1], `of nowhere: ${path}`);
        }
        for (const [path, value] of ofOver)
          if (!isTree(value)) assert.deepEqual(merged.find(([other]) => other === path)?.[1], value, path);
        for (const [path, value] of ofBase)
          if (!ofOver.some(([other]) => isAt(path, other) || isAt(other, path)))
            assert.deepEqual(merged.find(([other]) => other === path)?.[1], value, path);
      }),
    );
  });

  it("changes neither of the two, and nothing more when done again", () => {
    fc.assert(
      fc.property(settings, settings, (base, over) => {
        const before = structuredClone([base, over]);
        const once = merge(base, over);
        assert.deepEqual([base, over], before);
        assert.deepEqual(merge(once, over), once);
        assert.deepEqual(merge(base, {}), base);
      }),
    );
  });
});

describe("stack/overlay: sandboxOverlay", () => {
  const decided = {
    "nova-tracing:storage": { type: "memory" },
    "nova-tracing:sampling": { defaultRate: 0.5 },
  };

  for (const stack of ["dev", "staging"]) {
    it(`leaves ${stack} everything that decides what is deployed, and sets Jaeger's version`, () => {
      const shipped = { ...decided, "nova-tracing:jaeger": { version: "9.9.9", kept: true } };
      const merged = merge(shipped, sandboxOverlay(stack, "2.13.0")) as Record<string, object>;
      const { "nova-tracing:jaeger": jaeger, ...rest } = merged as typeof merged & {
        "nova-tracing:jaeger": Record<string, unknown>;
      };
      assert.equal(jaeger.version, "2.13.0");
      assert.equal(jaeger.kept, true);
      const storage = { ...rest["nova-tracing:storage"] };
      Reflect.deleteProperty(storage, "elasticsearch");
      assert.deepEqual({ ...rest, "nova-tracing:storage": storage }, decided);
    });
  }

  it("makes staging's Elasticsearch one small node, and leaves its mode and retention as they are", () => {
    const elasticsearch = { mode: "builtin", version: "8.19.13", nodes: 3, memory: "8Gi" };
    const storage = { type: "elasticsearch", retentionDays: 30, elasticsearch };
    const merged = merge({ "nova-tracing:storage": storage }, sandboxOverlay("staging", "2.13.0")) as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    const { elasticsearch: small, ...kept } = merged["nova-tracing:storage"] ?? {};
    assert.deepEqual(kept, { type: "elasticsearch", retentionDays: 30 });
    assert.deepEqual(
      [small?.mode, small?.version, small?.nodes, small?.memory],
      ["builtin", "8.19.13", 1, "1Gi"],
    );
  });
});
