// @ts-check
"use strict";

/**
 * From Elasticsearch's answers to Prometheus' text format. Names and units are those of prometheus-community's
 * elasticsearch_exporter, with fewer labels for a node, so that it can take this program's place. It differs in one
 * thing: a snapshot of which a part failed does not count here.
 */

/** @typedef {{ labels: Record<string, string>, value: number }} Sample */
/** @typedef {{ name: string, type: "gauge" | "counter", help: string, samples: Sample[] }} Family */

const colors = ["green", "yellow", "red"];
const modes = ["RUNNING", "STOPPING", "STOPPED"];

/** @param {any} answer of `_cluster/health` @returns {Family[]} */
function healthFamilies(answer) {
  const cluster = answer.cluster_name;
  return [
    {
      name: "elasticsearch_cluster_health_status",
      type: "gauge",
      help: "1 for the color that the cluster has.",
      samples: colors.map((color) => ({
        labels: { cluster, color },
        value: Number(answer.status === color),
      })),
    },
    {
      name: "elasticsearch_cluster_health_unassigned_shards",
      type: "gauge",
      help: "Shards without a node.",
      samples: [{ labels: { cluster }, value: answer.unassigned_shards }],
    },
    {
      name: "elasticsearch_cluster_health_number_of_nodes",
      type: "gauge",
      help: "Nodes of the cluster.",
      samples: [{ labels: { cluster }, value: answer.number_of_nodes }],
    },
  ];
}

/** @param {any} answer of `_nodes/stats/fs,thread_pool` @returns {Family[]} */
function nodeFamilies(answer) {
  const cluster = answer.cluster_name;
  /** @type {any[]} */
  const nodes = Object.values(answer.nodes);
  /** @param {(path: any) => number} value @returns {Sample[]} */
  const perDisk = (value) =>
    nodes.flatMap(({ name, fs }) =>
      fs.data.map((/** @type {any} */ disk) => ({
        labels: { cluster, name, mount: disk.mount, path: disk.path },
        value: value(disk),
      })),
    );
  return [
    {
      name: "elasticsearch_filesystem_data_size_bytes",
      type: "gauge",
      help: "Size of the disk.",
      samples: perDisk((disk) => disk.total_in_bytes),
    },
    {
      name: "elasticsearch_filesystem_data_available_bytes",
      type: "gauge",
      help: "Bytes of the disk that Elasticsearch may still use.",
      samples: perDisk((disk) => disk.available_in_bytes),
    },
    {
      name: "elasticsearch_thread_pool_rejected_count",
      type: "counter",
      help: "Tasks that a node has refused, by thread pool.",
      samples: nodes.flatMap(({ name, thread_pool: pools }) =>
        Object.entries(pools).map(([type, pool]) => ({
          labels: { cluster, name, type },
          value: pool.rejected,
        })),
      ),
    },
  ];
}

/** @param {any} answer of `_ilm/status` @returns {Family[]} */
function lifecycleFamilies(answer) {
  return [
    {
      name: "elasticsearch_ilm_status",
      type: "gauge",
      help: "1 for the mode that the lifecycle management is in.",
      samples: modes.map((mode) => ({
        labels: { operation_mode: mode },
        value: Number(answer.operation_mode === mode),
      })),
    },
  ];
}

/**
 * @param {string} repository
 * @param {any} answer of `_snapshot/REPOSITORY/*`
 * @returns {Family[]} 0, which is long ago, while none has succeeded
 */
function snapshotFamilies(repository, answer) {
  /** @type {any[]} */
  const snapshots = answer.snapshots;
  const begun = snapshots.filter(({ state }) => state === "SUCCESS").map((one) => one.start_time_in_millis);
  return [
    {
      name: "elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds",
      type: "gauge",
      help: "When the last snapshot that succeeded began, Unix seconds.",
      samples: [{ labels: { repository }, value: Math.max(0, ...begun) / 1000 }],
    },
  ];
}

/** @param {readonly Family[]} families @returns {string} */
function render(families) {
  return families
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ labels, value }) => `${name}{${renderLabels(labels)}} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** @param {Record<string, string>} labels */
function renderLabels(labels) {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`)
    .join(",");
}

module.exports = { healthFamilies, lifecycleFamilies, nodeFamilies, render, snapshotFamilies };
