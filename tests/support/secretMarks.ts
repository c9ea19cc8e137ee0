/** The mark of a secret in what the SDK sends; its value stands beside it. */
export const secretMark = "4dabf18193072939515e22adb298388d";

/** A document with its secrets in clear, as a provider sees it. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== "object" || value === null) return value;
  if (secretMark in value) return "value" in value ? withoutMarks(value.value) : undefined;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutMarks(member)]));
}
