import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { dataChecksum } from "../kubernetes/checksum";
import type { Labels } from "../kubernetes/labels";
import type { SnapshotSettings } from "./cluster";
import { snapshotKeys } from "./snapshots";

/** Key under which each Secret of this backend holds its password. */
export const passwordKey = "password";

/** Name, namespace and labels of an object. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
}

/**
 * A random password in a Secret of that name. Letters and digits alone, because Jaeger's tools take it from a variable.
 */
export function createPassword(metadata: ObjectMetadata, options: pulumi.CustomResourceOptions): Secret {
  const { result } = new RandomPassword(
    metadata.name,
    { length: 32, special: false },
    // Nothing of it is in the cluster, and what is not protected is made anew there.
    { ...options, retainOnDelete: false },
  );
  return createSecret(metadata, { [passwordKey]: result }, options);
}

/** The credentials of the storage of snapshots, by the names of the settings that take them. */
export function createSnapshotSecret(
  metadata: ObjectMetadata,
  { accessKey, secretKey }: SnapshotSettings,
  options: pulumi.CustomResourceOptions,
): Secret {
  const data = { [snapshotKeys.accessKey]: accessKey, [snapshotKeys.secretKey]: secretKey };
  return createSecret(metadata, data, options);
}

/** SHA-256 of the credentials, in clear: of keys that are too long to be guessed from it. */
export function snapshotChecksum({ accessKey, secretKey }: SnapshotSettings): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.output({ accessKey, secretKey }).apply(dataChecksum));
}

/** A Secret of these values. */
export function createSecret(
  metadata: ObjectMetadata,
  stringData: Record<string, pulumi.Input<string>>,
  options: pulumi.CustomResourceOptions,
): Secret {
  // Given values are secrets already; this holds for those that somebody passes in clear.
  const additionalSecretOutputs = ["stringData"];
  return new Secret(
    metadata.name,
    { metadata, type: "Opaque", stringData },
    { ...options, additionalSecretOutputs },
  );
}
