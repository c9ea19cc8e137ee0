import type { ElasticsearchConnection } from "../elasticsearch/connection";
import type { Resources } from "../kubernetes/workload";
import type { SamplingTable } from "../tracing/sampleRates";
import { ingestProblem, plainIngest, type IngestTls } from "./ingestTls";
import type { UiAccess } from "./uiAccess";
import { proxyProblem } from "./uiProxyProblem";
import { versionProblem } from "./version";

/** Spans in the memory of one pod: nothing on disk, nothing older than the retention. */
export interface MemoryStorage {
  readonly type: "memory";
  /** Days, at most; see jaeger/memoryStore.ts. */
  readonly retentionDays: number;
}

/** Spans in Elasticsearch, which outlives every pod of Jaeger. */
export interface ElasticsearchStorage {
  readonly type: "elasticsearch";
  /** How to reach it, and for how long it keeps them. */
  readonly connection: ElasticsearchConnection;
}

interface CommonArgs {
  /** Namespace of all its objects; it has to exist. */
  readonly namespace: string;
  /** Release of Jaeger, for example `2.22.0`; components/jaeger/version.ts lists those that are supported. */
  readonly version: string;
  /** Rates that SDKs get which ask Jaeger for theirs; the same table as the services' ConfigMaps. */
  readonly sampling: SamplingTable;
  /** Namespaces whose pods may send spans. */
  readonly clientNamespaces: readonly string[];
  /** Takes Jaeger's own thrift over HTTP on 14268, for services with the exporter `jaeger`. @default false */
  readonly legacyReceiver?: boolean;
  /** Namespace of Prometheus, whose pods may read Jaeger's metrics. @default none may */
  readonly metricsNamespace?: string | undefined;
}

/** One pod that does everything. */
export interface AllInOneArgs extends CommonArgs {
  readonly storage: MemoryStorage;
  /** CPU and memory of the one container, which receives and answers. */
  readonly collector: { readonly resources: Resources };
}

/** Collector and query apart, each in several pods. */
export interface DistributedArgs extends CommonArgs {
  readonly storage: ElasticsearchStorage;
  /** CPU and memory of each pod that takes spans; their number is the autoscaler's, between the two. */
  readonly collector: {
    readonly resources: Resources;
    readonly replicas: { readonly minimum: number; readonly maximum: number };
  };
  /** The same of the pods before them, which take personal data out of the spans. */
  readonly gateway: {
    readonly resources: Resources;
    readonly replicas: { readonly minimum: number; readonly maximum: number };
  };
  /** CPU and memory of each pod that answers queries, and how many there are. */
  readonly query: { readonly resources: Resources; readonly replicas: number };
  /** How spans come in. @default in clear */
  readonly ingest?: IngestTls | undefined;
  /** How people get to the UI. */
  readonly ui: UiAccess;
}

/** What a JaegerStack is made from. Plain values, but for secrets: what a policy judges must be known in a preview. */
export type JaegerStackArgs = AllInOneArgs | DistributedArgs;

/** Whether collector and query are apart. */
export function isDistributed(args: JaegerStackArgs): args is DistributedArgs {
  return args.storage.type === "elasticsearch";
}

/** What is wrong with the arguments, to be known before the first child is made. */
export function argumentProblem(args: JaegerStackArgs): string | undefined {
  const version = versionProblem(args.version);
  if (version !== undefined) return `version "${args.version}" ${version}`;
  if (!isDistributed(args)) return undefined;
  for (const role of ["gateway", "collector"] as const) {
    const { minimum, maximum } = args[role].replicas;
    if (minimum >= 1 && maximum >= minimum) continue;
    return `${role}.replicas: from ${minimum} to ${maximum} is no range. Write 1 or more, and a maximum that is not below the minimum`;
  }
  const ingest = ingestProblem(args.ingest ?? plainIngest, args.legacyReceiver ?? false);
  if (ingest !== undefined) return `ingest: ${ingest}`;
  const access = proxyProblem(args.ui);
  return access === undefined ? undefined : `ui: ${access}`;
}
