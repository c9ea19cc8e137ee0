/**
 * Elasticsearch's metrics that the alerts read. Elasticsearch has no endpoint for Prometheus; who gives these is
 * components/elasticsearch/monitor, or the elasticsearch_exporter of prometheus-community, whose names, labels and units
 * they are. Whoever gives them is scraped in Jaeger's namespace.
 */
export const elasticsearchMetrics = {
  /** 1 for the `color` (green, yellow, red) that the cluster has, 0 for the others. `_cluster/health` */
  status: "elasticsearch_cluster_health_status",
  /** Shards without a node. `_cluster/health` */
  unassignedShards: "elasticsearch_cluster_health_unassigned_shards",
  /** Bytes of the disk of a node (`name`), by `mount`. `_nodes/stats/fs` */
  diskBytes: "elasticsearch_filesystem_data_size_bytes",
  /** Bytes of it that Elasticsearch may still use. `_nodes/stats/fs` */
  diskAvailableBytes: "elasticsearch_filesystem_data_available_bytes",
  /** Counter of the tasks that a node (`name`) has refused, by thread pool (`type`). `_nodes/stats/thread_pool` */
  rejected: "elasticsearch_thread_pool_rejected_count",
  /** 1 for the `operation_mode` (RUNNING, STOPPING, STOPPED) of the lifecycle management, 0 for others. `_ilm/status` */
  lifecycle: "elasticsearch_ilm_status",
  /** When the last snapshot that succeeded began, Unix seconds, by `repository`. `_snapshot/REPOSITORY/_all` */
  lastSnapshot: "elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds",
} as const;

/** Role of the pods that give them, among those that are scraped. */
export const elasticsearchRole = "elasticsearch";

/** What of them there is to read. */
export interface ElasticsearchMetrics {
  /** Whether lifecycle management keeps the retention: else nobody minds whether it runs. */
  readonly lifecycle: boolean;
  /** Whether snapshots are taken. */
  readonly snapshots: boolean;
}
