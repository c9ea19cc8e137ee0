import type { types } from "@pulumi/kubernetes";
import type { PasswordReference } from "./cluster";
import type { ElasticsearchConnection } from "./connection";

/** What Jaeger's command line tools for Elasticsearch have in common: variables, and the authority's certificate. */

const authorityFolder = "/etc/elasticsearch/authority";

/** Mount of the volume with the authority, and the file in it. */
export const toolMounts = {
  authority: { name: "authority", mountPath: authorityFolder, readOnly: true },
  authorityFile: `${authorityFolder}/ca.crt`,
} as const;

/** Variables of a tool; it has no option for a file with a password. */
export function toolEnvironment(
  { authoritySecret, indexPrefix }: ElasticsearchConnection,
  user: { readonly username: string; readonly password: PasswordReference },
): types.input.core.v1.EnvVar[] {
  const { key, secret } = user.password;
  return [
    // Not ES_INDEX_PREFIX, which the tools ignore.
    { name: "INDEX_PREFIX", value: indexPrefix },
    { name: "ES_USERNAME", value: user.username },
    { name: "ES_PASSWORD", valueFrom: { secretKeyRef: { name: secret, key } } },
    { name: "ES_TLS_ENABLED", value: "true" },
    ...(authoritySecret === undefined ? [] : [{ name: "ES_TLS_CA", value: toolMounts.authorityFile }]),
  ];
}

/** Volume with the authority's certificate, and nothing else of its Secret; none where the image knows it. */
export function toolVolumes({ authoritySecret }: ElasticsearchConnection): types.input.core.v1.Volume[] {
  if (authoritySecret === undefined) return [];
  const items = [{ key: "ca.crt", path: "ca.crt" }];
  return [{ name: "authority", secret: { secretName: authoritySecret, defaultMode: 0o440, items } }];
}
