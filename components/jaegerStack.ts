import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { JaegerAllInOne } from "./jaeger/allInOne";
import { ports } from "./jaeger/ports";
import { versionProblem } from "./jaeger/version";
import { after, childOptions } from "./kubernetes/childOptions";
import { objectLabels, type Labels } from "./kubernetes/labels";
import type { Resources } from "./kubernetes/workload";
import { argumentRefusal } from "./refusal";
import { samplingStrategies } from "./sampling/strategies";
import type { SamplingTable } from "./tracing/sampleRates";

/** Spans in the memory of one pod: nothing on disk, nothing older than the retention. */
export interface MemoryStorage {
  readonly type: "memory";
  /** Days, at most; see jaeger/memoryStore.ts. */
  readonly retentionDays: number;
}

/** What a JaegerStack is made from. All plain values: what a policy judges must be known in a preview. */
export interface JaegerStackArgs {
  /** Namespace of all its objects; it has to exist. */
  readonly namespace: string;
  /** Release of Jaeger, for example `2.22.0`; components/jaeger/version.ts lists those that are supported. */
  readonly version: string;
  /** CPU and memory of the container that takes spans. */
  readonly resources: Resources;
  /** Where spans are kept. */
  readonly storage: MemoryStorage;
  /** Rates that SDKs get which ask Jaeger for theirs; the same table as the services' ConfigMaps. */
  readonly sampling: SamplingTable;
  /** Namespaces whose pods may send spans. */
  readonly clientNamespaces: readonly string[];
  /** Takes Jaeger's own thrift over HTTP on 14268, for services with the exporter `jaeger`. @default false */
  readonly legacyReceiver?: boolean;
}

/** Jaeger: takes spans on Service `<name>-collector`, and answers queries on Service `<name>-query`. */
export class JaegerStack extends pulumi.ComponentResource {
  /** OTLP over gRPC, from any pod of the cluster. */
  readonly otlpEndpoint: string;
  /** Thrift over HTTP, from any pod of the cluster; served only with `legacyReceiver`. */
  readonly jaegerEndpoint: string;
  /** Where a person opens the UI: through a port-forward, as there is no other way in. */
  readonly uiAddress = `http://localhost:${ports.queryHttp}`;

  readonly #name: string;
  readonly #args: JaegerStackArgs;
  readonly #labels: Labels;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: JaegerStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerStack", name, {}, opts);
    const problem = versionProblem(args.version);
    if (problem !== undefined) throw argumentRefusal(`version "${args.version}" ${problem}`, this);
    this.#name = name;
    this.#args = args;
    this.#labels = objectLabels({ application: "jaeger", instance: name, role: "jaeger" }, args.version);
    this.#child = childOptions(this, opts);

    const host = `${name}-collector.${args.namespace}`;
    this.otlpEndpoint = `http://${host}:${ports.otlpGrpc}`;
    this.jaegerEndpoint = `http://${host}:${ports.legacyThriftHttp}/api/traces`;

    const sampling = this.#createSamplingStrategies();
    const legacyReceiver = args.legacyReceiver ?? false;
    const { selector } = new JaegerAllInOne(
      name,
      {
        namespace: args.namespace,
        version: args.version,
        resources: args.resources,
        retentionDays: args.storage.retentionDays,
        legacyReceiver,
        samplingConfigMap: this.#samplingConfigMap,
      },
      // A pod whose volume is not there yet is tried again only after a while.
      after(this.#child, sampling),
    );
    const ingest = {
      "otlp-grpc": ports.otlpGrpc,
      "otlp-http": ports.otlpHttp,
      ...(legacyReceiver ? { "thrift-http": ports.legacyThriftHttp } : {}),
      "sampling-http": ports.samplingHttp,
      "sampling-grpc": ports.samplingGrpc,
    };
    this.#createService("collector", selector, ingest);
    this.#createService("query", selector, { query: ports.queryHttp });
    this.#createNetworkPolicy(selector, Object.values(ingest));
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

  #createService(role: string, selector: Labels, servicePorts: Readonly<Record<string, number>>): void {
    const serviceName = `${this.#name}-${role}`;
    new Service(
      serviceName,
      {
        metadata: this.#metadata(serviceName),
        spec: {
          type: "ClusterIP",
          selector,
          ports: Object.entries(servicePorts).map(([portName, port]) => ({
            name: portName,
            port,
            targetPort: portName,
            protocol: "TCP",
          })),
        },
      },
      this.#child,
    );
  }

  /** Spans come in from the services' namespaces; the UI from nowhere but a port-forward; nothing goes out. */
  #createNetworkPolicy(selector: Labels, ingestPorts: readonly number[]): void {
    const from = this.#args.clientNamespaces.map((namespace) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    }));
    new NetworkPolicy(
      this.#name,
      {
        metadata: this.#metadata(this.#name),
        spec: {
          podSelector: { matchLabels: selector },
          policyTypes: ["Ingress", "Egress"],
          // An empty "from" would mean everybody.
          ingress:
            from.length === 0
              ? []
              : [{ from, ports: ingestPorts.map((port) => ({ port, protocol: "TCP" })) }],
        },
      },
      this.#child,
    );
  }

  #metadata(name: string): { name: string; namespace: string; labels: Labels } {
    return { name, namespace: this.#args.namespace, labels: this.#labels };
  }
}
