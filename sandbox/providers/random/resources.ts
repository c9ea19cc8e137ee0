import { randomBytes, randomInt, randomUUID } from "node:crypto";
import {
  asSecret,
  UNKNOWN,
  type PlainMap,
  type PlainValue,
  type PropertyMap,
} from "../shared/propertyValues";
import type { CheckFailure } from "../shared/provider";
import { bcryptHash } from "./bcryptHash";
import { randomText, rulesFailure, type CharacterRules } from "./characters";

/** A made value: its id in the state, and its outputs beside the inputs. */
export interface Made {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** One type of the plugin. */
export interface RandomResource {
  /** What is wrong with the inputs. */
  readonly failures: (inputs: PlainMap) => CheckFailure[];
  /** Outputs that are known before the value is made: the inputs' defaults. */
  readonly defaults: (inputs: PlainMap) => PlainMap;
  /** Outputs that a preview cannot know. */
  readonly computed: readonly string[];
  readonly make: (inputs: PlainMap) => Made;
}

/** The types that the stand-in has, by their token. */
export const RESOURCES: ReadonlyMap<string, RandomResource> = new Map([
  ["random:index/randomPassword:RandomPassword", text(true)],
  ["random:index/randomString:RandomString", text(false)],
  ["random:index/randomId:RandomId", randomId()],
  ["random:index/randomBytes:RandomBytes", bytes()],
  ["random:index/randomUuid:RandomUuid", uuid()],
  ["random:index/randomUuid4:RandomUuid4", uuid()],
  ["random:index/randomInteger:RandomInteger", integer()],
]);

function text(isPassword: boolean): RandomResource {
  return {
    failures: (inputs) => {
      if (hasUnknownRule(inputs)) return [];
      const failure = rulesFailure(characterRules(inputs));
      return failure === undefined ? [] : [failure];
    },
    defaults: (inputs) => {
      const { overrideSpecial, numeric, ...rules } = characterRules(inputs);
      return { ...rules, numeric, number: numeric, ...(overrideSpecial === "" ? {} : { overrideSpecial }) };
    },
    computed: isPassword ? ["bcryptHash", "result"] : ["result"],
    make: (inputs) => {
      const result = randomText(characterRules(inputs));
      if (!isPassword) return { id: result, outputs: { result } };
      // The id is stored in plain text.
      return {
        id: "none",
        outputs: { bcryptHash: asSecret(bcryptHash(result)), result: asSecret(result) },
      };
    },
  };
}

function hasUnknownRule(inputs: PlainMap): boolean {
  return Object.values(inputs).some((value) => value === UNKNOWN);
}

function characterRules(inputs: PlainMap): CharacterRules {
  const flag = (name: string, fallback = true): boolean =>
    typeof inputs[name] === "boolean" ? inputs[name] : fallback;
  const count = (name: string): number => (typeof inputs[name] === "number" ? inputs[name] : 0);
  return {
    length: count("length"),
    lower: flag("lower"),
    upper: flag("upper"),
    // `number` is the older name of `numeric`.
    numeric: flag("numeric", flag("number")),
    special: flag("special"),
    minLower: count("minLower"),
    minUpper: count("minUpper"),
    minNumeric: count("minNumeric"),
    minSpecial: count("minSpecial"),
    overrideSpecial: typeof inputs["overrideSpecial"] === "string" ? inputs["overrideSpecial"] : "",
  };
}

function randomId(): RandomResource {
  return {
    failures: (inputs) => wholeNumber("byteLength", inputs["byteLength"], 1),
    defaults: () => ({}),
    computed: ["b64Std", "b64Url", "dec", "hex"],
    make: (inputs) => {
      const value = randomBytes(Number(inputs["byteLength"]));
      const prefix = typeof inputs["prefix"] === "string" ? inputs["prefix"] : "";
      const id = value.toString("base64url");
      return {
        id,
        outputs: {
          b64Std: prefix + value.toString("base64"),
          b64Url: prefix + id,
          hex: prefix + value.toString("hex"),
          dec: prefix + BigInt(`0x${value.toString("hex")}`).toString(),
        },
      };
    },
  };
}

function bytes(): RandomResource {
  return {
    failures: (inputs) => wholeNumber("length", inputs["length"], 1),
    defaults: () => ({}),
    computed: ["base64", "hex"],
    make: (inputs) => {
      const value = randomBytes(Number(inputs["length"]));
      const outputs = { base64: asSecret(value.toString("base64")), hex: asSecret(value.toString("hex")) };
      return { id: "none", outputs };
    },
  };
}

function uuid(): RandomResource {
  return {
    failures: () => [],
    defaults: () => ({}),
    computed: ["result"],
    make: () => {
      const result = randomUUID();
      return { id: result, outputs: { result } };
    },
  };
}

function integer(): RandomResource {
  return {
    failures: (inputs) => {
      const { min, max, seed } = inputs;
      if (seed !== undefined) {
        return [
          { property: "seed", reason: "seed is set, but the sandbox's stand-in makes numbers without one" },
        ];
      }
      const failures = [...wholeNumber("min", min), ...wholeNumber("max", max)];
      if (failures.length > 0 || typeof min !== "number" || typeof max !== "number" || min <= max)
        return failures;
      return [{ property: "max", reason: `max is ${max}, but it must not be below min, which is ${min}` }];
    },
    defaults: () => ({}),
    computed: ["result"],
    make: (inputs) => {
      const result = randomInt(Number(inputs["min"]), Number(inputs["max"]) + 1);
      return { id: String(result), outputs: { result } };
    },
  };
}

function wholeNumber(
  property: string,
  value: PlainValue | undefined,
  minimum = Number.MIN_SAFE_INTEGER,
): CheckFailure[] {
  if (value === UNKNOWN || (typeof value === "number" && Number.isInteger(value) && value >= minimum))
    return [];
  const wanted =
    minimum === Number.MIN_SAFE_INTEGER ? "a whole number" : `a whole number of at least ${minimum}`;
  return [
    {
      property,
      reason: `${property} is ${value === undefined ? "not set" : JSON.stringify(value)}, but it must be ${wanted}`,
    },
  ];
}
