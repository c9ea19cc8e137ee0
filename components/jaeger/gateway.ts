import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import * as pulumi from "@pulumi/pulumi";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec, type Edge, type Edges } from "../kubernetes/networkEdges";
import type { Resources } from "../kubernetes/workload";
import { autoscaling } from "./autoscaling";
import { createConfiguration } from "./configuration";
import { gatewayConfig } from "./gatewayConfig";
import { gatewayVersion } from "./gatewayImage";
import { gatewayPod } from "./gatewayPod";
import { plainIngest, type IngestTls } from "./ingestTls";
import { gatewayRole } from "./metrics";
import { ports } from "./ports";
import { backendPorts, clientEdges, metricsEdges, serviceSpec, spanPorts } from "./service";
import { renderYaml } from "./sharedConfig";

/** What a JaegerGateway is made from. */
export interface JaegerGatewayArgs {
  /** Namespace of all its objects. */
  readonly namespace: string;
  /** Name of the JaegerStack that it belongs to; in its labels. */
  readonly instance: string;
  /** Name of the Service that spans are sent to. */
  readonly service: string;
  /** Jaeger's own collectors: their Service, and the labels of their pods. */
  readonly backend: { readonly service: string; readonly selector: Labels };
  /** Of each pod. */
  readonly resources: Resources;
  /** Pods; the autoscaler decides between the two. */
  readonly replicas: { readonly minimum: number; readonly maximum: number };
  /** Whether to take Jaeger's own thrift over HTTP. */
  readonly legacyReceiver: boolean;
  /** Namespaces whose pods may send spans. */
  readonly clientNamespaces: readonly string[];
  /** How OTLP comes in, and goes on to Jaeger. With TLS the Secrets of its certificates have to be there. @default in clear */
  readonly ingest?: IngestTls | undefined;
  /** Pods of its own namespace that may send spans over HTTP: the probe's. @default none */
  readonly probeSelector?: Labels | undefined;
  /** Namespace whose pods may read the metrics. @default none may */
  readonly metricsNamespace?: string | undefined;
}

/** What the gateway of a JaegerStack is called. */
function identityOf(instance: string): Identity {
  return { application: "jaeger", instance, role: gatewayRole };
}

/** Selects the pods of a JaegerStack's gateway; Jaeger's own collectors let nobody else in. */
export function gatewaySelector(instance: string): Labels {
  return selectorLabels(identityOf(instance));
}

/**
 * The OpenTelemetry Collector before Jaeger: takes spans under the name that services know, takes personal data out of
 * them, and answers what Jaeger answers. It keeps nothing.
 */
export class JaegerGateway extends pulumi.ComponentResource {
  /** Selects its pods. */
  readonly selector: Labels;

  constructor(name: string, args: JaegerGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerGateway", name, {}, opts);
    const { namespace, instance, service, backend, legacyReceiver, ingest = plainIngest } = args;
    this.selector = gatewaySelector(instance);
    const child = childOptions(this, opts);
    const metadata = { name, namespace, labels: objectLabels(identityOf(instance), gatewayVersion) };

    const config = gatewayConfig({ backendHost: `${backend.service}.${namespace}`, legacyReceiver, ingest });
    const data = { "config.yaml": renderYaml(config) };
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
        // No `replicas`: the number belongs to the autoscaler.
        spec: {
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          selector: { matchLabels: this.selector },
          template: {
            metadata: { labels: metadata.labels, annotations },
            spec: gatewayPod({
              name,
              configMapName,
              resources: args.resources,
              ports: spanPorts(legacyReceiver),
              selector: this.selector,
              service,
              ingest,
            }),
          },
        },
      },
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
    new Service(
      service,
      {
        metadata: { ...metadata, name: service },
        spec: serviceSpec(this.selector, spanPorts(legacyReceiver)),
      },
      // Only once somebody can answer: in a stack that had no gateway the Service still leads to Jaeger until then. It
      // was a child of the collector there, and stays the same object.
      {
        ...after(child, deployment),
        aliases: [
          {
            parent: pulumi.createUrn(
              service,
              "nova:tracing:JaegerCollector",
              opts?.parent instanceof pulumi.Resource ? opts.parent : undefined,
            ),
          },
        ],
      },
    );
    this.registerOutputs();
  }
}

/** Spans come in from the services' namespaces, and go to Jaeger's own collectors alone. */
function edges(args: JaegerGatewayArgs): Edges {
  const probe: Edge[] =
    args.probeSelector === undefined ? [] : [{ peer: { pods: args.probeSelector }, ports: [ports.otlpHttp] }];
  return {
    from: [
      ...clientEdges(args.clientNamespaces, spanPorts(args.legacyReceiver)),
      ...probe,
      ...metricsEdges(args.metricsNamespace),
    ],
    to: [{ peer: { pods: args.backend.selector }, ports: Object.values(backendPorts) }],
  };
}
