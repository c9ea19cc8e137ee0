// eslint-disable-next-line @typescript-eslint/no-require-imports -- any other import is a copy, which the SDK does not call
import deserialization = require("@pulumi/policy/deserialize");

type Deserialize = (properties: object, withSecrets: boolean) => object;

/**
 * Lets all policies see one copy of the properties of a resource in a request of the engine.
 *
 * The SDK unpacks them anew for each policy, and AnalyzeStack has the whole stack in one request: with a thousand
 * services that, and the garbage, are more work than the rules. No rule changes what it reads (`snapshot` copies it).
 * Without the SDK's function, which is no part of its interface, each policy gets its own copy as before.
 */
export function shareProperties(): void {
  const sdk = deserialization as unknown as { deserializeProperties?: Deserialize };
  const original = sdk.deserializeProperties;
  if (typeof original !== "function") return;
  // By the request's own message, which no other request has.
  const known = new WeakMap<object, object>();
  sdk.deserializeProperties = (properties, withSecrets) => {
    // For remediation, of which the pack has none: the SDK puts marks on secrets there.
    if (withSecrets) return original(properties, withSecrets);
    const shared = known.get(properties) ?? original(properties, withSecrets);
    known.set(properties, shared);
    return shared;
  };
}
