import type { types } from "@pulumi/kubernetes";
import { CronJob } from "@pulumi/kubernetes/batch/v1/cronJob";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity } from "../kubernetes/labels";
import { networkPolicySpec } from "../kubernetes/networkEdges";
import { restrictedContainer, restrictedPod } from "../kubernetes/workload";
import type { ElasticsearchConnection } from "./connection";
import { indexCleanerImage } from "./images";
import { passwordKey } from "./secrets";
import { toolEnvironment, toolMounts, toolVolumes } from "./tool";

/** What an ElasticsearchIndexCleaner is made from. */
export interface ElasticsearchIndexCleanerArgs {
  readonly namespace: string;
  /** Release of the cleaner. */
  readonly jaegerVersion: string;
  readonly connection: ElasticsearchConnection;
}

/**
 * Five minutes after midnight UTC, when a new day's index has begun: up to Jaeger 2.13 the limit moves at midnight, from
 * 2.20 on an index goes at the first run that is late enough after its first span, which comes within those minutes.
 */
export const cleanerSchedule = "5 0 * * *";

/** How late a run may start that was missed while the cluster was down, seconds; it is made up for during the day. */
export const cleanerLatenessSeconds = 6 * 3600;

/** Removes dated indices each day, once the youngest span that may be in them is older than the retention. */
export class ElasticsearchIndexCleaner extends pulumi.ComponentResource {
  constructor(name: string, args: ElasticsearchIndexCleanerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ElasticsearchIndexCleaner", name, {}, opts);
    const { connection, jaegerVersion, namespace } = args;
    const identity: Identity = { application: "elasticsearch", instance: name, role: "index-cleaner" };
    const child = childOptions(this, opts);
    const fullName = `${name}-index-cleaner`;
    const labels = objectLabels(identity, jaegerVersion);
    const metadata = { name: fullName, namespace, labels };
    const account = new ServiceAccount(fullName, { metadata, automountServiceAccountToken: false }, child);
    const policy = new NetworkPolicy(
      fullName,
      { metadata, spec: networkPolicySpec(selectorLabels(identity), { to: [connection.edge] }) },
      child,
    );
    new CronJob(
      fullName,
      {
        metadata,
        spec: {
          schedule: cleanerSchedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: cleanerLatenessSeconds,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              backoffLimit: 4,
              activeDeadlineSeconds: 1800,
              template: {
                metadata: { labels: { ...labels, ...connection.clientLabels } },
                spec: podSpec(fullName, args),
              },
            },
          },
        },
      },
      after(child, account, policy),
    );
    this.registerOutputs();
  }
}

function podSpec(
  account: string,
  { connection, jaegerVersion }: ElasticsearchIndexCleanerArgs,
): types.input.core.v1.PodSpec {
  const password = { secret: connection.passwordSecret, key: passwordKey };
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: "Never",
    securityContext: { ...restrictedPod, fsGroup: restrictedPod.runAsUser },
    containers: [
      {
        name: "index-cleaner",
        image: indexCleanerImage(jaegerVersion),
        imagePullPolicy: "IfNotPresent",
        // No command: what the arguments mean is the image's to say.
        args: [String(connection.retention.cleanerDays), connection.url],
        env: toolEnvironment(connection, { username: connection.username, password }),
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "64Mi" } },
        securityContext: restrictedContainer,
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: connection.authoritySecret === undefined ? [] : [toolMounts.authority],
      },
    ],
    volumes: toolVolumes(connection),
  };
}
