/** The ports of an Elasticsearch node. */
export const ports = {
  /** Its API, HTTPS. */
  http: 9200,
  /** Between the nodes of a cluster, TLS with certificates on both sides. */
  transport: 9300,
  /** Open only while the node belongs to a cluster that has a master: what the readiness probe asks. */
  readiness: 9399,
} as const;
