import * as pulumi from "@pulumi/pulumi";
import { ElasticsearchBootstrap } from "./elasticsearch/bootstrap";
import { BuiltinElasticsearch } from "./elasticsearch/builtinCluster";
import type {
  BuiltinCluster,
  EckCluster,
  ExistingCluster,
  ReachableCluster,
  SnapshotSettings,
} from "./elasticsearch/cluster";
import type { ElasticsearchConnection } from "./elasticsearch/connection";
import { EckElasticsearch } from "./elasticsearch/eckCluster";
import { ExistingElasticsearch, urlProblem } from "./elasticsearch/existingCluster";
import { ElasticsearchIndexCleaner } from "./elasticsearch/indexCleaner";
import { lifecyclePolicyName } from "./elasticsearch/lifecyclePolicy";
import { retention, type RetentionMechanism } from "./elasticsearch/retention";
import { createPassword } from "./elasticsearch/secrets";
import { jaegerUser } from "./elasticsearch/users";
import { elasticsearchVersionProblem } from "./elasticsearch/version";
import { after, childOptions } from "./kubernetes/childOptions";
import { objectLabels } from "./kubernetes/labels";
import { argumentRefusal } from "./refusal";

export type { BuiltinCluster, EckCluster, ExistingCluster, SnapshotSettings } from "./elasticsearch/cluster";

/** What an ElasticsearchBackend is made from. All plain values but the secrets: a policy judges them in a preview. */
export interface ElasticsearchBackendArgs {
  /** Namespace of all its objects, and of Jaeger; it has to exist. */
  readonly namespace: string;
  /** Release of Jaeger, and of its tools for Elasticsearch. */
  readonly jaegerVersion: string;
  /** Days that each span is kept; see elasticsearch/retention.ts. */
  readonly retentionDays: number;
  /** What removes older ones: a cleaner of dated indices, or a lifecycle policy. */
  readonly retentionMechanism: RetentionMechanism;
  /** Begins the names of all indices, such as `nova`. */
  readonly indexPrefix: string;
  /** Primary shards of each index. */
  readonly shards: number;
  /** Further copies of each shard. */
  readonly copies: number;
  /** Who runs Elasticsearch, and of what size. */
  readonly cluster: ExistingCluster | EckCluster | BuiltinCluster;
  /** Snapshots of the indices. @default none */
  readonly snapshots?: SnapshotSettings | undefined;
  /** Whether what holds data can neither be deleted by an update nor goes with the stack. */
  readonly protectData: boolean;
  /** Counted up, it gives Jaeger a new user with a new password; see elasticsearch/users.ts. @default 1 */
  readonly passwordGeneration?: number | undefined;
}

/** The storage of spans: a cluster, what has to be in it before Jaeger starts, and what removes old indices. */
export class ElasticsearchBackend extends pulumi.ComponentResource {
  /** What Jaeger has to know. Whoever uses it depends on this component: it is ready when the bootstrap has run. */
  readonly connection: ElasticsearchConnection;

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
    this.registerOutputs();
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

/** What is wrong with the arguments; undefined if nothing is. */
function argumentProblem({
  cluster,
  copies,
  indexPrefix,
  passwordGeneration = 1,
  retentionDays,
  snapshots,
}: ElasticsearchBackendArgs): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(indexPrefix)) {
    return `indexPrefix "${indexPrefix}" begins no name of an index. Write 2 to 32 of a-z, 0-9 and "-", from a letter on, such as nova`;
  }
  if (!Number.isInteger(retentionDays) || retentionDays < 1) {
    return `retentionDays ${retentionDays} is no whole number of days from 1 on`;
  }
  if (!Number.isInteger(passwordGeneration) || passwordGeneration < 1) {
    return `passwordGeneration ${passwordGeneration} is no whole number from 1 on`;
  }
  if (cluster.mode === "existing") {
    const problem = urlProblem(cluster.url);
    if (problem !== undefined) return `cluster.url "${withoutCredentials(cluster.url)}" ${problem}`;
    if (snapshots !== undefined) {
      return "snapshots of an existing cluster are made by whoever runs it: its keystore holds the credentials. Leave snapshots out";
    }
    return undefined;
  }
  const problem = elasticsearchVersionProblem(cluster.version);
  if (problem !== undefined) return `cluster.version "${cluster.version}" ${problem}`;
  if (copies >= cluster.nodes) {
    return `copies ${copies} needs more nodes than the ${cluster.nodes} of cluster.nodes: no copy stands beside its shard. Write ${cluster.nodes - 1} or less`;
  }
  return undefined;
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//***@");
}
