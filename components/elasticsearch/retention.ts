/**
 * One number of days, and everything that follows from it. The promise: no span goes before N days, and none lives
 * longer than N days, one period of an index, and one run of what removes it. To be exact, with ILM it is two polls of
 * ten minutes: one may pass before the rollover, one before the removal.
 *
 * In a dated index the days count from when a span began, so that one that comes late goes with its day. A service
 * whose clock is ahead begins the next day's index too early: from Jaeger 2.20 on that does no harm up to 17 hours, with
 * 2.13 the spans of that day go up to a day early.
 */

/** Who removes old indices: Jaeger's cleaner for dated ones, or Elasticsearch's lifecycle management. */
export type RetentionMechanism = "cleaner" | "ilm";

/** What each place that holds the retention is told. */
export interface Retention {
  /** The promise itself, days. */
  readonly days: number;
  readonly mechanism: RetentionMechanism;
  /**
   * First argument of the index cleaner, days: one more than the promise, because the age of a daily index counts from
   * its first span, and the youngest span in it is up to a day younger.
   */
  readonly cleanerDays: number;
  /** Jaeger's `max_span_age`, hours: how far back a query by ID looks; as far as spans may still be there. */
  readonly maxSpanAgeHours: number;
  /** `min_age` of the lifecycle policy's delete phase; it counts from the rollover, which is after the last span. */
  readonly deleteMinAge: string;
  /** `max_age` of a rollover: the period of an index. */
  readonly rolloverMaxAge: string;
}

/** Derives all of them. @param days whole days, at least 1 */
export function retention(days: number, mechanism: RetentionMechanism): Retention {
  return {
    days,
    mechanism,
    cleanerDays: days + 1,
    maxSpanAgeHours: (days + 1) * 24,
    deleteMinAge: `${days}d`,
    rolloverMaxAge: "1d",
  };
}
