import type { Severity } from "./rule";

/** When an alert is raised. */
export interface Threshold {
  /** It is about values above this one; a value that equals it is still good. */
  readonly above: number;
  /** What the value counts. */
  readonly unit: string;
  /** Minutes over which a rate is taken. @default none: the value as it stands */
  readonly windowMinutes?: number;
  /** Minutes for which the value has to stay above. */
  readonly forMinutes: number;
  readonly severity: Severity;
}

/**
 * What `jaeger_collector_queue_length` says when the queue is full. Queues count in items, requests or bytes and have
 * the capacity that their memory allows; the guide's 4000 means 80% of any of them.
 */
export const fullQueue = 5000;

/** Every number of an alert, by the alert's name. These two are the guide's, and the policy pack asks for them. */
export const thresholds = {
  JaegerSpansDropped: {
    above: 100,
    unit: "spans a second",
    windowMinutes: 5,
    forMinutes: 10,
    severity: "warning",
  },
  JaegerQueueFull: { above: 4000, unit: `of ${fullQueue}`, forMinutes: 5, severity: "critical" },
} as const satisfies Readonly<Record<string, Threshold>>;

/** Name of an alert. */
export type AlertName = keyof typeof thresholds;

/** How often Prometheus looks. A rate over 5 minutes needs several looks within them, and a lost one must not empty it. */
export const timing = {
  scrapeSeconds: 30,
  scrapeTimeoutSeconds: 10,
  evaluationSeconds: 30,
  /** Over how many minutes a recorded latency is averaged. */
  latencyWindowMinutes: 5,
} as const;
