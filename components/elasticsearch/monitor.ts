import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { createWatcher } from "../kubernetes/watcher";
import type { ElasticsearchConnection } from "./connection";
import { metricsPort, monitorPlan, monitorWatcher } from "./monitor/pod";

/** What an ElasticsearchMonitor is made from. */
export interface ElasticsearchMonitorArgs {
  readonly namespace: string;
  readonly connection: ElasticsearchConnection;
  /** Repository of the snapshots, where they are taken. */
  readonly snapshotRepository?: string | undefined;
  /** Namespace whose pods may read the metrics. */
  readonly metricsNamespace: string;
}

/**
 * Elasticsearch's own metrics for Prometheus, read as Jaeger's user: health, disks, refused work, lifecycle management
 * and the age of the last snapshot. A program of ours and not prometheus-community's exporter, because that can neither
 * be built from a registry nor tried here; names, and such labels as there are, are the exporter's.
 */
export class ElasticsearchMonitor extends pulumi.ComponentResource {
  /** Selects its one pod: two would count everything twice. */
  readonly selector: Labels;

  constructor(name: string, args: ElasticsearchMonitorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ElasticsearchMonitor", name, {}, opts);
    const { connection, metricsNamespace, namespace, snapshotRepository } = args;
    const identity: Identity = { application: "elasticsearch", instance: name, role: "monitor" };
    this.selector = selectorLabels(identity);
    const child = childOptions(this, opts);
    const metadata = { name: `${name}-monitor`, namespace, labels: objectLabels(identity) };
    const watcher = monitorWatcher(connection, monitorPlan(connection, snapshotRepository));
    const scraper = { peer: { namespace: metricsNamespace }, ports: [metricsPort] };
    createWatcher(
      watcher,
      {
        metadata,
        selector: this.selector,
        podLabels: connection.clientLabels,
        edges: { from: [scraper], to: [connection.edge] },
      },
      child,
    );
    this.registerOutputs();
  }
}
