import { createHash } from "node:crypto";
import * as path from "node:path";
import { Job } from "@pulumi/kubernetes/batch/v1/job";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec } from "../kubernetes/networkEdges";
import { scriptFiles } from "../kubernetes/scriptFiles";
import { bootstrapPodSpec, files } from "./bootstrap/pod";
import type { Plan } from "./bootstrap/plan";
import type { ReachableCluster, SnapshotSettings } from "./cluster";
import type { ElasticsearchConnection } from "./connection";
import { lifecyclePolicy } from "./lifecyclePolicy";
import { jaegerRole } from "./role";
import { snapshotDocuments } from "./snapshots";
import { spanTemplate } from "./spanMapping";
import { retiredUsers } from "./users";

/** What an ElasticsearchBootstrap is made from. */
export interface ElasticsearchBootstrapArgs {
  readonly namespace: string;
  /** Release of the rollover tool. */
  readonly jaegerVersion: string;
  readonly connection: ElasticsearchConnection;
  readonly cluster: ReachableCluster;
  /** Generation of Jaeger's user; undefined in somebody else's cluster, where user and role are not touched. */
  readonly userGeneration: number | undefined;
  readonly snapshots?: SnapshotSettings | undefined;
}

/** Kinds of indices that Jaeger writes. */
const kinds = ["span", "service", "dependencies"] as const;

/** Seconds that a cluster gets to form, or to start what it holds. */
const waitSeconds = 480;

/** Seconds for both tries. With the nodes' own time it stays below what pipelines allow. */
const deadlineSeconds = 1200;

/**
 * The Job that brings Elasticsearch to where Jaeger can start: healthy, user and role, then with a lifecycle policy the
 * policy, the templates, the first indices and the aliases. Its name follows from all that it does, so that a change
 * runs it anew, beside the finished one, and nothing else does; it stays when it is done, or each update would run it.
 */
export class ElasticsearchBootstrap extends pulumi.ComponentResource {
  constructor(name: string, args: ElasticsearchBootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ElasticsearchBootstrap", name, {}, opts);
    const { connection, jaegerVersion, namespace } = args;
    const identity: Identity = { application: "elasticsearch", instance: name, role: "bootstrap" };
    const labels = { ...objectLabels(identity, jaegerVersion), ...connection.clientLabels };
    const child = childOptions(this, opts);
    const metadata = (objectName: string): { name: string; namespace: string; labels: Labels } => ({
      name: objectName,
      namespace,
      labels: objectLabels(identity, jaegerVersion),
    });

    const program = programData(args);
    const policy = policyData(args);
    const programName = `${name}-bootstrap`;
    const policyName = `${name}-lifecycle`;
    const before: pulumi.Resource[] = [
      new ConfigMap(programName, { metadata: metadata(programName), data: program }, child),
      ...(policy === undefined
        ? []
        : [new ConfigMap(policyName, { metadata: metadata(policyName), data: policy }, child)]),
      new ServiceAccount(
        programName,
        { metadata: metadata(programName), automountServiceAccountToken: false },
        child,
      ),
      new NetworkPolicy(
        programName,
        {
          metadata: metadata(programName),
          spec: networkPolicySpec(selectorLabels(identity), { to: [connection.edge] }),
        },
        child,
      ),
    ];

    const spec = {
      // A pod that stopped with a message is tried once more, in case somebody has repaired it meanwhile.
      backoffLimit: 1,
      activeDeadlineSeconds: deadlineSeconds,
      template: {
        metadata: { labels },
        spec: bootstrapPodSpec({
          account: programName,
          jaegerVersion,
          connection,
          cluster: args.cluster,
          programConfigMap: programName,
          policyConfigMap: policy === undefined ? undefined : policyName,
        }),
      },
    };
    const hash = createHash("sha256")
      .update(JSON.stringify({ spec, program, policy }))
      .digest("hex")
      .slice(0, 8);
    new Job(
      programName,
      {
        metadata: {
          ...metadata(`${programName}-${hash}`),
          annotations: {
            "pulumi.com/timeoutSeconds": String(deadlineSeconds + 60),
            // Else the next deployment would wait for a Job that has failed for good.
            "pulumi.com/replaceUnready": "true",
          },
        },
        spec,
      },
      after(child, ...before),
    );
    this.registerOutputs();
  }
}

/** The program and its plan. */
function programData(args: ElasticsearchBootstrapArgs): Record<string, string> {
  return {
    ...scriptFiles(path.join(__dirname, "bootstrap", "script")),
    [files.plan]: `${JSON.stringify(planOf(args), null, 2)}\n`,
  };
}

/** The lifecycle policy, where there is one. */
function policyData({
  connection: { retention },
}: ElasticsearchBootstrapArgs): Record<string, string> | undefined {
  if (retention.mechanism !== "ilm") return undefined;
  return { [files.policy]: `${JSON.stringify(lifecyclePolicy(retention), null, 2)}\n` };
}

/** What the program is told. */
function planOf({
  cluster,
  connection,
  userGeneration,
  jaegerVersion,
  snapshots,
}: ElasticsearchBootstrapArgs): Plan {
  const { copies, indexPrefix, retention, shards, username } = connection;
  return {
    url: connection.url,
    // A cluster of its own may still be forming, or have terabytes to start.
    waitSeconds,
    pauseMilliseconds: 2000,
    administrator: { username: cluster.administrator.username, passwordFile: files.administratorPassword },
    jaeger: { username, passwordFile: files.jaegerPassword },
    retiredUsers: userGeneration === undefined ? [] : retiredUsers(userGeneration),
    ...(userGeneration !== undefined
      ? {
          role: {
            name: `${indexPrefix}-jaeger`,
            body: jaegerRole(indexPrefix, retention.mechanism, snapshots !== undefined),
          },
        }
      : {}),
    spanTemplate: spanTemplate(connection),
    ...(retention.mechanism === "ilm"
      ? {
          lifecycle: {
            policy: connection.lifecyclePolicy,
            policyFile: `${files.policyFolder}/${files.policy}`,
            families: kinds.map((kind) => `${indexPrefix}-jaeger-${kind}`),
            shards,
            copies,
            jaegerVersion,
            initMarker: files.initMarker,
          },
        }
      : {}),
    ...(snapshots === undefined ? {} : { snapshots: snapshotDocuments(indexPrefix, snapshots) }),
  };
}
