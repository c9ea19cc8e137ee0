import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { limits, type Environment } from "../policy/limits";
import { ports } from "./jaeger/ports";
import { dataChecksum } from "./kubernetes/checksum";
import { objectLabels } from "./kubernetes/labels";
import { argumentRefusal } from "./refusal";
import { samplingTable } from "./tracing/sampleRates";
import { defaultServiceNamespace, type TracedService, type TracedServices } from "./tracing/tracedService";
import { tracingVariables } from "./tracing/variables";

/** What a ServiceTracingConfig is made from. All plain values: what a policy judges must be known in a preview. */
export interface ServiceTracingConfigArgs {
  /** Names `APP_ENV`; the rates below are taken as they are. */
  readonly environment: Environment;
  /** Rate of a service that names none, 0 to 1. */
  readonly defaultRate: number;
  /** The services by name. */
  readonly services: TracedServices;
  /** OTLP over gRPC, as a pod of the cluster reaches it. */
  readonly otlpEndpoint: string;
  /** Thrift over HTTP, as a pod reaches it; read by services with the exporter `jaeger`. */
  readonly jaegerEndpoint: string;
  /** Namespace of a service that names none. @default `default` */
  readonly namespace?: string;
}

/** Where the tracing ConfigMap of a service is, and what is in it. */
export interface TracingConfigMap {
  readonly namespace: string;
  readonly name: string;
  /** SHA-256 of its data; for `tracedPodTemplate`. */
  readonly checksum: string;
}

/** Where a process outside the cluster finds the collector: a port-forward, or the forwarder of the sandbox. */
export const outsideEndpoints = {
  otlpEndpoint: `http://localhost:${ports.otlpGrpc}`,
  jaegerEndpoint: `http://localhost:${ports.legacyThriftHttp}/api/traces`,
} as const;

/** One ConfigMap `<service>-config` for each service, with everything its tracing needs. */
export class ServiceTracingConfig extends pulumi.ComponentResource {
  /** The ConfigMaps by service. */
  readonly configMaps: Readonly<Record<string, TracingConfigMap>>;
  /** Share of the requests that is traced, 0 to 1, by service. */
  readonly sampleRates: Readonly<Record<string, number>>;

  readonly #args: ServiceTracingConfigArgs;

  constructor(name: string, args: ServiceTracingConfigArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ServiceTracingConfig", name, {}, opts);
    this.#args = args;
    this.sampleRates = samplingTable(args.defaultRate, args.services).serviceRates;
    const configMaps: Record<string, TracingConfigMap> = {};
    for (const [service, traced] of Object.entries(args.services)) {
      const namespace = traced.namespace ?? args.namespace ?? defaultServiceNamespace;
      configMaps[service] = this.#createConfigMap(
        name,
        service,
        namespace,
        this.#variables(service, traced, args),
      );
    }
    this.configMaps = configMaps;
    this.registerOutputs();
  }

  /** Variables for a process outside the cluster, by service; they differ from the ConfigMap in the endpoint alone. */
  get developmentVariables(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    const variables = Object.entries(this.#args.services).map(([service, traced]) => [
      service,
      this.#variables(service, traced, outsideEndpoints),
    ]);
    return Object.fromEntries(variables) as Record<string, Record<string, string>>;
  }

  #variables(
    service: string,
    traced: TracedService,
    { otlpEndpoint, jaegerEndpoint }: Pick<ServiceTracingConfigArgs, "otlpEndpoint" | "jaegerEndpoint">,
  ): Record<string, string> {
    return tracingVariables({
      service,
      version: traced.version,
      appEnv: limits[this.#args.environment].appEnv,
      sampleRate: this.#rate(service),
      exporter: traced.exporter ?? "otlp",
      otlpEndpoint,
      jaegerEndpoint,
    });
  }

  #rate(service: string): number {
    const rate = this.sampleRates[service];
    if (rate !== undefined && rate >= 0 && rate <= 1) return rate;
    throw argumentRefusal(`sample rate of ${service} is ${String(rate)}; write a share from 0 to 1`, this);
  }

  #createConfigMap(
    name: string,
    service: string,
    namespace: string,
    data: Record<string, string>,
  ): TracingConfigMap {
    const configMapName = `${service}-config`;
    const labels = objectLabels({ application: service, instance: name, role: "tracing-config" });
    new ConfigMap(
      `${name}-${configMapName}`,
      { metadata: { name: configMapName, namespace, labels }, data },
      { parent: this },
    );
    return { namespace, name: configMapName, checksum: dataChecksum(data) };
  }
}
