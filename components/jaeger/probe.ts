import * as pulumi from "@pulumi/pulumi";
import { probeRole } from "../alerts/probeMetrics";
import { childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { createWatcher } from "../kubernetes/watcher";
import { plainIngest, type IngestTls } from "./ingestTls";
import { metricsPort, probePlan, probeWatcher } from "./probe/pod";
import { ports } from "./ports";
import { proxyPort } from "./uiProxy";

/** A Service that the probe goes through. */
export interface ProbedService {
  /** Name of the Service. */
  readonly name: string;
  /** Labels of the pods behind it. */
  readonly selector: Labels;
}

/** What a JaegerProbe is made from. */
export interface JaegerProbeArgs {
  /** Namespace of all its objects, and of the Services. */
  readonly namespace: string;
  /** Name of the JaegerStack that it belongs to; in its labels. */
  readonly instance: string;
  readonly collector: ProbedService;
  readonly query: ProbedService;
  /** Secret with its user of the query API. */
  readonly secretName: string;
  /** How spans come in. With TLS the Secret of its own certificate has to be there. @default in clear */
  readonly ingest?: IngestTls | undefined;
  /** Namespace whose pods may read the metrics. */
  readonly metricsNamespace: string;
}

/** What the probe of a JaegerStack is called. */
function identityOf(instance: string): Identity {
  return { application: "jaeger", instance, role: probeRole };
}

/** Selects the one pod of a JaegerStack's probe; its collectors let it in. */
export function probeSelector(instance: string): Labels {
  return selectorLabels(identityOf(instance));
}

/**
 * Does what a service and a person do, from outside of Jaeger: writes a span to the collector, and reads its trace back
 * through the proxy before the query API, with a login and, to be refused, without. One pod: a second one would tell the
 * same.
 */
export class JaegerProbe extends pulumi.ComponentResource {
  /** Selects its pod. */
  readonly selector: Labels;

  constructor(name: string, args: JaegerProbeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerProbe", name, {}, opts);
    const { namespace, instance, collector, query, secretName, ingest = plainIngest } = args;
    this.selector = probeSelector(instance);
    const child = childOptions(this, opts);
    const metadata = { name, namespace, labels: objectLabels(identityOf(instance)) };
    const plan = probePlan({ namespace, collector: collector.name, query: query.name, ingest });
    const edges = {
      from: [{ peer: { namespace: args.metricsNamespace }, ports: [metricsPort] }],
      to: [
        { peer: { pods: collector.selector }, ports: [ports.otlpHttp] },
        { peer: { pods: query.selector }, ports: [proxyPort] },
      ],
    };
    createWatcher(
      probeWatcher(name, secretName, plan, ingest),
      { metadata, selector: this.selector, edges },
      child,
    );
    this.registerOutputs();
  }
}
