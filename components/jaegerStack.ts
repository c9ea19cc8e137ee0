import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { JaegerAllInOne } from "./jaeger/allInOne";
import { JaegerCollector } from "./jaeger/collector";
import { IngestCertificates } from "./jaeger/ingestCertificates";
import { ingestScheme, plainIngest, type IngestTls } from "./jaeger/ingestTls";
import { JaegerDependencies } from "./jaeger/dependencies";
import { gatewaySelector, JaegerGateway } from "./jaeger/gateway";
import { ports } from "./jaeger/ports";
import { JaegerProbe, probeSelector } from "./jaeger/probe";
import type { MetricsPods, WriteMode } from "./jaeger/metrics";
import { JaegerQuery } from "./jaeger/query";
import { argumentProblem, isDistributed } from "./jaeger/stackArgs";
import type { AllInOneArgs, DistributedArgs, JaegerStackArgs } from "./jaeger/stackArgs";
import { jaegerDialect } from "./jaeger/version";
import { probeRole } from "./alerts/probeMetrics";
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
    this.otlpEndpoint = `${ingestScheme(this.#ingest)}://${host}:${ports.otlpGrpc}`;
    this.jaegerEndpoint = `http://${host}:${ports.legacyThriftHttp}/api/traces`;

    // A pod whose volume is not there yet is tried again only after a while.
    const withSampling = after(this.#child, this.#createSamplingStrategies());
    if (isDistributed(args)) {
      this.uiAddress = `https://${args.ui.host}`;
      this.writeMode = jaegerDialect(args.version).synchronousWrites ? "sync" : "async";
      this.metricsPods = this.#createDistributed(args, withSampling);
    } else {
      this.uiAddress = `http://localhost:${ports.queryHttp}`;
      this.writeMode = "async";
      this.metricsPods = this.#createAllInOne(args, withSampling);
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

  get #ingest(): IngestTls {
    return isDistributed(this.#args) ? (this.#args.ingest ?? plainIngest) : plainIngest;
  }

  /** Of those who take spans, and of the stack's own programs that send them. @returns what the former wait for */
  #createIngestCertificates(servers: readonly string[], clients: readonly string[]): pulumi.Resource[] {
    const { issuer } = this.#ingest;
    if (issuer === undefined) return [];
    const args = { namespace: this.#args.namespace, labels: this.#labels, issuer, servers, clients };
    return [new IngestCertificates(`${this.#name}-ingest`, args, this.#child)];
  }

  #createDistributed(args: DistributedArgs, withSampling: pulumi.CustomResourceOptions): MetricsPods[] {
    const { namespace, version, metricsNamespace, clientNamespaces } = args;
    const common = {
      namespace,
      version,
      metricsNamespace,
      instance: this.#name,
      connection: args.storage.connection,
    };
    const legacyReceiver = args.legacyReceiver ?? false;
    const samplingConfigMap = this.#samplingConfigMap;
    const names = {
      // What services send to is the gateway's.
      service: `${this.#name}-collector`,
      gateway: `${this.#name}-gateway`,
      collector: `${this.#name}-collector-backend`,
      query: `${this.#name}-query`,
    };
    // Nobody would hear of what a probe sees where nobody reads its metrics.
    const probe =
      metricsNamespace === undefined
        ? undefined
        : { metricsNamespace, secretName: `${this.#name}-probe`, selector: probeSelector(this.#name) };
    const ingest = this.#ingest;
    const certificates = this.#createIngestCertificates(
      [names.service, names.collector],
      [names.gateway, ...(probe === undefined ? [] : [`${this.#name}-probe`])],
    );
    const collector = new JaegerCollector(
      names.collector,
      {
        ...common,
        ...args.collector,
        ingest,
        clientNamespaces,
        samplingConfigMap,
        samplingService: `${this.#name}-sampling`,
        gatewaySelector: gatewaySelector(this.#name),
      },
      after(withSampling, ...certificates),
    );
    const gateway = new JaegerGateway(
      names.gateway,
      {
        namespace,
        metricsNamespace,
        legacyReceiver,
        clientNamespaces,
        ...args.gateway,
        ingest,
        instance: this.#name,
        service: names.service,
        backend: { service: names.collector, selector: collector.selector },
        probeSelector: probe?.selector,
      },
      // Until Jaeger is there it could only refuse.
      after(this.#child, collector, ...certificates),
    );
    const query = new JaegerQuery(
      names.query,
      { ...common, ...args.query, ui: args.ui, probeSecretName: probe?.secretName },
      this.#child,
    );
    new JaegerDependencies(`${this.#name}-dependencies`, common, this.#child);
    const pods: MetricsPods[] = [
      { role: "gateway", selector: gateway.selector },
      { role: "collector", selector: collector.selector, spanMetrics: metricsNamespace !== undefined },
      { role: "query", selector: query.selector },
    ];
    if (probe === undefined) return pods;
    const { secretName } = probe;
    new JaegerProbe(
      `${this.#name}-probe`,
      {
        namespace,
        secretName,
        instance: this.#name,
        collector: { name: names.service, selector: gateway.selector },
        query: { name: names.query, selector: query.selector },
        metricsNamespace: probe.metricsNamespace,
        ingest,
      },
      // While they start for the first time there is nothing to find out.
      after(this.#child, gateway, query),
    );
    return [...pods, { role: probeRole, selector: probe.selector }];
  }

  #createAllInOne(args: AllInOneArgs, withSampling: pulumi.CustomResourceOptions): MetricsPods[] {
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
      withSampling,
    );
    return [{ role: "all-in-one", selector, spanMetrics: metricsNamespace !== undefined }];
  }

  #metadata(name: string): { name: string; namespace: string; labels: Labels } {
    return { name, namespace: this.#args.namespace, labels: this.#labels };
  }
}
