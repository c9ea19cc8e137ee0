/** A rule that stores the result of an expression under a name of its own. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** A rule that tells somebody. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression has to hold: `10m`. */
  readonly for: string;
  readonly labels: { readonly severity: Severity };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

/** How urgent an alert is: a `warning` waits for working hours, what is `critical` wakes somebody. */
export type Severity = "warning" | "critical";

/** Rules that Prometheus evaluates one after the other, so that a rule sees what those before it have just recorded. */
export interface RuleGroup {
  readonly name: string;
  /** Time between two evaluations: `30s`. */
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}
