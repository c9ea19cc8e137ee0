import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec } from "../kubernetes/networkEdges";
import type { Resources } from "../kubernetes/workload";
import { allInOneConfig } from "./allInOneConfig";
import { allInOnePod } from "./allInOnePod";
import { createConfiguration, folders } from "./configuration";
import { maxTraces } from "./memoryStore";
import { allInOneRole } from "./metrics";
import { ports } from "./ports";
import { renderYaml } from "./sharedConfig";
import { clientEdges, ingestPorts, metricsEdges, serviceSpec } from "./service";

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
    const identity: Identity = { application: "jaeger", instance: name, role: allInOneRole };
    this.selector = selectorLabels(identity);
    const child = childOptions(this, opts);
    const metadata = { name, namespace: args.namespace, labels: objectLabels(identity, args.version) };

    const config = allInOneConfig({
      maxTraces: maxTraces(args.resources.limits.memory),
      samplingPath: `${folders.sampling}/strategies.json`,
      legacyReceiver: args.legacyReceiver,
      spanMetrics: args.metricsNamespace !== undefined,
    });
    const data = { "config.yaml": renderYaml(config) };
    const { configMapName, annotations, before } = createConfiguration(metadata, data, child);
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
            metadata: { labels: metadata.labels, annotations },
            spec: allInOnePod(name, configMapName, args),
          },
        },
      },
      after(child, ...before),
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
    service("collector", ingestPorts(args.legacyReceiver));
    service("query", { query: ports.queryHttp });
    new NetworkPolicy(
      name,
      {
        metadata: { ...metadata, labels },
        // The UI is open to nobody but a port-forward, and nothing goes out.
        spec: networkPolicySpec(this.selector, {
          from: [
            ...clientEdges(args.clientNamespaces, ingestPorts(args.legacyReceiver)),
            ...metricsEdges(args.metricsNamespace, [ports.spanMetrics]),
          ],
        }),
      },
      child,
    );
    this.registerOutputs();
  }
}
