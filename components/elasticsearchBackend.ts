import * as pulumi from "@pulumi/pulumi";
import { elasticsearchRole, type ElasticsearchMetrics } from "./alerts/elasticsearchMetrics";
import { ElasticsearchBootstrap } from "./elasticsearch/bootstrap";
import { BuiltinElasticsearch } from "./elasticsearch/builtinCluster";
import { argumentProblem, type ElasticsearchBackendArgs } from "./elasticsearch/backendArgs";
import type { ReachableCluster } from "./elasticsearch/cluster";
import type { ElasticsearchConnection } from "./elasticsearch/connection";
import { EckElasticsearch } from "./elasticsearch/eckCluster";
import { ExistingElasticsearch } from "./elasticsearch/existingCluster";
import { ElasticsearchIndexCleaner } from "./elasticsearch/indexCleaner";
import { lifecyclePolicyName } from "./elasticsearch/lifecyclePolicy";
import { ElasticsearchMonitor } from "./elasticsearch/monitor";
import { retention } from "./elasticsearch/retention";
import { createPassword } from "./elasticsearch/secrets";
import { snapshotDocuments } from "./elasticsearch/snapshots";
import { jaegerUser } from "./elasticsearch/users";
import type { MetricsPods } from "./jaeger/metrics";
import { after, childOptions } from "./kubernetes/childOptions";
import { objectLabels } from "./kubernetes/labels";
import { argumentRefusal } from "./refusal";

export type { ElasticsearchBackendArgs } from "./elasticsearch/backendArgs";
export type { BuiltinCluster, EckCluster, ExistingCluster, SnapshotSettings } from "./elasticsearch/cluster";

/** Elasticsearch's own metrics, and who serves them. */
export interface ServedElasticsearchMetrics extends ElasticsearchMetrics {
  readonly pods: MetricsPods;
}

/** The storage of spans: a cluster, what has to be in it before Jaeger starts, and what removes old indices. */
export class ElasticsearchBackend extends pulumi.ComponentResource {
  /** What Jaeger has to know. Whoever uses it depends on this component: it is ready when the bootstrap has run. */
  readonly connection: ElasticsearchConnection;
  /** Who serves Elasticsearch's metrics, and which; undefined where nobody reads them. */
  readonly metrics: ServedElasticsearchMetrics | undefined;

  constructor(name: string, args: ElasticsearchBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ElasticsearchBackend", name, {}, opts);
    const problem = argumentProblem(args);
    if (problem !== undefined) throw argumentRefusal(problem, this);
    const { cluster, jaegerVersion, namespace, passwordGeneration = 1, snapshots } = args;
    const child = childOptions(this, opts);
    const clientLabels = { "nova.com/elasticsearch-client": name };

    const server = this.#createCluster(name, args, clientLabels, child);
    const { administrator, authoritySecret, edge, url } = server.reach;
    const before: pulumi.Resource[] = [server];
    let user = { username: administrator.username, passwordSecret: administrator.password.secret };
    if (cluster.mode !== "existing") {
      const username = jaegerUser(passwordGeneration);
      user = { username, passwordSecret: `${name}-${username}` };
      const labels = objectLabels({ application: "elasticsearch", instance: name, role: "access" });
      // Not protected: the bootstrap gives the user whatever password there is.
      before.push(createPassword({ name: user.passwordSecret, namespace, labels }, child));
    }
    this.connection = {
      url,
      majorVersion: cluster.mode === "existing" ? cluster.majorVersion : Number.parseInt(cluster.version, 10),
      ...user,
      authoritySecret,
      indexPrefix: args.indexPrefix,
      shards: args.shards,
      copies: args.copies,
      retention: retention(args.retentionDays, args.retentionMechanism),
      lifecyclePolicy: lifecyclePolicyName(args.indexPrefix, jaegerVersion),
      clientLabels,
      edge,
    };
    const bootstrap = new ElasticsearchBootstrap(
      name,
      {
        namespace,
        jaegerVersion,
        connection: this.connection,
        cluster: server.reach,
        userGeneration: cluster.mode === "existing" ? undefined : passwordGeneration,
        snapshots,
      },
      after(child, ...before),
    );
    if (args.retentionMechanism === "cleaner") {
      new ElasticsearchIndexCleaner(
        name,
        { namespace, jaegerVersion, connection: this.connection },
        after(child, bootstrap),
      );
    }
    this.metrics = this.#createMonitor(name, args, after(child, bootstrap));
    this.registerOutputs();
  }

  #createMonitor(
    name: string,
    { indexPrefix, metricsNamespace, namespace, snapshots }: ElasticsearchBackendArgs,
    child: pulumi.CustomResourceOptions,
  ): ServedElasticsearchMetrics | undefined {
    if (metricsNamespace === undefined) return undefined;
    const snapshotRepository = snapshots && snapshotDocuments(indexPrefix, snapshots).repository.name;
    const { selector } = new ElasticsearchMonitor(
      name,
      { namespace, connection: this.connection, snapshotRepository, metricsNamespace },
      child,
    );
    return {
      pods: { role: elasticsearchRole, selector },
      lifecycle: this.connection.retention.mechanism === "ilm",
      snapshots: snapshots !== undefined,
    };
  }

  #createCluster(
    name: string,
    { cluster, ...args }: ElasticsearchBackendArgs,
    clientLabels: ElasticsearchConnection["clientLabels"],
    child: pulumi.CustomResourceOptions,
  ): pulumi.ComponentResource & { readonly reach: ReachableCluster } {
    const common = { ...args, clientLabels };
    if (cluster.mode === "builtin") return new BuiltinElasticsearch(name, { ...common, cluster }, child);
    if (cluster.mode === "eck") return new EckElasticsearch(name, { ...common, cluster }, child);
    return new ExistingElasticsearch(name, { ...common, cluster }, child);
  }
}
