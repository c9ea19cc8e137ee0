import { limitAlert, valueText, type NamespaceAlertsInput } from "./alert";
import { elasticsearchMetrics as metrics, type ElasticsearchMetrics } from "./elasticsearchMetrics";
import { bootstrapJobs } from "./jobAlerts";
import { combined, labelled, lines, selector, summedRate } from "./promql";
import type { AlertingRule } from "./rule";
import { duration } from "./threshold";
import { thresholds } from "./thresholds";

/** Alerts on Elasticsearch as it sees itself. Only for stacks where something reads it: the first one asks for that. */
export function elasticsearchAlerts(
  { namespace, runbookUrl }: NamespaceAlertsInput,
  { lifecycle, snapshots }: ElasticsearchMetrics,
): readonly AlertingRule[] {
  const { status, unassignedShards, diskBytes, diskAvailableBytes, rejected } = metrics;
  const series = (metric: string, labels = {}): string => selector(metric, { namespace, ...labels });
  const color = (name: string): string => `max by (namespace, cluster) (${series(status, { color: name })})`;
  const perNode = (metric: string): string => `sum by (namespace, name) (${series(metric)})`;
  const used = lines(`100 * (1 - ${perNode(diskAvailableBytes)}`, `/ ${perNode(diskBytes)})`);
  const { windowMinutes } = thresholds.ElasticsearchRejectsWrites;
  const needed = [
    status,
    unassignedShards,
    diskBytes,
    diskAvailableBytes,
    rejected,
    ...(lifecycle ? [metrics.lifecycle] : []),
    ...(snapshots ? [metrics.lastSnapshot] : []),
  ];
  const lastSnapshot = `max by (namespace, repository) (${series(metrics.lastSnapshot)})`;
  const asked = selector("kube_job_created", { namespace, job_name: bootstrapJobs });
  const cluster = "The cluster {{ $labels.cluster }} in {{ $labels.namespace }}";
  const disk = `The disk of {{ $labels.name }} in {{ $labels.namespace }} is ${valueText(1)}% full`;

  return [
    limitAlert(
      runbookUrl,
      "ElasticsearchMetricsMissing",
      combined(
        "sum",
        ["namespace"],
        Object.fromEntries(
          needed.map((metric) => [metric, labelled(`absent(${series(metric)})`, "namespace", namespace)]),
        ),
      ),
      {
        summary: "Prometheus does not see Elasticsearch",
        finding: `${valueText()} kinds of metrics of Elasticsearch are missing in {{ $labels.namespace }}`,
        consequence: "alerts on Elasticsearch's health are silent whatever happens",
      },
    ),
    limitAlert(runbookUrl, "ElasticsearchClusterRed", color("red"), {
      summary: "Elasticsearch is red",
      finding: `${cluster} is red`,
      consequence: "a part of the spans can be neither read nor written",
    }),
    limitAlert(runbookUrl, "ElasticsearchClusterYellow", color("yellow"), {
      summary: "Elasticsearch is yellow",
      finding: `${cluster} is yellow`,
      consequence: "copies of shards are missing, and the loss of one more node loses spans",
    }),
    limitAlert(
      runbookUrl,
      "ElasticsearchShardsUnassigned",
      `max by (namespace, cluster) (${series(unassignedShards)})`,
      {
        summary: "Elasticsearch has shards without a node",
        finding: `${cluster} has ${valueText()} shards without a node`,
        consequence: "they do not come back by themselves",
      },
    ),
    limitAlert(runbookUrl, "ElasticsearchDiskFilling", used, {
      summary: "A disk of Elasticsearch is filling",
      finding: disk,
      consequence: "at 85% Elasticsearch puts no further shard there",
    }),
    limitAlert(runbookUrl, "ElasticsearchDiskHigh", used, {
      summary: "A disk of Elasticsearch is nearly full",
      finding: disk,
      consequence: "at 95% Elasticsearch takes no more writes, and spans are lost",
    }),
    limitAlert(
      runbookUrl,
      "ElasticsearchRejectsWrites",
      summedRate(["namespace", "name"], series(rejected, { type: "write" }), duration(windowMinutes)),
      {
        summary: "Elasticsearch rejects writes",
        finding: `{{ $labels.name }} in {{ $labels.namespace }} rejects ${valueText(1)} writes a second`,
        consequence: "Elasticsearch gets more than it can write",
      },
    ),
    ...(lifecycle
      ? [
          limitAlert(
            runbookUrl,
            "ElasticsearchLifecycleNotRunning",
            `1 - max by (namespace) (${series(metrics.lifecycle, { operation_mode: "RUNNING" })})`,
            {
              summary: "Elasticsearch's lifecycle management does not run",
              finding: "Elasticsearch's lifecycle management in {{ $labels.namespace }} is stopped",
              consequence: "indices neither roll over nor go, and the disk fills",
            },
          ),
        ]
      : []),
    ...(snapshots
      ? [
          limitAlert(
            runbookUrl,
            "ElasticsearchSnapshotTooOld",
            lines(
              // 0 while none has succeeded: then it counts from when the bootstrap asked for them, if that is known.
              `(time() - (${lastSnapshot} > 0`,
              `or ${lastSnapshot} + on (namespace) group_left () max by (namespace) (${asked})`,
              `or ${lastSnapshot})) / 3600`,
            ),
            {
              summary: "Elasticsearch has no fresh snapshot",
              finding: `For ${valueText()} hours no snapshot in {{ $labels.repository }} has begun and succeeded`,
              consequence: "spans since then are lost with the cluster",
            },
          ),
        ]
      : []),
  ];
}
