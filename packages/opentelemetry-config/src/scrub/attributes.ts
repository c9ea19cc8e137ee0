import { isIP } from "node:net";
import type { Attributes } from "@opentelemetry/api";
import { isSensitive } from "./keys";
import { REDACTED } from "./redacted";
import { scrubText } from "./text";
import { scrubQuery, scrubUrl } from "./url";

type Scrub = (text: string) => string;

/** Keys of the semantic conventions whose values have a form of their own. */
const BY_KEY: ReadonlyMap<string, Scrub> = new Map<string, Scrub>([
  ...["url.full", "http.url", "http.target", "url.path", "url.template", "http.request.header.referer"].map(
    (key) => [key, (text: string) => scrubText(scrubUrl(text))] as const,
  ),
  ["url.query", (text) => scrubQuery(text)],
  ...["db.statement", "db.query.text"].map(
    (key) => [key, (text: string) => scrubText(scrubStatement(text))] as const,
  ),
  ...["client.address", "source.address", "http.client_ip", "net.peer.ip", "net.sock.peer.addr"].map(
    (key) => [key, scrubAddress] as const,
  ),
  ["network.peer.address", scrubAddress],
]);

/**
 * A copy of attributes without personal data: the values under the keys of the deny-list are replaced,
 * all other texts are searched for what looks personal. The given object is left as it is.
 */
export function scrubAttributes(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      scrubText(key),
      isSensitive(key, value) ? REDACTED : scrubValue(value, BY_KEY.get(key) ?? scrubText),
    ]),
  ) as Attributes;
}

/** Deeper values are replaced whole: no attribute has a reason to be deeper. */
const MAX_DEPTH = 6;

// Attributes are flat by type, but the SDK's runtime lets nested values pass.
function scrubValue(value: unknown, scrub: Scrub, depth = 0): unknown {
  if (typeof value === "string") return scrub(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH || ArrayBuffer.isView(value)) return REDACTED;
  if (Array.isArray(value)) return value.map((item: unknown) => scrubValue(item, scrub, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      scrubText(key),
      isSensitive(key, item) ? REDACTED : scrubValue(item, scrubText, depth + 1),
    ]),
  );
}

/** The shape of a statement without its literals: they hold the row's data. */
function scrubStatement(statement: string): string {
  return statement
    .replace(/'(?:[^'\\]|\\.|'')*'?/g, "?")
    .replace(/\$([a-z_]*)\$[^$]*\$\1\$/gi, "?")
    .replace(/(?<![\w$:@.])[+-]?\d[\d.]*(?:e[+-]?\d+)?\b/gi, "?");
}

/** A pod's or a node's address tells where to look; an address of the public Internet may be a person's. */
function scrubAddress(address: string): string {
  const text = address.replace(/^::ffff:/i, "");
  if (isIP(text) === 0) return scrubText(address);
  return PRIVATE_ADDRESS.test(text) ? address : REDACTED;
}

const PRIVATE_ADDRESS =
  /^(?:10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe[89ab])/i;
