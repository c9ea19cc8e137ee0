import assert from "node:assert/strict";
import type { LifecyclePolicy } from "../../../../components/elasticsearch/lifecyclePolicy";

// Simulators of what removes indices, written from documentation (ILM) and source (the cleaner). They prove the numbers
// that the program derives, not Elasticsearch: tests/elasticsearch runs a real ILM and the real cleaner. Times are
// milliseconds from a midnight UTC.

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A span: when it began by the clock of its service, and when it was stored. */
export interface Span {
  readonly started: number;
  readonly stored: number;
}

/** A span that has been removed. */
export interface Life extends Span {
  readonly gone: number;
  /** Time between the run or poll that removed it and the one before. */
  readonly interval: number;
}

/** The beginning of a day's data that a cleaner may remove, by when it runs and by its argument, days. */
export type CutOff = (run: number, argument: number) => number;

/** Up to 2.13 tomorrow's midnight, from 2.20 on the time of the run, both less the argument. */
export const cutOffs: Readonly<Record<string, CutOff>> = {
  "2.13": (run, argument) => (Math.floor(run / day) + 1 - argument) * day,
  "2.20 and later": (run, argument) => run - argument * day,
};

/** Time of the day of a daily schedule of cron. */
export function timeOfDay(schedule: string): number {
  const match = /^(\d+) (\d+) \* \* \*$/.exec(schedule);
  assert.ok(match, `${schedule} is no daily schedule`);
  return Number(match[2]) * hour + Number(match[1]) * minute;
}

/**
 * Dated indices: one for each day that spans began in, made when the first of them is stored. A run removes those that
 * were made before its cut-off; what comes later makes the index anew.
 * @param runs when the cleaner runs, from the first to the last that matters
 */
export function simulateCleaner(
  cleanerDays: number,
  cutOff: CutOff,
  runs: Iterable<number>,
  spans: readonly Span[],
): Life[] {
  const pending = byStorage(spans);
  const indices = new Map<number, { readonly made: number; readonly spans: Span[] }>();
  const lives: Life[] = [];
  let last = 0;
  for (const run of runs) {
    for (const span of takeUntil(pending, run)) {
      const date = Math.floor(span.started / day);
      const index = indices.get(date) ?? { made: span.stored, spans: [] };
      index.spans.push(span);
      indices.set(date, index);
    }
    for (const [date, index] of indices) {
      if (index.made >= cutOff(run, cleanerDays)) continue;
      lives.push(...index.spans.map((span) => ({ ...span, gone: run, interval: run - last })));
      indices.delete(date);
    }
    last = run;
    if (pending.length === 0 && indices.size === 0) break;
  }
  return lives;
}

/** What ILM does beside the policy. */
export interface Lifecycle {
  readonly document: LifecyclePolicy;
  /** When ILM looks. */
  readonly polls: Iterable<number>;
  /** Spans that make an index as large as it may be. */
  readonly full: number;
  /** Whether an index without documents is rolled over: up to 8.4. */
  readonly rollsEmpty: boolean;
}

/**
 * One index takes all spans, whenever they began. A poll rolls it over when it is old or large enough; a later one
 * removes it, once its rollover is old enough.
 */
export function simulateLifecycle(
  { document, full, polls, rollsEmpty }: Lifecycle,
  spans: readonly Span[],
): Life[] {
  const { phases } = document.policy;
  const maxAge = milliseconds(phases.hot.actions.rollover.max_age);
  const minAge = milliseconds(phases.delete.min_age);
  const pending = byStorage(spans);
  const lives: Life[] = [];
  const old: { readonly rolledOver: number; readonly spans: readonly Span[] }[] = [];
  let current: { made: number; spans: Span[] } = { made: 0, spans: [] };
  let last = 0;
  for (const poll of polls) {
    current.spans.push(...takeUntil(pending, poll));
    while (old[0] !== undefined && poll - old[0].rolledOver >= minAge) {
      const removed = old.shift()?.spans ?? [];
      lives.push(...removed.map((span) => ({ ...span, gone: poll, interval: poll - last })));
    }
    const held = current.spans.length;
    if ((held > 0 || rollsEmpty) && (poll - current.made >= maxAge || held >= full)) {
      old.push({ rolledOver: poll, spans: current.spans });
      current = { made: poll, spans: [] };
    }
    last = poll;
    if (lives.length === spans.length) break;
  }
  return lives;
}

/** Times that begin at one and go on for ever, by steps that are taken in turn. */
export function* times(first: number, steps: readonly number[]): Generator<number> {
  for (let now = first, index = 0; ; now += steps[index++ % steps.length] ?? NaN) yield now;
}

function byStorage(spans: readonly Span[]): Span[] {
  return [...spans].sort((a, b) => a.stored - b.stored);
}

/** Takes away what has been stored by then. */
function takeUntil(pending: Span[], time: number): Span[] {
  const later = pending.findIndex(({ stored }) => stored > time);
  return pending.splice(0, later < 0 ? pending.length : later);
}

function milliseconds(duration: string): number {
  const match = /^(\d+)([dhm])$/.exec(duration);
  assert.ok(match, `${duration} is no number of days, hours or minutes`);
  return Number(match[1]) * { d: day, h: hour, m: minute }[match[2] as "d" | "h" | "m"];
}
