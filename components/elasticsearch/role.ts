import type { RetentionMechanism } from "./retention";

/** A role, as `PUT _security/role/<name>` takes it. */
export interface Role {
  readonly cluster: readonly string[];
  readonly indices: readonly { readonly names: readonly string[]; readonly privileges: readonly string[] }[];
}

/**
 * What Jaeger's user may do, and no more: docs/elasticsearch-privileges.md says what fails without each. Always: find
 * out the version and how the cluster is (`monitor`), write and read its own indices, which includes new fields in their
 * mappings, and see their settings. With dated indices it makes the templates and a new index each day itself, and the
 * cleaner deletes the old ones; with a lifecycle policy the bootstrap and Elasticsearch do both, and Jaeger may not. Its
 * one index there is the one that takes the place of a lost write alias (`auto_configure`): refused, its spans would be
 * lost, where the bootstrap says how to get them out of that index. The monitor, where there is one, asks whether what
 * keeps the retention runs, and when a snapshot last succeeded.
 * @param takesSnapshots whether there is a repository to ask about
 */
export function jaegerRole(indexPrefix: string, mechanism: RetentionMechanism, takesSnapshots = false): Role {
  const dated = mechanism === "cleaner";
  return {
    cluster: [
      "monitor",
      dated ? "manage_index_templates" : "read_ilm",
      ...(takesSnapshots ? ["monitor_snapshot"] : []),
    ],
    indices: [
      {
        names: [`${indexPrefix}-jaeger-*`],
        privileges: [
          "read",
          "write",
          "view_index_metadata",
          ...(dated ? ["create_index", "delete_index"] : ["auto_configure"]),
        ],
      },
    ],
  };
}
