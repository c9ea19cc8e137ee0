import { parseAllDocuments } from "yaml";
import { perResource } from "../engine/perResource";
import { type Resource } from "../engine/resource";
import {
  entries,
  isMapping,
  type Mapping,
  snapshot,
  text,
  UNKNOWN,
  type Unknown,
  type Value,
} from "../engine/snapshot";

/** A text inside a ConfigMap, read as a document. */
export interface EmbeddedDocument {
  /** Where it stands: `data["strategies.json"]`. */
  readonly place: string;
  /** Key in the ConfigMap. */
  readonly key: string;
  readonly source: string;
  readonly content: ParsedText;
}

/** A mapping, or why there is none. */
export type ParsedText = { readonly mapping: Mapping } | { readonly problem: string };

/** A text of a ConfigMap, or what stands in its place. */
export interface ConfigMapText {
  readonly place: string;
  readonly key: string;
  readonly value: Value;
}

/** The texts of a ConfigMap by key, `data` and `binaryData` alike, as a volume would show them. */
export const configMapTexts = perResource((configMap: Resource): readonly ConfigMapText[] => {
  const plain = entries(configMap.at("data")).map(([key, value]) => ({
    place: `data["${key}"]`,
    key,
    value,
  }));
  const binary = entries(configMap.at("binaryData")).map(([key, value]) => ({
    place: `binaryData["${key}"]`,
    key,
    value: typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : value,
  }));
  return [...plain, ...binary];
});

/**
 * The documents (YAML or JSON mappings) in a ConfigMap. What is no mapping and does not look meant as one is left out;
 * what looks like a document of Jaeger and does not parse is there with its problem.
 */
export const embeddedDocuments = perResource((configMap: Resource): readonly EmbeddedDocument[] =>
  configMapTexts(configMap).flatMap(({ place, key, value }) => {
    if (typeof value !== "string" || !couldBeMapping(value)) return [];
    const content = parseText(value);
    if ("problem" in content && !policedWord.test(value)) return [];
    return [{ place, key, source: value, content }];
  }),
);

// Words without which no policed document is one: a text that has one of them and does not parse is a violation.
const policedWord =
  /pipelines|jaeger_storage|jaeger_query|jaeger_storage_exporter|default_strategy|service_strategies|"?(phases|min_age|expire_after|min_count)"?\s*:|xpack\.security/i;

// No YAML mapping exists without a colon before white space, or a brace. Texts such as rates and addresses have neither,
// and parsing all of those is what would make a preview slow.
function couldBeMapping(value: string): boolean {
  return value.includes("{") || /:(\s|$)/.test(value);
}

const parsed = new Map<string, ParsedText>();
const parsedLimit = 500;

/**
 * Parses one YAML or JSON mapping, the way Jaeger reads it: merge keys expanded, the first document only. Duplicate keys
 * and further documents are problems, because readers differ in which of them they follow.
 */
export function parseText(source: string): ParsedText {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const result = parseUncached(source);
  if (parsed.size >= parsedLimit) parsed.clear();
  parsed.set(source, result);
  return result;
}

function parseUncached(source: string): ParsedText {
  const plain = plainJson(source);
  if (isMapping(plain)) return { mapping: plain };
  try {
    const documents = parseAllDocuments(source, { merge: true, uniqueKeys: true, logLevel: "error" });
    if (!Array.isArray(documents)) return { problem: "it is empty" };
    const [first, second] = documents;
    if (first === undefined) return { problem: "it is empty" };
    if (second !== undefined) return { problem: "it holds more than one document" };
    const [error] = [...first.errors, ...first.warnings];
    if (error !== undefined)
      return { problem: (error.message.split("\n")[0] ?? error.message).replace(/:$/, "") };
    const value = snapshot(first.toJS({ maxAliasCount: 50 }));
    return isMapping(value) ? { mapping: value } : { problem: "it is no mapping" };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

// JSON that reads the same when it is written anew holds no key twice and nothing that only YAML knows: for a file of
// strategies with a thousand services that is a hundred times faster.
function plainJson(source: string): Value | undefined {
  if (!source.startsWith("{") || source.includes('"<<"')) return undefined;
  try {
    const value: unknown = JSON.parse(source);
    const same = [undefined, 2].some((indent) => JSON.stringify(value, null, indent) === source.trimEnd());
    return same ? snapshot(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The text under a key of a ConfigMap; `UNKNOWN` where it is not known, `undefined` where there is none. */
export function configMapText(configMap: Resource, key: string): string | Unknown | undefined {
  if (configMap.at("data") === UNKNOWN) return UNKNOWN;
  const found = configMapTexts(configMap).find((entry) => entry.key === key);
  return found?.value === UNKNOWN ? UNKNOWN : text(found?.value);
}
