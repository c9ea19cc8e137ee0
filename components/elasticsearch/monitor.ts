import * as path from "node:path";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { dataChecksum } from "../kubernetes/checksum";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec } from "../kubernetes/networkEdges";
import { scriptFiles } from "../kubernetes/scriptFiles";
import type { ElasticsearchConnection } from "./connection";
import { metricsPort, monitorPlan, monitorPodSpec, planKey } from "./monitor/pod";

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
    const fullName = `${name}-monitor`;
    const labels = objectLabels(identity);
    const metadata = { name: fullName, namespace, labels };
    const data = {
      ...scriptFiles(path.join(__dirname, "monitor", "script")),
      [planKey]: `${JSON.stringify(monitorPlan(connection, snapshotRepository), null, 2)}\n`,
    };
    const program = new ConfigMap(fullName, { metadata, data }, child);
    const account = new ServiceAccount(fullName, { metadata, automountServiceAccountToken: false }, child);
    const scraper = { peer: { namespace: metricsNamespace }, ports: [metricsPort] };
    const network = new NetworkPolicy(
      fullName,
      { metadata, spec: networkPolicySpec(this.selector, { from: [scraper], to: [connection.edge] }) },
      child,
    );
    new Deployment(
      fullName,
      {
        metadata,
        spec: {
          replicas: 1,
          strategy: { type: "Recreate" },
          selector: { matchLabels: this.selector },
          template: {
            metadata: {
              labels: { ...labels, ...connection.clientLabels },
              annotations: { "checksum/program": dataChecksum(data) },
            },
            spec: monitorPodSpec(fullName, connection),
          },
        },
      },
      after(child, program, account, network),
    );
    this.registerOutputs();
  }
}
