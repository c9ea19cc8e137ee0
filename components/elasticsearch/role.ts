import type { RetentionMechanism } from "./retention";

/** A role, as `PUT _security/role/<name>` takes it. */
export interface Role {
  readonly cluster: readonly string[];
  readonly indices: readonly { readonly names: readonly string[]; readonly privileges: readonly string[] }[];
}

/**
 * What Jaeger's user may do. Always: find out the version (`monitor`), write and read its own indices, and extend
 * their mappings (`auto_configure`). With dated indices it makes the templates and a new index each day itself, and the
 * cleaner deletes the old ones; with a lifecycle policy the bootstrap and Elasticsearch do both, and Jaeger may not.
 */
export function jaegerRole(indexPrefix: string, mechanism: RetentionMechanism): Role {
  const dated = mechanism === "cleaner";
  return {
    cluster: ["monitor", ...(dated ? ["manage_index_templates"] : [])],
    indices: [
      {
        names: [`${indexPrefix}-jaeger-*`],
        privileges: [
          "read",
          "write",
          "view_index_metadata",
          "auto_configure",
          ...(dated ? ["create_index", "delete_index"] : []),
        ],
      },
    ],
  };
}
