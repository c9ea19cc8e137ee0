import { CronJob } from "@pulumi/kubernetes/batch/v1/cronJob";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import type { ElasticsearchConnection } from "../elasticsearch/connection";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity } from "../kubernetes/labels";
import { networkPolicySpec } from "../kubernetes/networkEdges";
import { dependenciesPod } from "./dependenciesPod";

/** What a JaegerDependencies is made from. */
export interface JaegerDependenciesArgs {
  /** Namespace of all its objects. */
  readonly namespace: string;
  /** Name of the JaegerStack that it belongs to; in its labels. */
  readonly instance: string;
  readonly connection: ElasticsearchConnection;
}

/**
 * The dependency graph of the UI. With Elasticsearch nothing fills it but a job that reads the spans of a day, at its
 * end, and stores which service called which.
 */
export class JaegerDependencies extends pulumi.ComponentResource {
  constructor(name: string, args: JaegerDependenciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerDependencies", name, {}, opts);
    const { namespace, connection } = args;
    const identity: Identity = { application: "jaeger", instance: args.instance, role: "dependencies" };
    const labels = objectLabels(identity);
    const metadata = { name, namespace, labels };
    const child = childOptions(this, opts);
    const account = new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, child);
    const network = new NetworkPolicy(
      name,
      { metadata, spec: networkPolicySpec(selectorLabels(identity), { to: [connection.edge] }) },
      child,
    );
    new CronJob(
      name,
      {
        metadata,
        spec: {
          // It takes the day from its start, in UTC. One that starts after midnight would take the wrong day, and a
          // second run of a day would count every call twice: so in time, once, or not at all.
          schedule: "40 23 * * *",
          timeZone: "Etc/UTC",
          startingDeadlineSeconds: 600,
          concurrencyPolicy: "Forbid",
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              // A second try could begin after midnight, and would store the new day's calls, to which that day's own run
              // adds them again. A day without a graph is the smaller loss.
              backoffLimit: 0,
              activeDeadlineSeconds: 4 * 60 * 60,
              template: {
                metadata: { labels: { ...labels, ...connection.clientLabels } },
                spec: dependenciesPod(name, connection),
              },
            },
          },
        },
      },
      after(child, account, network),
    );
    this.registerOutputs();
  }
}
