import { deletedAttributePattern, hashedAttributes, personalDataProcessor } from "./personalData";
import { personalValuePattern, personalValues } from "./personalValues";
import type { YamlMap } from "./sharedConfig";

/**
 * The steps of the gateway that take personal data out of everything that storage keeps of a span. Three, because each
 * alone leaves something: `attributes` knows the names in a span's own attributes, `transform` those of events, of the
 * scope and of the resource, and the texts that are no attribute, and `redaction` looks into every value, however deep.
 */

/**
 * Names beyond Jaeger's own list: what instrumentation copies of a request or a statement, and more of a person. They
 * count from the beginning of a part of a name, or behind a word that says whose they are (`userPhone`): looked for
 * everywhere, they would cost more than all the values of a span.
 */
const alsoDeleted = `(?:^|[._-])(?:user|customer|client|account|contact|billing|shipping|mobile|home|work|tele)?(?:${[
  "db[._](?:query|operation)[._]parameter|(?:request|response)[._]body|x-forwarded-for|x-real-ip|forwarded",
  // Secrets.
  "pass(?:phrase|code)|credential|(?:access|private|secret|signing|encryption)[._-]?key|signature",
  "session[._-]?(?:id|key|ticket)|jsessionid",
  // People. A `user.name` has been hashed before this.
  "user[_-]?name|nickname|surname|(?:first|last|full|given|family|middle|maiden|customer|recipient|sender|contact|patient|holder)[._-]?name",
  "phone|birth[._-]?da(?:te|y)|date[._-]?of[._-]?birth|passport|(?:national|tax)[._-]?id|latitude|longitude",
  "(?:home|street|postal|billing|shipping|mailing|delivery|customer|user)[._-]?address|(?:post|postal|zip)[._-]?code",
  "account[._-]?number|bank[._-]?account",
  // Short words, whole.
  "(?:pwd|pin|otp|totp|jwt|cvv|cvc|dob|msisdn)(?:\\b|_)",
].join("|")})`;

/** Attributes with a statement, whose literals are a row's data. */
const statements = ["db.statement", "db.query.text"] as const;

/** What stands in the place of a literal. */
const literal = "'(?:[^'\\\\]|\\\\.|'')*'";

/** Where OTTL finds attributes. Those of links it cannot reach; Jaeger's Elasticsearch storage keeps none. */
const withAttributes = ["resource", "scope", "span", "spanevent"] as const;

/** Texts of a span that are no attributes. */
const texts = {
  scope: ["name", "version"],
  span: ["name", "status.message", "trace_state"],
  spanevent: ["name"],
} as const;

/** A text as OTTL writes it. */
const quoted = (text: string): string => JSON.stringify(text);

/** A mapping's key as OTTL reads it. */
const attribute = (key: string): string => `attributes[${quoted(key)}]`;

/** Hashed like Jaeger's step does: SHA-256, in hexadecimal. What is no text cannot be found again, and goes. */
function hashOrDelete(key: string): string[] {
  return [
    `set(${attribute(key)}, SHA256(${attribute(key)})) where IsString(${attribute(key)})`,
    `delete_key(attributes, ${quoted(key)}) where not IsString(${attribute(key)})`,
  ];
}

function statementsOf(context: (typeof withAttributes)[number]): string[] {
  const replaceText = (field: string, pattern: string, by: string): string =>
    `replace_pattern(${field}, ${quoted(pattern)}, ${quoted(by)})`;
  return [
    `delete_matching_keys(attributes, ${quoted(deletedAttributePattern)})`,
    `delete_matching_keys(attributes, ${quoted(`(?i)${alsoDeleted}`)})`,
    // Those of a span are hashed by the step before this one.
    ...(context === "span" ? [] : hashedAttributes.flatMap(hashOrDelete)),
    // A key is anybody's text too.
    `replace_all_patterns(attributes, "key", ${quoted(`(?i)(${personalValues.email})`)}, "****")`,
    ...(context === "span" ? statements.map((key) => replaceText(attribute(key), literal, "?")) : []),
    ...(context in texts ? texts[context as keyof typeof texts] : []).map((field) =>
      replaceText(field, personalValuePattern, "****"),
    ),
  ];
}

/** The steps in their order, by their names in the pipeline. */
export function redactionProcessors(): YamlMap {
  return {
    "attributes/pii": personalDataProcessor(),
    "transform/pii": {
      // A step that fails fails the request: nothing goes on that was not looked at.
      error_mode: "propagate",
      trace_statements: withAttributes.map((context) => ({ context, statements: statementsOf(context) })),
    },
    "redaction/pii": {
      allow_all_keys: true,
      // Numbers, lists and mappings too: one with a find becomes a text.
      redact_all_types: true,
      blocked_values: [personalValuePattern],
      // Their commands have literals of other shapes than SQL's.
      db_sanitizer: Object.fromEntries(
        ["redis", "valkey", "memcached", "mongo"].map((system) => [
          system,
          { enabled: true, attributes: [...statements] },
        ]),
      ),
      // `redaction.masked.count` on a span tells whose service still sends such values, and nothing of them.
      summary: "info",
    },
  };
}
