import { randomBytes } from "node:crypto";
import type * as Secrets from "../../config/secrets";
import { isMapping, type StackConfig } from "./overlay";

/** A text for a part of a setting that is encrypted in the user's stack file. */
const placeholder = "made-up-by-the-sandbox";

/** The full keys of the secrets that settings need. */
export function neededSecretKeys(config: StackConfig): string[] {
  const valueAt = (...path: readonly string[]): unknown =>
    path.reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), config);
  const use = {
    authentication: valueAt("nova-tracing:ui", "authentication"),
    elasticsearchMode: valueAt("nova-tracing:storage", "elasticsearch", "mode"),
    snapshots: valueAt("nova-tracing:storage", "elasticsearch", "snapshots"),
  };
  if (Object.values(use).every((value) => value === undefined)) return [];
  return secretsModule()
    .neededSecrets(use)
    .map((name) => `nova-tracing:${name}`);
}

/** A value that nobody has or had. */
export function madeUpSecret(): string {
  return randomBytes(24).toString("hex");
}

/** The full keys of what a stack file has encrypted as a whole. */
export function encryptedKeys(config: StackConfig): string[] {
  return Object.keys(config).filter((key) => isEncrypted(config[key]));
}

/**
 * Settings without what is encrypted in them, as the sandbox has no key to it: whole values go, and a part of one
 * becomes a text.
 */
export function withoutEncrypted(config: StackConfig): StackConfig {
  const readable = Object.entries(config).filter(([, value]) => !isEncrypted(value));
  return Object.fromEntries(readable.map(([key, value]) => [key, readableValue(value)]));
}

function readableValue(value: unknown): unknown {
  if (isEncrypted(value)) return placeholder;
  if (Array.isArray(value)) return value.map(readableValue);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, readableValue(member)]));
}

/** Whether a value of a stack file is what Pulumi makes of a secret. */
function isEncrypted(value: unknown): boolean {
  return isMapping(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** Loaded only here: Pulumi's SDK takes a second, and most commands do without it. */
function secretsModule(): Pick<typeof Secrets, "neededSecrets"> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() of a TypeScript file needs a loader of its own.
  return require("../../config/secrets") as typeof Secrets;
}
