import { REDACTED } from "./redacted";
import { scrubQuery, scrubUrl } from "./url";
import { isCardNumber, isIban } from "./checksums";

// Every quantifier that could run over the same text twice is bounded: a value comes from outside, and a
// pattern that needs quadratic time on it would be a way to stop the service.

const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g;
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{0,15}:\/\/[^\s"'<>`]+/gi;
const QUERY_IN_TEXT = /\?([\w%.~+[\]-]{1,100}=[^\s"'<>#`]*)/g;
// Begins where a run of its characters does, with what may stand before it: "eyJ-eyJ-..." is looked at once.
const JSON_WEB_TOKEN = /(?<![\w-])[\w-]{0,40}?eyJ[\w-]{8,4000}\.[\w-]{8,4000}(?:\.[\w-]*)?/g;
const AUTHORIZATION = /\b(Bearer|Basic|Digest|Negotiate) {1,3}[\w.~+/=-]{8,}/gi;
const NAMED_SECRET =
  /((?:password|passwd|passphrase|pwd|secret|token|authorization|cookie|credential|api[-_ ]?key|access[-_ ]?key|session[-_ ]?id|otp|cvv|cvc)[\w-]{0,20}["']?\s{0,3}[:=]\s{0,3})("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\s,;&})\]"']+)/gi;
const NAMED_NUMBER =
  /((?:phone|telephone|mobile|msisdn|ssn|card|account|pin)[\w-]{0,20}["']?\s{0,3}[:=]\s{0,3}["']?)[+(]?\d[\d ()./-]{2,30}/gi;
const EMAIL = /[\p{L}\p{N}._%+-]{1,128}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}][\p{L}\p{N}-]{1,23}/giu;
const PHONE = /(?<![\w+])\+\d[\d ().-]{6,20}\d/g;
const SOCIAL_SECURITY = /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g;
const CARD = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g;
const IBAN = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])/g;

/** None of the patterns can match a text that has none of these; most attribute values have none. */
const SUSPICIOUS = /[@%?:=+]|\d{3}|eyJ|BEGIN|bearer|basic|digest|negotiate/i;

/**
 * Takes personal data and secrets out of free text, by their looks: e-mail addresses, international phone
 * numbers, card and account numbers, tokens, keys, `password=...`, logins and query values of addresses.
 */
export function scrubText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(PRIVATE_KEY, REDACTED)
    .replace(URL_IN_TEXT, scrubUrl)
    .replace(QUERY_IN_TEXT, (_, query: string) => `?${scrubQuery(query)}`)
    .replace(AUTHORIZATION, `$1 ${REDACTED}`)
    .replace(JSON_WEB_TOKEN, REDACTED)
    .replace(NAMED_SECRET, (_, name: string, value: string) => `${name}${quoteLike(value)}`)
    .replace(NAMED_NUMBER, `$1${REDACTED}`)
    .replace(EMAIL, REDACTED)
    .replace(IBAN, (digits) => (isIban(digits) ? REDACTED : digits))
    .replace(CARD, (digits) => (isCardNumber(digits) ? REDACTED : digits))
    .replace(PHONE, REDACTED)
    .replace(SOCIAL_SECURITY, REDACTED);
}

/** Keeps the quotes of a quoted value, so that redacted JSON stays JSON. */
function quoteLike(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? "";
  return `${quote}${REDACTED}${quote}`;
}
