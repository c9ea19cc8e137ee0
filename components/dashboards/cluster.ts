import type { ElasticsearchMetrics } from "../alerts/elasticsearchMetrics";
import type { AlertValue, Panel } from "./panel";

/** What Elasticsearch says of itself: only what there is of it. */
export function clusterPanels(
  value: AlertValue,
  { lifecycle, snapshots }: ElasticsearchMetrics,
): readonly Panel[] {
  const cleaner: Panel = {
    title: "Last success of the index cleaner",
    description:
      "Hours since the index cleaner last removed what is older than the retention (kube-state-metrics).",
    unit: "hours",
    alerts: ["ElasticsearchIndexCleanerNotRunning"],
    queries: [{ expr: value("ElasticsearchIndexCleanerNotRunning"), legend: "{{cronjob}}" }],
  };
  return [
    {
      title: "Cluster is yellow or red",
      description:
        "1 while the cluster has that color. Yellow: copies of shards are missing. Red: a part of the spans can be neither read nor written.",
      unit: "state",
      alerts: ["ElasticsearchClusterYellow", "ElasticsearchClusterRed"],
      queries: [
        { expr: value("ElasticsearchClusterYellow"), legend: "{{cluster}} yellow" },
        { expr: value("ElasticsearchClusterRed"), legend: "{{cluster}} red" },
      ],
    },
    {
      title: "Shards without a node",
      description: "Shards that no node has. They do not come back by themselves.",
      unit: "count",
      alerts: ["ElasticsearchShardsUnassigned"],
      queries: [{ expr: value("ElasticsearchShardsUnassigned"), legend: "{{cluster}}" }],
    },
    {
      title: "Disk used",
      description:
        "Share of the disk of each node that is used. Elasticsearch puts no further shard there at 85%, and takes no more writes at 95%.",
      unit: "percent",
      alerts: ["ElasticsearchDiskFilling", "ElasticsearchDiskHigh"],
      queries: [{ expr: value("ElasticsearchDiskFilling"), legend: "{{name}}" }],
    },
    {
      title: "Writes rejected",
      description: "Writes a second that a node rejects because it has more than it can do.",
      unit: "perSecond",
      alerts: ["ElasticsearchRejectsWrites"],
      queries: [{ expr: value("ElasticsearchRejectsWrites"), legend: "{{name}}" }],
    },
    lifecycle
      ? {
          title: "Lifecycle management",
          description:
            "Whether Elasticsearch's lifecycle management runs: else no index goes when its time is up.",
          unit: "state",
          alerts: ["ElasticsearchLifecycleNotRunning"],
          state: { 0: "runs", 1: "stopped" },
          queries: [{ expr: value("ElasticsearchLifecycleNotRunning"), legend: "lifecycle management" }],
        }
      : cleaner,
    ...(snapshots
      ? [
          {
            title: "Age of the last snapshot",
            description:
              "Hours since the last snapshot that succeeded began. Spans since then are lost with the cluster.",
            unit: "hours",
            alerts: ["ElasticsearchSnapshotTooOld"],
            queries: [{ expr: value("ElasticsearchSnapshotTooOld"), legend: "{{repository}}" }],
          } satisfies Panel,
        ]
      : []),
  ];
}
