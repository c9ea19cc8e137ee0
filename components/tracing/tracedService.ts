/** Where a service's spans go to from the SDK: OTLP, or Jaeger's own thrift over HTTP for libraries that are older. */
export type Exporter = "otlp" | "jaeger";

/** One service that is traced, as its team writes it into the stack file. */
export interface TracedService {
  /** Release of the service; it becomes `SERVICE_VERSION` and `service.version`. */
  readonly version: string;
  /** Share of the requests that start at this service that are traced, 0 to 1. @default the environment's rate */
  readonly sampleRate?: number | undefined;
  /** Namespace that the service runs in. @default `default` */
  readonly namespace?: string | undefined;
  /** @default `otlp` */
  readonly exporter?: Exporter | undefined;
}

/** Namespace of services that name none. */
export const defaultServiceNamespace = "default";

/** Services by name. */
export type TracedServices = Readonly<Record<string, TracedService>>;

/** The namespaces that the services run in, each once, in order. */
export function clientNamespaces(services: TracedServices): string[] {
  const namespaces = Object.values(services).map(({ namespace }) => namespace ?? defaultServiceNamespace);
  return [...new Set(namespaces)].sort();
}

/** Whether a service sends Jaeger's own thrift, so that the collector has to take it. */
export function usesLegacyExporter(services: TracedServices): boolean {
  return Object.values(services).some(({ exporter }) => exporter === "jaeger");
}
