/**
 * What personal data and secrets look like in a text, wherever it stands. One expression, because the redaction
 * processor tries several in no fixed order: the first of two could leave half of what the second would have found.
 *
 * Go and JavaScript (the policy pack, the tests) read it alike: upper and lower case are the same all through, there is
 * no look around, no class by name, and no dollar sign, which the collector would expand. What has a border of its own
 * takes the sign before it along (`other`).
 */

/** What ends an address, a name or a value in a text or a URL. */
const stop = "\\s@<>()\\[\\]{},;:=&?/\\\\\"'|#";

/** A sign that is no part of a number or a word, or the beginning. */
const other = "(?:^|[^\\w.])";

/**
 * An assignment's secret: in quotes with what is in them (escaped ones, as of JSON within JSON, end at the next; a text
 * that was cut off has no end), or up to the next sign that ends a value. A placeholder of a statement is no secret
 * (`?`, `:name`, `@name`, and a dollar sign with a number), and neither is what begins with a bracket.
 */
const assigned = [
  `\\\\+"[^"]*"?`,
  `\\\\+'[^']*'?`,
  `"(?:[^"\\\\]|\\\\.)*"?`,
  `'(?:[^'\\\\]|\\\\.|'')*'?`,
  `\\\\*(?:(?:bearer|basic|digest|token) +)?(?:%[0-9a-f]{2}|\\x24[a-z_]|[#^]\\w|[\\w+/~.*!-])(?:[^\\s"'&,;)}\\]<>\\\\]|,[^\\s"'&,;)}\\]<>\\\\])*`,
].join("|");

/** All pairs of a cookie's header, of which any may be a session. */
const cookies = `cookie(?:\\\\*["'])?\\s*[=:]\\s*\\\\*["']?[\\w.%~+-]+=[^\\s;"']*(?:; ?[\\w.%~+-]+(?:=[^\\s;"']*)?)*`;

/** Ends of names whose value is a secret or a person: `password`, `reset_token`, `X-Api-Key`, `firstName`. */
const names = [
  "pass(?:word|wd|phrase|code)",
  "\\bpass",
  "pwd",
  "secret",
  "credentials?",
  "token",
  "(?:api|access|private|secret|signing|encryption)[._-]?(?:access[._-]?)?key",
  "authorization",
  "cookie",
  "session[._-]?id",
  "jsessionid",
  "signature",
  "otp",
  "e-?mail",
  "user[._-]?name",
  "(?:first|last|full|given|family|middle|maiden)[._-]?name",
  "surname",
  "phone(?:[._-]?(?:number|no))?",
  "birth[._-]?(?:date|day)",
  "date[._-]?of[._-]?birth",
  "credit[._-]?card",
  "card[._-]?number",
  "cvv",
  "cvc",
  "ssn",
  "iban",
].join("|");

/** A part of an IPv4 address. */
const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

/** All of IPv4 but what is private, shared (100.64/10), link-local, loopback, multicast or reserved. */
const publicNetworks = [
  `(?:[1-9]|1[1-9]|[2-9]\\d|10[1-9]|11\\d|12[0-689]|1[3-5]\\d|16[0-8]|17[013-9]|18\\d|19[013-9]|20\\d|21\\d|22[0-3])(?:\\.${octet}){3}`,
  `100\\.(?:\\d|[1-5]\\d|6[0-3]|12[89]|1[3-9]\\d|2\\d\\d)(?:\\.${octet}){2}`,
  `169\\.(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-35])(?:\\.${octet}){2}`,
  `172\\.(?:\\d|1[0-5]|3[2-9]|[4-9]\\d|[12]\\d\\d)(?:\\.${octet}){2}`,
  `192\\.(?:\\d|[1-9]\\d|1[0-5]\\d|16[0-79]|1[7-9]\\d|2\\d\\d)(?:\\.${octet}){2}`,
].join("|");

/** Each kind of value, as an expression; tests/components/jaeger and docs/personal-data.md name them too. */
export const personalValues = {
  /** A PEM block, whole or cut off. */
  privateKey: "-----BEGIN [a-z ]*PRIVATE KEY-----(?:[^-]|-[^-])*(?:-----END [a-z ]*PRIVATE KEY-----)?",
  /** User and password of a URL; the host stays. */
  urlCredentials: `//[^\\s/?#@"'<>]*:[^\\s/?#@"'<>]*@`,
  /** The end of a name that says what it holds, and its value: in a query, a header, a JSON document or a sentence. */
  assignment: `${cookies}|(?:${names})(?:\\\\*["'])?\\s*(?:=|:|=>|%3D)\\s*(?:${assigned})`,
  /** Authorization as a header has it: a scheme, and what has a digit, or is longer than a word. */
  authorization:
    "\\b(?:bearer|basic|digest|negotiate)\\s+(?:[a-z_~.+/=-]*[0-9][\\w~.+/=-]{7,}|[\\w~.+/=-]{20,})",
  /** JSON web token, with or without its signature. */
  jwt: "\\beyJ[\\w-]{5,}\\.[\\w-]{5,}(?:\\.[\\w-]*)?",
  /** Keys that say whose they are: AWS, GitHub, GitLab, Slack, Google, Stripe. */
  providerKey:
    "\\b(?:(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}|gh[pousr]_\\w{36,}|github_pat_\\w{22,}|glpat-[\\w-]{20,}|xox[abeoprs]-[\\w-]{10,}|AIza[\\w-]{35}|[rs]k_(?:live|test)_\\w{16,})\\b",
  /** E-mail address, the sign in the middle also as URLs and JSON write it. */
  email: `[^${stop}]+(?:@|%(?:25)*40|\\\\u0040)(?:[^${stop}.%]+\\.)+(?:xn--[a-z0-9-]+|[a-z]{2,24})`,
  /** Card of Visa, Mastercard, American Express, Diners, Discover, JCB or UnionPay, alone or in groups. */
  card: `${other}(?:4\\d{3}|5[1-5]\\d\\d|222[1-9]|22[3-9]\\d|2[3-6]\\d\\d|27[01]\\d|2720|6011|64[4-9]\\d|65\\d\\d|62\\d\\d|35(?:2[89]|[3-8]\\d))(?:[ -]?\\d{4}){3}\\b|${other}3[47]\\d\\d[ -]?\\d{6}[ -]?\\d{5}\\b|${other}3(?:0[0-5]|[68]\\d)\\d[ -]?\\d{6}[ -]?\\d{4}\\b`,
  /** IBAN. Countries whose two letters are hexadecimal have digits alone, and are told from an id by their length. */
  iban: "\\b(?:DE\\d{2}(?: ?\\d{4}){4} ?\\d{2}|BE\\d{2}(?: ?\\d{4}){3}|(?:AD|AE|BA|EE)\\d{2}(?: ?\\d{4}){4}(?: ?\\d{1,3})?|(?:AT|LT|LU|CH|LI|LV|HR|NL|GB|IE|ES|SE|PT|IT|FR|MC|SM|PL|CZ|SK|SI|HU|DK|FI|NO|GR|CY|MT|RO|BG|TR|IS|UA)\\d{2}(?: ?[A-Z0-9]{4}){2} ?[A-Z0-9]{1,4}(?: ?[A-Z0-9]{1,4}){0,4})\\b",
  /** Social security number of the United States, with its hyphens. */
  ssn: "\\b(?:00[1-9]|0[1-9]\\d|[1-57-8]\\d\\d|6[0-57-9]\\d|66[0-57-9])-\\d\\d-\\d{4}\\b",
  /** Telephone number with the country's code; one without it is any number. */
  phone: "\\B\\+[1-9]\\d{0,2}(?:[ ./()-]{0,2}\\d){7,12}\\b|%2B[1-9]\\d{8,14}\\b",
  /** Public address: those of a cluster are private, and stay, because one cannot find a fault without them. */
  ipv4: `(?:^/?|[\\s(]/|[\\s"'=,;(\\[<>@:|]|//)(?:${publicNetworks})\\b`,
  /** Public address of version 6: what begins with 2 or 3. */
  ipv6: "\\b[23][0-9a-f]{3}:(?:[0-9a-f]{0,4}:){2,6}[0-9a-f]{0,4}",
} as const;

/** All of them: what it finds is personal. Case does not matter. */
export const personalValuePattern = `(?i)${Object.values(personalValues)
  .map((value) => `(?:${value})`)
  .join("|")}`;
