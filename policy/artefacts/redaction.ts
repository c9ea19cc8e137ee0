import { at, elements, type Mapping, text, type Value } from "../engine/snapshot";
import { componentType } from "./collectorConfiguration";
import { type Matcher, patternMatcher } from "./goPattern";

/** Where the transform processor finds attributes beside those of a span. */
export const attributeContexts = ["resource", "scope", "spanevent"] as const;

/** Texts of a span that are no attributes, by the context that they are found in. */
export const textFields = [
  ["scope", "name"],
  ["scope", "version"],
  ["span", "name"],
  ["span", "status.message"],
  ["span", "trace_state"],
  ["spanevent", "name"],
] as const;

/** What a pipeline takes out of everything that comes. */
export interface Redaction {
  /** Finds what goes from the values of all attributes; none if there is no such step, or one with exceptions. */
  readonly values: readonly Matcher[];
  /** Finds the names whose attributes go or are hashed, by context. */
  readonly names: Readonly<Record<string, readonly Matcher[]>>;
  /** Finds what goes from a text, by `context.field`. */
  readonly texts: Readonly<Record<string, readonly Matcher[]>>;
}

/** Reads the steps of a pipeline. What is not of a known shape takes nothing out. */
export function redactionOf(document: Mapping, steps: readonly Value[]): Redaction {
  const settings = (type: string): (Value | undefined)[] =>
    steps
      .filter((step) => componentType(step) === type)
      .map((step) => at(document, "processors", text(step) ?? ""));
  const statements = settings("transform").flatMap(statementsOf);
  const names: Record<string, Matcher[]> = {};
  const texts: Record<string, Matcher[]> = {};
  for (const { context, statement } of statements) {
    (names[context] ??= []).push(...namesOf(statement, statements, context));
    const replaced = /^replace_pattern\(([a-z_.]+), ("(?:[^"\\]|\\.)*"), "[^"$]*"\)$/.exec(statement);
    if (replaced !== null)
      (texts[`${context}.${replaced[1] ?? ""}`] ??= []).push(...patternMatcher(unquoted(replaced[2])));
  }
  return { values: settings("redaction").flatMap(valuesOf), names, texts };
}

/** Exceptions would let through whatever they are for. */
const exceptions = ["ignored_keys", "ignored_key_patterns", "allowed_values"];

function valuesOf(settings: Value | undefined): Matcher[] {
  if (at(settings, "redact_all_types") !== true) return [];
  if (exceptions.some((key) => (at(settings, key) ?? null) !== null)) return [];
  return elements(at(settings, "blocked_values")).flatMap(patternMatcher);
}

interface Statement {
  readonly context: string;
  readonly statement: string;
}

// A step that goes on after an error lets through what it did not come to.
function statementsOf(settings: Value | undefined): Statement[] {
  if (at(settings, "error_mode") !== "propagate") return [];
  return elements(at(settings, "trace_statements")).flatMap((group) => {
    const context = at(group, "context");
    if (typeof context !== "string" || (at(group, "conditions") ?? null) !== null) return [];
    return elements(at(group, "statements"))
      .filter((statement) => typeof statement === "string")
      .map((statement) => ({ context, statement }));
  });
}

function namesOf(statement: string, all: readonly Statement[], context: string): Matcher[] {
  const pattern = /^delete_matching_keys\(attributes, ("(?:[^"\\]|\\.)*")\)$/.exec(statement)?.[1];
  if (pattern !== undefined) return patternMatcher(unquoted(pattern));
  const key = /^delete_key\(attributes, ("[^"\\$]*")\)$/.exec(statement)?.[1];
  if (key !== undefined) return [(name) => name === unquoted(key)];
  // Hashed if it is a text, deleted if not: either alone leaves the other.
  const hashed = /^set\(attributes\[("[^"\\$]*")\], SHA256\(/.exec(statement)?.[1];
  if (hashed === undefined) return [];
  const attribute = `attributes[${hashed}]`;
  const isWhole = [
    `set(${attribute}, SHA256(${attribute})) where IsString(${attribute})`,
    `delete_key(attributes, ${hashed}) where not IsString(${attribute})`,
  ].every((wanted) => all.some((one) => one.context === context && one.statement === wanted));
  return isWhole ? [(name) => name === unquoted(hashed)] : [];
}

function unquoted(source: string | undefined): string | undefined {
  try {
    return JSON.parse(source ?? "") as string;
  } catch {
    return undefined;
  }
}
