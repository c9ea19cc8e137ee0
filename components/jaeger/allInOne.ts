import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { dataChecksum } from "../kubernetes/checksum";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec, type Edge } from "../kubernetes/networkEdges";
import type { Resources } from "../kubernetes/workload";
import { allInOneConfig } from "./allInOneConfig";
import { allInOnePod, folders } from "./allInOnePod";
import { maxTraces } from "./memoryStore";
import { ports } from "./ports";
import { renderYaml } from "./sharedConfig";
import { ingestPorts, serviceSpec } from "./service";

/** What a JaegerAllInOne is made from. */
export interface JaegerAllInOneArgs {
  /** Namespace of all its objects. */
  readonly namespace: string;
  /** Release of Jaeger, for example `2.22.0`. */
  readonly version: string;
  /** Of the one container. The number of traces that are kept follows from the memory limit. */
  readonly resources: Resources;
  /** Days after which no span is left; the pod starts anew before that. */
  readonly retentionDays: number;
  /** Whether to take Jaeger's own thrift over HTTP. */
  readonly legacyReceiver: boolean;
  /** Namespaces whose pods may send spans. */
  readonly clientNamespaces: readonly string[];
  /** Namespace whose pods may read the metrics. @default none may */
  readonly metricsNamespace?: string | undefined;
  /** ConfigMap with the sampling strategies under `strategies.json`. */
  readonly samplingConfigMap: string;
}

/** Jaeger as one pod that keeps its spans in memory: the whole of it for development. */
export class JaegerAllInOne extends pulumi.ComponentResource {
  /** Selects its pod. */
  readonly selector: Labels;

  constructor(name: string, args: JaegerAllInOneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerAllInOne", name, {}, opts);
    const identity: Identity = { application: "jaeger", instance: name, role: "all-in-one" };
    this.selector = selectorLabels(identity);
    const child = childOptions(this, opts);
    const metadata = { name, namespace: args.namespace, labels: objectLabels(identity, args.version) };

    const config = allInOneConfig({
      maxTraces: maxTraces(args.resources.limits.memory),
      samplingPath: `${folders.sampling}/strategies.json`,
      legacyReceiver: args.legacyReceiver,
    });
    const data = { "config.yaml": renderYaml(config) };
    const configMapName = `${name}-config`;
    const configMap = new ConfigMap(
      configMapName,
      { metadata: { ...metadata, name: configMapName }, data },
      child,
    );
    const account = new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, child);
    new Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: 1,
          // Two pods would each hold a part of the traces, and a query would find one or the other.
          strategy: { type: "Recreate" },
          selector: { matchLabels: this.selector },
          template: {
            metadata: { labels: metadata.labels, annotations: { "checksum/config": dataChecksum(data) } },
            spec: allInOnePod(name, configMapName, args),
          },
        },
      },
      after(child, configMap, account),
    );
    const labels = objectLabels({ ...identity, role: "jaeger" }, args.version);
    const service = (role: string, servicePorts: Readonly<Record<string, number>>): Service =>
      new Service(
        `${name}-${role}`,
        {
          metadata: { ...metadata, name: `${name}-${role}`, labels },
          spec: serviceSpec(this.selector, servicePorts),
        },
        child,
      );
    const ingest = ingestPorts(args.legacyReceiver);
    service("collector", ingest);
    service("query", { query: ports.queryHttp });
    new NetworkPolicy(
      name,
      {
        metadata: { ...metadata, labels },
        spec: networkPolicySpec(this.selector, { from: edges(args, Object.values(ingest)) }),
      },
      child,
    );
    this.registerOutputs();
  }
}

/** Spans come in from the services' namespaces; the UI from nowhere but a port-forward; nothing goes out. */
function edges(
  { clientNamespaces, metricsNamespace }: JaegerAllInOneArgs,
  ingest: readonly number[],
): Edge[] {
  const from: Edge[] = clientNamespaces.map((namespace) => ({ peer: { namespace }, ports: ingest }));
  if (metricsNamespace !== undefined)
    from.push({ peer: { namespace: metricsNamespace }, ports: [ports.metrics] });
  return from;
}
