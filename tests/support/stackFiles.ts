import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { SettingsSource } from "../../config/load";
import type { Environment } from "../../policy/limits";
import { put } from "./document";

/** Root of the project. */
export const projectFolder = join(__dirname, "..", "..");

/** Configuration of a shipped stack file by full key, each value a fresh copy that a test may change. */
export function readStackFile(stack: Environment): Record<string, unknown> {
  const file = parse(readFileSync(join(projectFolder, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  return file.config;
}

/** Configuration as Pulumi hands it to a program: text as it is, everything else as JSON. */
export function asConfig(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts) as Record<string, string>;
}

/** Secrets that the shipped stack files need and cannot hold, by full key: made up, and easy to find again. */
export const madeUpSecrets: Readonly<Record<Environment, Readonly<Record<string, string>>>> = {
  dev: {},
  staging: {},
  production: { "nova-tracing:oidcClientSecret": "canary-oidc-client-secret" },
};

/** A change of a stack file: the key as problems name it (`nova-tracing:sampling.defaultRate`), and its new value. */
export type Change = readonly [key: string, value: unknown];

/** A shipped stack file with its secrets, as `record` takes it, with some keys changed. */
export function shippedConfig(
  stack: Environment,
  ...changes: readonly Change[]
): { readonly stack: Environment; readonly config: Record<string, string>; readonly secretKeys: string[] } {
  const values = { ...readStackFile(stack), ...madeUpSecrets[stack] };
  for (const [key, value] of changes) put(values, key.split("."), value);
  return { stack, config: asConfig(values), secretKeys: Object.keys(madeUpSecrets[stack]) };
}

/** A shipped stack file as the source of settings, with some keys changed; the value `undefined` takes a key away. */
export function shippedSource(stack: Environment, ...changes: readonly Change[]): SettingsSource {
  const { config, secretKeys } = shippedConfig(stack, ...changes);
  return { stack, values: config, isSecret: (key) => secretKeys.includes(key) };
}
