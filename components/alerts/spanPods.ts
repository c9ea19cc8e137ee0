import { allInOneRole, gatewayRole, type MetricsPods } from "../jaeger/metrics";
import { selector } from "./promql";
import { scrapeJob } from "./scraping";

/** What tells which pods take spans. */
export interface SpanPodsInput {
  /** Namespace of Jaeger's pods. */
  readonly namespace: string;
  /** Name of the component that has the pods scraped. */
  readonly instance: string;
  readonly metricsPods: readonly Pick<MetricsPods, "role">[];
}

/** Labels of the queue to the storage: other collectors have queues too, and this exporter is Jaeger's alone. */
export const storageExporter = { exporter: "jaeger_storage_exporter" } as const;

/** Capacity of the queue to the storage, which each of Jaeger's collectors has, and an all-in-one has not. */
export function storageQueueCapacity(namespace: string): string {
  return selector("otelcol_exporter_queue_capacity", { namespace, ...storageExporter });
}

/** What is there for each pod that writes spans to the storage, and for no other: Jaeger's collectors. */
export function collectorPods(input: SpanPodsInput): string {
  return has(input, allInOneRole) ? upOf(input, allInOneRole) : storageQueueCapacity(input.namespace);
}

/** What is there for each pod that services send to: the gateway's, where there is one, else Jaeger's collectors. */
export function entrancePods(input: SpanPodsInput): string {
  return has(input, gatewayRole) ? upOf(input, gatewayRole) : collectorPods(input);
}

/** What Prometheus says of each pod of a role that it looks at: whether it answers. */
export function upOf({ namespace, instance }: SpanPodsInput, role: string): string {
  return selector("up", { namespace, job: scrapeJob(namespace, instance, role) });
}

/** Whether a stack has pods of a role. */
export function has({ metricsPods }: SpanPodsInput, role: string): boolean {
  return metricsPods.some((pods) => pods.role === role);
}
