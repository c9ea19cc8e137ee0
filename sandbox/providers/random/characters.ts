import { randomInt } from "node:crypto";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NUMERIC = "0123456789";
/** The vendor's, so that a password suits the same programs. */
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Which characters a password or string is made of. */
export interface CharacterRules {
  /** How many characters; at least 1. */
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  /** How many of each sort at least; their sum is at most `length`. */
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** The special characters to use in the place of the usual ones. */
  readonly overrideSpecial: string;
}

/** What is wrong with rules, as property and reason; undefined when a text can be made by them. */
export function rulesFailure(rules: CharacterRules): { property: string; reason: string } | undefined {
  const { length, minLower, minUpper, minNumeric, minSpecial } = rules;
  if (!Number.isInteger(length) || length < 1) {
    return { property: "length", reason: `length is ${length}, but it must be a whole number of at least 1` };
  }
  const minimum = minLower + minUpper + minNumeric + minSpecial;
  if (length < minimum) {
    return {
      property: "length",
      reason: `length is ${length}, but the minimum numbers together ask for ${minimum} characters`,
    };
  }
  if (allowed(rules) === "") {
    return {
      property: "length",
      reason: "no character may be used: lower, upper, numeric and special are all false",
    };
  }
  return undefined;
}

/** A text by the rules, from the machine's secure source of randomness. */
export function randomText(rules: CharacterRules): string {
  const required: [count: number, from: string][] = [
    [rules.minLower, LOWER],
    [rules.minUpper, UPPER],
    [rules.minNumeric, NUMERIC],
    [rules.minSpecial, specials(rules)],
  ];
  const characters = required.flatMap(([count, from]) => picked(from, count));
  characters.push(...picked(allowed(rules), rules.length - characters.length));
  return shuffled(characters).join("");
}

function allowed(rules: CharacterRules): string {
  return [
    rules.lower ? LOWER : "",
    rules.upper ? UPPER : "",
    rules.numeric ? NUMERIC : "",
    rules.special ? specials(rules) : "",
  ].join("");
}

function specials(rules: CharacterRules): string {
  return rules.overrideSpecial === "" ? SPECIAL : rules.overrideSpecial;
}

function picked(from: string, count: number): string[] {
  return Array.from({ length: count }, () => from.charAt(randomInt(from.length)));
}

function shuffled(characters: readonly string[]): string[] {
  const result = [...characters];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    const [a = "", b = ""] = [result[last], result[other]];
    [result[last], result[other]] = [b, a];
  }
  return result;
}
