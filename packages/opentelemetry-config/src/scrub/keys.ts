/**
 * Words that make an attribute personal or secret wherever they stand in its key. A key is cut at every
 * character that is no letter or digit, and at camel case: `userEmail`, `user.email` and `X-User-Email` are alike.
 */
const WORDS: ReadonlySet<string> = new Set(
  [
    // Secrets
    "password passwords passwd pwd passphrase passcode secret secrets token tokens jwt bearer otp totp pin",
    "authorization cookie cookies credential credentials apikey csrf xsrf",
    // People
    "email emails mail phone phones telephone mobile msisdn fax ssn passport dob birthday birthdate birthplace",
    "username firstname lastname fullname surname nickname street postcode zipcode",
    "latitude longitude recipient recipients",
    // Money
    "iban cvv cvc creditcard cardnumber",
    // What people wrote
    "body payload",
  ].flatMap((line) => line.split(" ")),
);

/** Neighbouring words that are personal only together: `server.address` is not, `billing.address` is. */
const PAIRS: ReadonlySet<string> = new Set(
  [
    "api key|access key|private key|encryption key|session id|session key|session ticket|signing key",
    "user name|first name|last name|full name|middle name|maiden name|given name|family name|login name",
    "display name|enduser id|national id|tax id|e mail|birth date|date birth",
    "home address|street address|postal address|billing address|shipping address|mailing address",
    "user address|customer address|delivery address|zip code|post code|postal code",
    "card number|credit card|account number|bank account",
    "message text|message content|email subject|forwarded for|real ip|location lat|location lon",
  ].flatMap((line) => line.split("|")),
);

/** A number or a boolean under a key that ends so measures or judges, and tells nothing: `request.body.size`. */
const MEASURES: ReadonlySet<string> = new Set(
  "size count length bytes total limit ms seconds present enabled required verified expired valid".split(" "),
);

/** Prefixes under which each key is named by the statement, so the words say nothing. */
const PREFIXES = ["db.query.parameter.", "db.operation.parameter.", "db.statement.parameter."] as const;

function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

function computeVerdict(key: string): "open" | "sensitive" | "measure" {
  const words = wordsOf(key);
  const sensitive =
    PREFIXES.some((prefix) => key.startsWith(prefix)) ||
    words.some((word, index) => WORDS.has(word) || PAIRS.has(`${word} ${words[index + 1] ?? ""}`));
  if (!sensitive) return "open";
  return MEASURES.has(words.at(-1) ?? "") ? "measure" : "sensitive";
}

/** Keys are few and repeat in every span; the bound is for a service that makes keys from its data. */
const REMEMBERED_KEYS = 1_000;
const verdicts = new Map<string, ReturnType<typeof computeVerdict>>();

/** Whether the value under this key must not leave the service, whatever it looks like. */
export function isSensitive(key: string, value: unknown): boolean {
  let verdict = verdicts.get(key);
  if (verdict === undefined) {
    verdict = computeVerdict(key);
    if (verdicts.size < REMEMBERED_KEYS) verdicts.set(key, verdict);
  }
  if (verdict === "measure") return typeof value !== "number" && typeof value !== "boolean";
  return verdict === "sensitive";
}
