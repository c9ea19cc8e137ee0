import { personalDataAttributes } from "../../policy/limits";
import type { YamlMap } from "./sharedConfig";

/**
 * Personal data in span attributes. Jaeger's `attributes` processor is all it has: it reaches neither events, links,
 * resource attributes nor span names. What identifies a person but has to be found again (which requests did this
 * address make?) is hashed; what opens a door or tells a story is deleted.
 */

/** Attributes that name a person, in the guide and in OpenTelemetry's conventions; kept as SHA-256. */
export const hashedAttributes: readonly string[] = [
  "user.email",
  "user.full_name",
  "user.name",
  "email.to",
  "email.from",
  "client.address",
  "net.peer.ip",
  "http.client_ip",
];

/**
 * Attributes that hold a secret or free text about a person, wherever the word stands in the key; deleted. A Go regular
 * expression without a dollar sign, which the collector would expand; the short words only count as a whole part of a
 * key, or "classname" would go for its "ssn".
 */
export const deletedAttributePattern =
  "(?i)(password|passwd|secret|token|authorization|cookie|api[._-]?key|credit[._-]?card|card[._-]?number|email\\.(subject|body)|(^|[._-])(ssn|iban)\\b)";

/** The `attributes/pii` processor; every attribute of the policy's list is named, whatever the pattern covers. */
export function personalDataProcessor(): YamlMap {
  const deleted = personalDataAttributes.filter((key) => !hashedAttributes.includes(key));
  return {
    actions: [
      ...hashedAttributes.map((key) => ({ key, action: "hash" })),
      ...deleted.map((key) => ({ key, action: "delete" })),
      { pattern: deletedAttributePattern, action: "delete" },
    ],
  };
}
