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
import { networkPolicySpec, type Edge, type Edges } from "../kubernetes/networkEdges";
import type { Resources } from "../kubernetes/workload";
import { collectorConfig } from "./collectorConfig";
import { createConfiguration, folders } from "./configuration";
import { otlpFilesOf, plainIngest, type IngestTls } from "./ingestTls";
import { distributedPod, jaegerContainer, preStopSeconds } from "./distributedPod";
import { storeTimeoutSeconds } from "./elasticsearchStore";
import { ports } from "./ports";
import { ingestEdges, ingestPorts, metricsEdges, serviceSpec } from "./service";
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
  /** Of each pod. The queue is sized from the memory limit. */
  readonly resources: Resources;
  /** Pods; the autoscaler decides between the two. */
  readonly replicas: { readonly minimum: number; readonly maximum: number };
  readonly connection: ElasticsearchConnection;
  /** ConfigMap with the sampling strategies under `strategies.json`. */
  readonly samplingConfigMap: string;
  /** Whether to take Jaeger's own thrift over HTTP. */
  readonly legacyReceiver: boolean;
  /** Namespaces whose pods may send spans. */
  readonly clientNamespaces: readonly string[];
  /** How OTLP comes in. With TLS the Secret of its Service's certificate has to be there. @default in clear */
  readonly ingest?: IngestTls | undefined;
  /** Pods of its own namespace that may send spans over HTTP: the probe's. @default none */
  readonly probeSelector?: Labels | undefined;
  /** Namespace whose pods may read the metrics. @default none may */
  readonly metricsNamespace?: string | undefined;
}

/** Share of the requested CPU, percent, that the autoscaler keeps the pods at. */
const cpuTarget = 70;

/** From the end of the sleep on: requests that wait for a write, and one more write for what is still queued. */
const gracePeriodSeconds = preStopSeconds + 2 * storeTimeoutSeconds + 5;

/** Jaeger as the receiver of spans: as many pods as their load asks for, which write to Elasticsearch. */
export class JaegerCollector extends pulumi.ComponentResource {
  /** Selects its pods. */
  readonly selector: Labels;

  constructor(name: string, args: JaegerCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerCollector", name, {}, opts);
    const identity: Identity = { application: "jaeger", instance: args.instance, role: "collector" };
    this.selector = selectorLabels(identity);
    const child = childOptions(this, opts);
    const metadata = { name, namespace: args.namespace, labels: objectLabels(identity, args.version) };
    const ingest = ingestPorts(args.legacyReceiver);

    const config = collectorConfig({
      ...args,
      memoryLimit: args.resources.limits.memory,
      samplingPath: `${folders.sampling}/strategies.json`,
      spanMetrics: args.metricsNamespace !== undefined,
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
            spec: podSpec(name, configMapName, this.selector, args, ingest),
          },
        },
      },
      // Without its edges a pod would wait for a storage that it may not reach.
      after(child, ...before, network),
    );
    new HorizontalPodAutoscaler(name, { metadata, spec: autoscaling(name, args) }, after(child, deployment));
    new PodDisruptionBudget(
      name,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: this.selector } } },
      child,
    );
    new Service(name, { metadata, spec: serviceSpec(this.selector, ingest) }, child);
    this.registerOutputs();
  }
}

function podSpec(
  name: string,
  configMapName: string,
  selector: Labels,
  args: JaegerCollectorArgs,
  ingest: Readonly<Record<string, number>>,
): types.input.core.v1.PodSpec {
  const otlp = otlpFilesOf(name, args.ingest ?? plainIngest);
  const container = jaegerContainer({
    ...args,
    ports: { ...ingest, ...spanMetricsPorts(args.metricsNamespace) },
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

function autoscaling(
  name: string,
  { replicas }: JaegerCollectorArgs,
): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: replicas.minimum,
    maxReplicas: replicas.maximum,
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: cpuTarget } },
      },
    ],
    behavior: {
      // A burst is over before a pod would be gone, and each that goes costs its clients a connection.
      scaleDown: {
        stabilizationWindowSeconds: 300,
        policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
      },
      scaleUp: {
        stabilizationWindowSeconds: 0,
        policies: [{ type: "Percent", value: 100, periodSeconds: 60 }],
      },
    },
  };
}

/** Spans come in from the services' namespaces, questions about metrics from one; out it goes to Elasticsearch alone. */
function edges({
  clientNamespaces,
  connection,
  legacyReceiver,
  metricsNamespace,
  probeSelector,
}: JaegerCollectorArgs): Edges {
  const probe: Edge[] =
    probeSelector === undefined ? [] : [{ peer: { pods: probeSelector }, ports: [ports.otlpHttp] }];
  return {
    from: [
      ...ingestEdges(clientNamespaces, legacyReceiver),
      ...probe,
      ...metricsEdges(metricsNamespace, [ports.spanMetrics]),
    ],
    to: [connection.edge],
  };
}
