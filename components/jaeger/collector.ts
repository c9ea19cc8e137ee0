import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ElasticsearchConnection } from "../elasticsearch/connection";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec, type Edges } from "../kubernetes/networkEdges";
import type { Resources } from "../kubernetes/workload";
import { autoscaling } from "./autoscaling";
import { collectorConfig } from "./collectorConfig";
import { createConfiguration, folders } from "./configuration";
import { otlpFilesOf, plainIngest, type IngestTls } from "./ingestTls";
import { distributedPod, jaegerContainer, preStopSeconds } from "./distributedPod";
import { storeTimeoutSeconds } from "./elasticsearchStore";
import { ports } from "./ports";
import { backendPorts, clientEdges, metricsEdges, samplingPorts, serviceSpec } from "./service";
import { renderYaml } from "./sharedConfig";
import { spanMetricsPorts } from "./spanMetrics";
import { waitingProgram } from "./waiting";

/** What a JaegerCollector is made from. */
export interface JaegerCollectorArgs {
  /** Namespace of all its objects. */
  readonly namespace: string;
  /** Name of the JaegerStack that it belongs to; in its labels. */
  readonly instance: string;
  /** Release of Jaeger, for example `2.22.0`. */
  readonly version: string;
  /** Of each pod. The queue is sized from the memory limit, and from the gateway's. */
  readonly resources: Resources;
  /** Pods; the autoscaler decides between the two. */
  readonly replicas: { readonly minimum: number; readonly maximum: number };
  readonly connection: ElasticsearchConnection;
  /** ConfigMap with the sampling strategies under `strategies.json`. */
  readonly samplingConfigMap: string;
  /** Name of the Service that SDKs ask for their sample rates. */
  readonly samplingService: string;
  /** Namespaces whose pods may ask for sample rates. */
  readonly clientNamespaces: readonly string[];
  /** How the gateway's spans come in. With TLS the Secret of its Service's certificate has to be there. @default in clear */
  readonly ingest?: IngestTls | undefined;
  /** Pods of its own namespace that may send spans, and what each of them may hold: the gateway's. */
  readonly gateway: { readonly selector: Labels; readonly memoryLimit: string };
  /** Namespace whose pods may read the metrics. @default none may */
  readonly metricsNamespace?: string | undefined;
}

/** From the end of the sleep on: requests that wait for a write, and one more write for what is still queued. */
const gracePeriodSeconds = preStopSeconds + 2 * storeTimeoutSeconds + 5;

/**
 * Jaeger as the receiver of spans: as many pods as their load asks for, which write to Elasticsearch. Spans come from the
 * gateway alone.
 */
export class JaegerCollector extends pulumi.ComponentResource {
  /** Selects its pods. */
  readonly selector: Labels;

  constructor(name: string, args: JaegerCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerCollector", name, {}, opts);
    const identity: Identity = { application: "jaeger", instance: args.instance, role: "collector" };
    this.selector = selectorLabels(identity);
    const child = childOptions(this, opts);
    const metadata = { name, namespace: args.namespace, labels: objectLabels(identity, args.version) };
    const config = collectorConfig({
      ...args,
      legacyReceiver: false,
      memoryLimit: args.resources.limits.memory,
      samplingPath: `${folders.sampling}/strategies.json`,
      spanMetrics: args.metricsNamespace !== undefined,
      gatewayMemoryLimit: args.gateway.memoryLimit,
    });
    const data = { "config.yaml": renderYaml(config), ...waitingProgram() };
    const { configMapName, annotations, before } = createConfiguration(metadata, data, child);
    const network = new NetworkPolicy(
      name,
      { metadata, spec: networkPolicySpec(this.selector, edges(args)) },
      child,
    );
    const deployment = new Deployment(
      name,
      {
        metadata,
        // No `replicas`: the number belongs to the autoscaler, and a number here would fight it at every deployment.
        spec: {
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          selector: { matchLabels: this.selector },
          template: {
            metadata: {
              labels: { ...metadata.labels, ...args.connection.clientLabels },
              annotations,
            },
            spec: podSpec(name, configMapName, this.selector, args),
          },
        },
      },
      // Without its edges a pod would wait for a storage that it may not reach.
      after(child, ...before, network),
    );
    new HorizontalPodAutoscaler(
      name,
      { metadata, spec: autoscaling(name, args.replicas) },
      after(child, deployment),
    );
    new PodDisruptionBudget(
      name,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: this.selector } } },
      child,
    );
    new Service(name, { metadata, spec: serviceSpec(this.selector, backendPorts) }, child);
    const sampling = { ...metadata, name: args.samplingService };
    new Service(
      args.samplingService,
      { metadata: sampling, spec: serviceSpec(this.selector, samplingPorts) },
      child,
    );
    this.registerOutputs();
  }
}

function podSpec(
  name: string,
  configMapName: string,
  selector: Labels,
  args: JaegerCollectorArgs,
): types.input.core.v1.PodSpec {
  const otlp = otlpFilesOf(name, args.ingest ?? plainIngest);
  const container = jaegerContainer({
    ...args,
    ports: { ...backendPorts, ...samplingPorts, ...spanMetricsPorts(args.metricsNamespace) },
    mounts: [{ name: "sampling", mountPath: folders.sampling, readOnly: true }, ...otlp.mounts],
  });
  const volumes = [{ name: "sampling", configMap: { name: args.samplingConfigMap } }, ...otlp.volumes];
  const { connection } = args;
  return distributedPod({
    name,
    configMapName,
    connection,
    containers: [container],
    volumes,
    gracePeriodSeconds,
    selector,
  });
}

/** Spans come from the gateway, questions about rates from the services; out it goes to Elasticsearch alone. */
function edges({ clientNamespaces, connection, gateway, metricsNamespace }: JaegerCollectorArgs): Edges {
  return {
    from: [
      { peer: { pods: gateway.selector }, ports: Object.values(backendPorts) },
      ...clientEdges(clientNamespaces, samplingPorts),
      ...metricsEdges(metricsNamespace, [ports.spanMetrics]),
    ],
    to: [connection.edge],
  };
}
