import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { limits, type Environment } from "../policy/limits";
import { clientCertificate, createOtlpCertificate } from "./jaeger/ingestCertificates";
import { isEncrypted, otlpSecretName, plainIngest, type IngestTls } from "./jaeger/ingestTls";
import { ports } from "./jaeger/ports";
import { dataChecksum } from "./kubernetes/checksum";
import { after, childOptions } from "./kubernetes/childOptions";
import { objectLabels, type Labels } from "./kubernetes/labels";
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
  /** How the collector takes OTLP; `otlpEndpoint` says the same by its scheme. @default in clear */
  readonly ingest?: IngestTls | undefined;
  /** Namespace of a service that names none. @default `default` */
  readonly namespace?: string;
}

/** Where the tracing ConfigMap of a service is, and what is in it. */
export interface TracingConfigMap {
  readonly namespace: string;
  readonly name: string;
  /** SHA-256 of its data; for `tracedPodTemplate`. */
  readonly checksum: string;
  /** Secret with the files for TLS, where there is one; for `tracedPodTemplate`. */
  readonly tlsSecret?: string;
}

/** Where a process outside the cluster finds the collector: a port-forward, or the forwarder of the sandbox. */
export const outsideEndpoints = {
  otlpEndpoint: `http://localhost:${ports.otlpGrpc}`,
  jaegerEndpoint: `http://localhost:${ports.legacyThriftHttp}/api/traces`,
} as const;

interface Endpoints extends Pick<ServiceTracingConfigArgs, "otlpEndpoint" | "jaegerEndpoint"> {
  readonly encrypted?: boolean;
}

/** One ConfigMap `<service>-config` for each service, with everything its tracing needs. */
export class ServiceTracingConfig extends pulumi.ComponentResource {
  /** The ConfigMaps by service. */
  readonly configMaps: Readonly<Record<string, TracingConfigMap>>;
  /** Share of the requests that is traced, 0 to 1, by service. */
  readonly sampleRates: Readonly<Record<string, number>>;

  readonly #args: ServiceTracingConfigArgs;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: ServiceTracingConfigArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ServiceTracingConfig", name, {}, opts);
    this.#args = args;
    this.#child = childOptions(this, opts);
    this.sampleRates = samplingTable(args.defaultRate, args.services).serviceRates;
    const configMaps: Record<string, TracingConfigMap> = {};
    for (const [service, traced] of Object.entries(args.services)) {
      const namespace = traced.namespace ?? args.namespace ?? defaultServiceNamespace;
      configMaps[service] = this.#createConfigMap(
        name,
        service,
        namespace,
        this.#variables(service, traced, { ...args, encrypted: isEncrypted(this.#ingest) }),
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
    { otlpEndpoint, jaegerEndpoint, encrypted = false }: Endpoints,
  ): Record<string, string> {
    return tracingVariables({
      service,
      version: traced.version,
      appEnv: limits[this.#args.environment].appEnv,
      sampleRate: this.#rate(service),
      exporter: traced.exporter ?? "otlp",
      otlpEndpoint,
      encrypted,
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
    const certificates = this.#createCertificate(name, service, { namespace, labels });
    new ConfigMap(
      `${name}-${configMapName}`,
      { metadata: { name: configMapName, namespace, labels }, data },
      after({ parent: this }, ...certificates),
    );
    return {
      namespace,
      name: configMapName,
      checksum: dataChecksum(data),
      ...(certificates.length === 0 ? {} : { tlsSecret: otlpSecretName(service) }),
    };
  }

  get #ingest(): IngestTls {
    return this.#args.ingest ?? plainIngest;
  }

  /** Of the service, in its own namespace: it brings the authority of the collector there too. */
  #createCertificate(
    name: string,
    service: string,
    metadata: { readonly namespace: string; readonly labels: Labels },
  ): pulumi.Resource[] {
    const { issuer } = this.#ingest;
    if (issuer === undefined) return [];
    const spec = clientCertificate(service, metadata.namespace, issuer);
    return [createOtlpCertificate(`${name}-${service}`, service, metadata, spec, this.#child)];
  }
}
