import type { Severity } from "./rule";

/** How long and how urgent. */
interface Common {
  /** What the value counts, as it follows a number: `spans a second`, `% of its spans`. */
  readonly unit: string;
  /** Minutes for which the value has to stay beyond the limit. */
  readonly forMinutes: number;
  readonly severity: Severity;
}

/** A limit for a value; a value that equals it is still good. */
interface Limit extends Common {
  /** Minutes over which a rate, a share or a mean is taken. @default none: the value as it stands */
  readonly windowMinutes?: number;
}

/** It is about values above this one. */
export interface Above extends Limit {
  readonly above: number;
}

/** It is about values below this one. */
export interface Below extends Limit {
  readonly below: number;
}

/** A pace at which an error budget is spent, judged over a long window, and over a short one so that it ends soon. */
export interface Pace {
  /** Times the pace that spends the budget in exactly the period of the objective. */
  readonly above: number;
  readonly longMinutes: number;
  readonly shortMinutes: number;
}

/** It is about an error budget; each pace alone is enough. */
export interface Burn extends Common {
  readonly paces: readonly Pace[];
}

/** When an alert is raised. */
export type Threshold = Above | Below | Burn;

/** Minutes as Prometheus writes them: `5m`, `1h`, `3d`. */
export function duration(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/** Minutes as people say them: `5 minutes`, `1 hour`, `3 days`. */
export function durationText(minutes: number): string {
  const [count, unit] =
    minutes % 1440 === 0
      ? [minutes / 1440, "day"]
      : minutes % 60 === 0
        ? [minutes / 60, "hour"]
        : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** A number with what it counts: `5% of its spans`, `100 spans a second`. */
export function quantityText(value: number | string, unit: string): string {
  return unit.startsWith("%") ? `${value}${unit}` : `${value} ${unit}`;
}

/** When it is raised, without how long: `more than 5% of its spans over 5 minutes`. */
export function conditionText(threshold: Threshold): string {
  const { unit } = threshold;
  if ("paces" in threshold) {
    const paces = threshold.paces.map(
      ({ above, longMinutes, shortMinutes }) =>
        `${above} (over ${durationText(longMinutes)} and over ${durationText(shortMinutes)})`,
    );
    return `more than ${paces.join(" or ")} ${unit}`;
  }
  const limit = quantityText("above" in threshold ? threshold.above : threshold.below, unit);
  const { windowMinutes } = threshold;
  const window = windowMinutes === undefined ? "" : ` over ${durationText(windowMinutes)}`;
  return `${"above" in threshold ? "more" : "less"} than ${limit}${window}`;
}
