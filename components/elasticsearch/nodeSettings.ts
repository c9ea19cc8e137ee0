import { stringify } from "yaml";
import { shareOfMemoryMebibytes } from "../kubernetes/quantity";
import { ports } from "./ports";
import type { RetentionMechanism } from "./retention";

/** What the settings of a node are made from. */
export interface NodeSettingsArgs {
  /** Name of the cluster, and of its StatefulSet. */
  readonly name: string;
  /** Nodes of the cluster. */
  readonly nodes: number;
  /** Begins the names of Jaeger's indices. */
  readonly indexPrefix: string;
  readonly retentionMechanism: RetentionMechanism;
}

/** Folders below the one of the settings; Elasticsearch reads certificates from nowhere else, and reads them again. */
export const certificateFolders = { http: "certs-http", transport: "certs-transport" } as const;

/** What every node is told, whoever runs it. */
export function sharedNodeSettings({
  indexPrefix,
  retentionMechanism,
}: Pick<NodeSettingsArgs, "indexPrefix" | "retentionMechanism">): Record<string, unknown> {
  return {
    // Memory-mapped files need a sysctl of the machine that only a privileged pod could set.
    "node.store.allow_mmap": false,
    // A write before the alias is there would make an index of its name, and the alias could never be made.
    ...(retentionMechanism === "ilm"
      ? { "action.auto_create_index": `-${indexPrefix}-jaeger-*-write,-${indexPrefix}-jaeger-*-read,+*` }
      : {}),
    // Native processes beside the heap, for a feature that nothing here uses.
    "xpack.ml.enabled": false,
  };
}

/** `elasticsearch.yml` of a node of the builtin cluster. */
export function nodeSettings(args: NodeSettingsArgs): string {
  const { http, transport } = certificateFolders;
  return stringify({
    "cluster.name": args.name,
    "node.name": "${POD_NAME}",
    "network.host": "0.0.0.0",
    "http.port": ports.http,
    "transport.port": ports.transport,
    "readiness.port": ports.readiness,
    // A node that is alone warns twice a minute where it is told to look for others.
    "discovery.seed_hosts": args.nodes > 1 ? [`${args.name}-nodes`] : [],
    ...sharedNodeSettings(args),
    "xpack.security.enabled": true,
    // Both would make certificates and tokens of their own at the first start.
    "xpack.security.autoconfiguration.enabled": false,
    "xpack.security.enrollment.enabled": false,
    "xpack.security.http.ssl.enabled": true,
    "xpack.security.http.ssl.key": `${http}/tls.key`,
    "xpack.security.http.ssl.certificate": `${http}/tls.crt`,
    // A node is let in by whose authority signed it, not by its address, which changes with every start.
    "xpack.security.transport.ssl.enabled": true,
    "xpack.security.transport.ssl.verification_mode": "certificate",
    "xpack.security.transport.ssl.client_authentication": "required",
    "xpack.security.transport.ssl.key": `${transport}/tls.key`,
    "xpack.security.transport.ssl.certificate": `${transport}/tls.crt`,
    "xpack.security.transport.ssl.certificate_authorities": [`${transport}/ca.crt`],
  });
}

/** What is added to it while no cluster has formed: who elects the first master. */
export function firstFormationSettings({ name, nodes }: Pick<NodeSettingsArgs, "name" | "nodes">): string {
  return stringify({
    "cluster.initial_master_nodes": Array.from({ length: nodes }, (_, index) => `${name}-${index}`),
  });
}

/** More heap than this and Java can no longer use short references: 31g hold less than 33g would. */
const mostHeapMebibytes = 31 * 1024;

/**
 * Options of Java: half of the memory as heap, all of it from the start; the other half is for Lucene's buffers and
 * the cache of files. Its log goes to the container's and not to files that fill the volume.
 */
export function javaOptions(memory: string): string {
  const heap = Math.min(shareOfMemoryMebibytes(memory, 0.5), mostHeapMebibytes);
  return `-Xms${heap}m -Xmx${heap}m -Xlog:disable -Xlog:all=warning:stderr:utctime,level,tags`;
}
