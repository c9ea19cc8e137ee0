import type { Labels } from "../kubernetes/labels";

/** Pods of one role that serve `/metrics` on a port named `metrics`. */
export interface MetricsPods {
  /** What they do: `collector`. */
  readonly role: string;
  /** Labels that pick them. */
  readonly selector: Labels;
}

/** How Jaeger hands spans to its storage: acknowledged once they are stored (`sync`), or before (`async`). */
export type WriteMode = "sync" | "async";
