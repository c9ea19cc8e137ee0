import * as sdk from "@pulumi/policy";

// Exported by the SDK since 1.21, and left out of its declaration files.
const { UnknownValueError } = sdk as unknown as { UnknownValueError: new () => Error };

/** The type of `UNKNOWN`; a class, because a symbol's type widens wherever it is inferred. */
export class Unknown {
  readonly reason = "unknown during preview";
}

/** Stands for a value that the engine cannot know during a preview. */
export const UNKNOWN = Object.freeze(new Unknown());

/** A plain copy of what the engine sent: JSON, with `UNKNOWN` where a value is not known yet. */
export type Value =
  null | boolean | number | string | Unknown | readonly Value[] | { readonly [key: string]: Value };

/** A mapping in such a copy. */
export type Mapping = Readonly<Record<string, Value>>;

/**
 * Copies the inputs or outputs of a resource.
 *
 * The SDK throws when a rule touches an unknown value, and then turns the whole rule into mere advice. In a copy an
 * unknown value is a value like any other, which equals nothing that a rule allows: the rule reports it.
 */
export function snapshot(source: unknown): Value {
  if (typeof source === "string" || typeof source === "boolean" || typeof source === "number") return source;
  if (source === null || typeof source !== "object") return null;
  if (Array.isArray(source)) {
    return Array.from({ length: source.length }, (_, index) => property(source, index) ?? null);
  }
  const copy: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const key of Object.keys(source)) {
    const value = property(source, key);
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}

/**
 * What the SDK's proxy stands before: it is the same for all policies of a request (shareProperties.ts), while each has
 * a proxy of its own. Anything else stands for itself.
 */
export function sourceOf(source: object): object {
  const target = (source as Record<string, unknown>).__getSpecialProxyTarget;
  return typeof target === "object" && target !== null ? target : source;
}

function property(source: object, key: string | number): Value | undefined {
  try {
    const value = (source as Record<string | number, unknown>)[key];
    return value === undefined ? undefined : snapshot(value);
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}

/** Whether a value is a mapping (no list, not unknown). */
export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) && value !== UNKNOWN;
}

/** The entries of a mapping; of anything else none. */
export function entries(value: Value | undefined): [string, Value][] {
  return isMapping(value) ? Object.entries(value) : [];
}

/** The elements of a list; of anything else none. */
export function elements(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

/** Whether a value is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value at a path; `undefined` where the path ends early, `UNKNOWN` where any step of it is unknown. */
export function at(value: Value | undefined, ...path: (string | number)[]): Value | undefined {
  let current: Value | undefined = value;
  for (const step of path) {
    if (current === UNKNOWN) return UNKNOWN;
    if (isList(current) && typeof step === "number") current = current[step];
    else if (isMapping(current) && typeof step === "string") current = current[step];
    else return undefined;
  }
  return current;
}

/** A text, or `undefined` for anything else, unknown values included. */
export function text(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** How a value reads in a message: short, on one line, saying so when it is missing or unknown. */
export function show(value: Value | undefined): string {
  if (value === undefined || value === null) return "missing";
  if (value === UNKNOWN)
    return "unknown during preview (write a plain value, not an output of another resource)";
  const json = JSON.stringify(value, (_, inner: unknown) => (inner === UNKNOWN ? "(unknown)" : inner));
  return json.length > 100 ? `${json.slice(0, 97)}...` : json;
}
