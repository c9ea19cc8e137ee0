import assert from "node:assert/strict";
import { compareSync, getRounds } from "bcryptjs";
import fc from "fast-check";
import { bcryptHash } from "../../../sandbox/providers/random/bcryptHash";
import { randomText, rulesFailure, type CharacterRules } from "../../../sandbox/providers/random/characters";
import { RandomProvider } from "../../../sandbox/providers/random/provider";
import {
  isSecret,
  UNKNOWN,
  withoutSecrets,
  type PropertyMap,
} from "../../../sandbox/providers/shared/propertyValues";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const provider = new RandomProvider("4.21.2");
const identity = { urn: "urn:x", name: "x" };

function make(
  type: string,
  inputs: PropertyMap,
  preview = false,
): Promise<{ id: string; state: PropertyMap }> {
  return provider.create({ ...identity, type, inputs, timeoutSeconds: 0, preview });
}

async function failures(type: string, news: PropertyMap): Promise<string> {
  const result = await provider.check({
    ...identity,
    type,
    news,
    olds: undefined,
    randomSeed: Buffer.alloc(0),
    autonaming: undefined,
  });
  return result.failures.map((failure) => failure.reason).join("; ");
}

const rules: fc.Arbitrary<CharacterRules> = fc.record(
  {
    length: fc.integer({ min: 12, max: 40 }),
    lower: fc.boolean(),
    upper: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minLower: fc.integer({ min: 0, max: 3 }),
    minUpper: fc.integer({ min: 0, max: 3 }),
    minNumeric: fc.integer({ min: 0, max: 3 }),
    minSpecial: fc.integer({ min: 0, max: 3 }),
    overrideSpecial: fc.constantFrom("", "_-"),
  },
  { noNullPrototype: true },
);

describe("random texts", () => {
  it("have the length, the sorts and at least the numbers that the rules ask for", () => {
    fc.assert(
      fc.property(
        rules.filter((candidate) => rulesFailure(candidate) === undefined),
        (candidate) => {
          const text = randomText(candidate);
          const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
          const special = count(/[^a-zA-Z0-9]/g);
          assert.equal(text.length, candidate.length);
          assert.ok(
            count(/[a-z]/g) >= candidate.minLower &&
              (candidate.lower || count(/[a-z]/g) === candidate.minLower),
          );
          assert.ok(
            count(/[0-9]/g) >= candidate.minNumeric &&
              (candidate.numeric || count(/[0-9]/g) === candidate.minNumeric),
          );
          assert.ok(special >= candidate.minSpecial);
          if (candidate.overrideSpecial !== "") assert.equal(count(/[^a-zA-Z0-9_-]/g), 0);
        },
      ),
    );
  });

  it("are others each time", async () => {
    const [one, two] = await Promise.all([make(PASSWORD, { length: 20 }), make(PASSWORD, { length: 20 })]);
    assert.notDeepEqual(withoutSecrets(one.state)["result"], withoutSecrets(two.state)["result"]);
  });

  it("by impossible rules are refused with the numbers", async () => {
    assert.match(await failures(PASSWORD, { length: 0 }), /length is 0/);
    assert.match(await failures(PASSWORD, { length: 3, minLower: 2, minUpper: 2 }), /ask for 4 characters/);
    assert.match(
      await failures(PASSWORD, { length: 3, lower: false, upper: false, numeric: false, special: false }),
      /no character/,
    );
    assert.equal(await failures(PASSWORD, { length: UNKNOWN }), "");
  });
});

describe("resources of the random plugin", () => {
  it("keep a password and bytes secret, and out of the id", async () => {
    const password = await make(PASSWORD, { length: 20 });
    assert.ok(isSecret(password.state["result"]));
    assert.equal(password.id, "none");
    const bytes = await make("random:index/randomBytes:RandomBytes", { length: 8 });
    assert.ok(isSecret(bytes.state["base64"]) && isSecret(bytes.state["hex"]));
  });

  it("give the bcrypt hash of a password, at cost 10, as a secret that a preview does not know", async () => {
    const { state } = await make(PASSWORD, { length: 20 });
    const { bcryptHash: hash, result } = withoutSecrets(state) as { bcryptHash: string; result: string };
    assert.ok(isSecret(state["bcryptHash"]));
    assert.match(hash, /^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    assert.equal(getRounds(hash), 10);
    assert.deepEqual([compareSync(result, hash), compareSync(`${result}x`, hash)], [true, false]);
    assert.equal((await make(PASSWORD, { length: 20 }, true)).state["bcryptHash"], UNKNOWN);
  });

  it("hash the first 72 bytes of a longer password, and every byte up to that", () => {
    const password = "é".repeat(36);
    const hash = bcryptHash(`${password}more`);
    assert.ok(compareSync(password, hash));
    assert.ok(!compareSync(password.slice(0, -1), hash));
  });

  it("of other types have no hash", async () => {
    const { state } = await make("random:index/randomString:RandomString", { length: 20 });
    assert.ok(!("bcryptHash" in state));
  });

  it("show the forms of one value", async () => {
    const { id, state } = await make("random:index/randomId:RandomId", { byteLength: 8, prefix: "p-" });
    const { hex, dec } = state as { hex: string; dec: string };
    assert.match(hex, /^p-[0-9a-f]{16}$/);
    assert.equal(state["b64Url"], `p-${id}`);
    assert.equal(BigInt(`0x${hex.slice(2)}`).toString(), dec.slice(2));
  });

  it("keep a number within its bounds, both included", async () => {
    const made = await Promise.all(
      Array.from({ length: 60 }, () => make("random:index/randomInteger:RandomInteger", { min: 1, max: 2 })),
    );
    assert.deepEqual(new Set(made.map(({ state }) => state["result"])), new Set([1, 2]));
    assert.match(await failures("random:index/randomInteger:RandomInteger", { min: 3, max: 2 }), /max is 2/);
  });

  it("do not pretend to know in a preview what is made later", async () => {
    const { id, state } = await make(PASSWORD, { length: 20 }, true);
    assert.deepEqual([id, state["result"], state["special"]], ["", UNKNOWN, true]);
  });

  it("are made anew for each change of inputs, keepers among them, and for nothing else", async () => {
    const diff = async (oldInputs: PropertyMap, news: PropertyMap): Promise<string[]> => {
      const request = {
        ...identity,
        type: PASSWORD,
        id: "none",
        state: {},
        oldInputs,
        news,
        ignoreChanges: [],
      };
      const { changes } = await provider.diff(request);
      return [...changes].map(([path, change]) => `${path}${change.replaces ? "!" : ""}`);
    };
    assert.deepEqual(await diff({ length: 8, keepers: { a: "1" } }, { length: 8, keepers: { a: "2" } }), [
      "keepers!",
    ]);
    assert.deepEqual(await diff({ keepers: { a: "1", b: "2" } }, { keepers: { b: "2", a: "1" } }), []);
  });

  it("that the stand-in lacks are refused with those that it has", async () => {
    await assert.rejects(
      make("random:index/randomPet:RandomPet", {}),
      /which has: RandomPassword, RandomString/,
    );
  });
});
