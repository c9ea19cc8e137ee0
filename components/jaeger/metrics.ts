import type { Labels } from "../kubernetes/labels";

/** Pods of one role that serve `/metrics` on a port named `metrics`. */
export interface MetricsPods {
  /** What they do: `collector`. */
  readonly role: string;
  /** Labels that pick them. */
  readonly selector: Labels;
  /** Whether they tell of the services whose spans they get too, on a port of its own. @default false */
  readonly spanMetrics?: boolean | undefined;
}

/** Role of the pods before Jaeger's own collectors. */
export const gatewayRole = "gateway";

/** Role of the one Jaeger that does everything, with its spans in memory. */
export const allInOneRole = "all-in-one";

/** How Jaeger hands spans to its storage: acknowledged once they are stored (`sync`), or before (`async`). */
export type WriteMode = "sync" | "async";
