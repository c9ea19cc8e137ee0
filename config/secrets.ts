import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./problems";

/**
 * Secrets of a stack: top-level keys, encrypted in the stack file by `pulumi config set --secret`, and never part of
 * the settings. The settings say which of them are needed.
 */

/** The secrets that there are, with what each is. */
const secrets = {
  oidcClientSecret: "the client's secret at the identity provider",
  elasticsearchPassword: "the password of storage.elasticsearch.username",
  snapshotAccessKey: "the access key of the bucket of snapshots",
  snapshotSecretKey: "the secret key of the bucket of snapshots",
} as const;

/** Name of a secret. */
export type SecretName = keyof typeof secrets;

/** All names. */
export const secretNames = Object.keys(secrets) as SecretName[];

/** What decides which secrets are needed: as it stands in the stack file, checked or not. */
interface SecretUse {
  /** `ui.authentication` */
  readonly authentication: unknown;
  /** `storage.elasticsearch.mode` */
  readonly elasticsearchMode: unknown;
  /** `storage.elasticsearch.snapshots` */
  readonly snapshots: unknown;
}

/** The secrets that these settings need. */
export function neededSecrets({ authentication, elasticsearchMode, snapshots }: SecretUse): SecretName[] {
  return [
    ...(authentication === "oauth2" ? (["oidcClientSecret"] as const) : []),
    ...(elasticsearchMode === "existing" ? (["elasticsearchPassword"] as const) : []),
    ...(snapshots === undefined ? [] : (["snapshotAccessKey", "snapshotSecretKey"] as const)),
  ];
}

/**
 * What is wrong with the secrets: missing, in clear, or used by nothing.
 * @param needed undefined while the settings are not right, so that nobody knows which ones they need
 * @param given the keys that are set
 * @param isSecret whether one is encrypted in the stack file
 */
export function secretProblems(
  stack: string,
  needed: readonly SecretName[] | undefined,
  given: readonly string[],
  isSecret: (key: string) => boolean,
): Problem[] {
  return secretNames.flatMap((name): Problem[] => {
    const key = `nova-tracing:${name}`;
    const set = `"pulumi config set --secret ${key} -s ${stack}"`;
    const remove = `"pulumi config rm ${key} -s ${stack}"`;
    if (!given.includes(name)) {
      return needed?.includes(name)
        ? [{ key, message: `is missing; it is ${secrets[name]}, a secret. Run ${set}` }]
        : [];
    }
    const problem = (message: string): Problem[] => [{ key, value: "[not shown]", message }];
    if (!isSecret(key))
      return problem(`stands there in clear. Change it where it is in use, then run ${set}`);
    return needed === undefined || needed.includes(name)
      ? []
      : problem(`is needed by none of the settings. Run ${remove}`);
  });
}

/** The value of a secret that the settings need; it stays a secret wherever it goes. */
export function secret(name: SecretName): pulumi.Output<string> {
  return new pulumi.Config("nova-tracing").requireSecret(name);
}
