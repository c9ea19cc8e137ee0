import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { JaegerAllInOne } from "./jaeger/allInOne";
import { createDistributed } from "./jaeger/distributed";
import { ingestScheme, plainIngest } from "./jaeger/ingestTls";
import { ports } from "./jaeger/ports";
import { allInOneRole, type MetricsPods, type WriteMode } from "./jaeger/metrics";
import { argumentProblem, isDistributed } from "./jaeger/stackArgs";
import type { AllInOneArgs, JaegerStackArgs } from "./jaeger/stackArgs";
import { jaegerDialect } from "./jaeger/version";
import { after, childOptions } from "./kubernetes/childOptions";
import { objectLabels, type Labels } from "./kubernetes/labels";
import { argumentRefusal } from "./refusal";
import { samplingStrategies } from "./tracing/strategies";

export type { ElasticsearchStorage, JaegerStackArgs, MemoryStorage } from "./jaeger/stackArgs";

/** Jaeger: takes spans on Service `<name>-collector`, and answers queries on Service `<name>-query`. */
export class JaegerStack extends pulumi.ComponentResource {
  /** OTLP over gRPC, from any pod of the cluster. */
  readonly otlpEndpoint: string;
  /** Thrift over HTTP, from any pod of the cluster; served only with `legacyReceiver`. */
  readonly jaegerEndpoint: string;
  /** Where a person opens the UI: behind the login, or through a port-forward where there is none. */
  readonly uiAddress: string;
  /** Whose metrics there are. */
  readonly metricsPods: readonly MetricsPods[];
  /**
   * `sync`: a span that is acknowledged is stored, and an error of Elasticsearch means that it is sent again. `async`:
   * it may still be lost, and such an error is a loss. Spans in memory are `async`: a batch holds them on their way.
   */
  readonly writeMode: WriteMode;

  readonly #name: string;
  readonly #args: JaegerStackArgs;
  readonly #labels: Labels;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: JaegerStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerStack", name, {}, opts);
    const problem = argumentProblem(args);
    if (problem !== undefined) throw argumentRefusal(problem, this);
    this.#name = name;
    this.#args = args;
    this.#labels = objectLabels({ application: "jaeger", instance: name, role: "jaeger" }, args.version);
    this.#child = childOptions(this, opts);

    const host = `${name}-collector.${args.namespace}`;
    const ingest = (isDistributed(args) ? args.ingest : undefined) ?? plainIngest;
    this.otlpEndpoint = `${ingestScheme(ingest)}://${host}:${ports.otlpGrpc}`;
    this.jaegerEndpoint = `http://${host}:${ports.legacyThriftHttp}/api/traces`;

    const sampling = this.#createSamplingStrategies();
    if (isDistributed(args)) {
      this.uiAddress = `https://${args.ui.host}`;
      this.writeMode = jaegerDialect(args.version).synchronousWrites ? "sync" : "async";
      const place = { name, labels: this.#labels, child: this.#child };
      this.metricsPods = createDistributed(
        { ...place, sampling: { configMap: sampling, name: this.#samplingConfigMap } },
        args,
      );
    } else {
      this.uiAddress = `http://localhost:${ports.queryHttp}`;
      this.writeMode = "async";
      this.metricsPods = this.#createAllInOne(args, sampling);
    }
    this.registerOutputs({ otlpEndpoint: this.otlpEndpoint, uiAddress: this.uiAddress });
  }

  /** A ConfigMap of its own, in no checksum: Jaeger reads it again by itself, so a new rate costs no stored trace. */
  #createSamplingStrategies(): ConfigMap {
    const configMapName = this.#samplingConfigMap;
    const strategies = JSON.stringify(samplingStrategies(this.#args.sampling), null, 2);
    return new ConfigMap(
      configMapName,
      { metadata: this.#metadata(configMapName), data: { "strategies.json": `${strategies}\n` } },
      this.#child,
    );
  }

  get #samplingConfigMap(): string {
    return `${this.#name}-sampling`;
  }

  #createAllInOne(args: AllInOneArgs, sampling: ConfigMap): MetricsPods[] {
    const { namespace, version, clientNamespaces, metricsNamespace } = args;
    const { selector } = new JaegerAllInOne(
      this.#name,
      {
        namespace,
        version,
        clientNamespaces,
        metricsNamespace,
        resources: args.collector.resources,
        retentionDays: args.storage.retentionDays,
        legacyReceiver: args.legacyReceiver ?? false,
        samplingConfigMap: this.#samplingConfigMap,
      },
      // A pod whose volume is not there yet is tried again only after a while.
      after(this.#child, sampling),
    );
    return [{ role: allInOneRole, selector, spanMetrics: metricsNamespace !== undefined }];
  }

  #metadata(name: string): { name: string; namespace: string; labels: Labels } {
    return { name, namespace: this.#args.namespace, labels: this.#labels };
  }
}
