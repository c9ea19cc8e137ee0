import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanerLatenessSeconds, cleanerSchedule } from "../../../components/elasticsearch/indexCleaner";
import { lifecyclePolicy } from "../../../components/elasticsearch/lifecyclePolicy";
import { retention, type Retention } from "../../../components/elasticsearch/retention";
import {
  cutOffs,
  day,
  hour,
  minute,
  simulateCleaner,
  simulateLifecycle,
  timeOfDay,
  times,
  type CutOff,
  type Life,
  type Span,
} from "./support/retentionSimulator";

// The promise, as the design has it: no span goes before N days, and none lives past N days, one index period (a day)
// and one run of the cleaner or poll of ILM. A life ends with what removed it; it is measured
// - at least: from when the span began, or was stored if that was earlier (a clock that is ahead);
// - at most: from when it was stored. What comes late is kept for as long, whenever it began.

const period = day;

/** What derives the numbers: the program's function, or one with a fault. */
type Derive = (days: number) => Retention;

const days = fc.integer({ min: 1, max: 90 });

/** Any time of six days, often about midnight. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 6 * day }),
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -10 * minute, max: 10 * minute }))
    .map(([midnight, offset]) => midnight * day + offset),
);

/** Spans of which some come late, by up to forty days, and of some services whose clocks are ahead. */
function spans(longestAhead: number): fc.Arbitrary<Span[]> {
  const delay = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 10 * minute }),
    fc.integer({ min: 0, max: 40 * day }),
  );
  const ahead = longestAhead === 0 ? fc.constant(0) : fc.integer({ min: 0, max: longestAhead });
  const span = fc
    .tuple(
      time,
      fc.oneof(
        delay,
        ahead.map((by) => -by),
      ),
    )
    .map(([stored, late]) => ({ started: stored - late, stored }));
  return fc.array(span, { minLength: 1, maxLength: 40 });
}

/** The cleaner runs each day at its time, or later by as much as the CronJob allows. */
function cleanerProperty(derive: Derive, cutOff: CutOff, longestAhead = 0): fc.IPropertyWithHooks<unknown> {
  const lateness = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: cleanerLatenessSeconds * 1000 }));
  const late = fc.array(lateness, { minLength: 1, maxLength: 9 });
  return fc.property(days, late, spans(longestAhead), (promised, lates, sent) => {
    function* runs(): Generator<number> {
      for (let date = 0; ; date++) {
        yield date * day + timeOfDay(cleanerSchedule) + (lates[date % lates.length] ?? 0);
      }
    }
    const lives = simulateCleaner(derive(promised).cleanerDays, cutOff, runs(), sent);
    assert.equal(lives.length, sent.length);
    for (const life of lives) {
      assertKept(life, life.gone - Math.min(life.started, life.stored), promised);
      assertRemoved(life, promised, life.interval);
    }
  });
}

/** ILM polls, with pauses of up to the interval: it begins anew on each new master. */
function lifecycleProperty(derive: Derive, polls: number): fc.IPropertyWithHooks<unknown> {
  const poll = fc.tuple(
    fc.integer({ min: 10, max: 60 }),
    fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 }),
  );
  const full = fc.integer({ min: 1, max: 40 });
  return fc.property(
    days,
    poll,
    full,
    fc.boolean(),
    spans(0),
    (promised, [minutes, shares], size, empty, sent) => {
      const interval = minutes * minute;
      const steps = shares.map((share) => share * interval);
      const lives = simulateLifecycle(
        {
          document: lifecyclePolicy(derive(promised)),
          polls: times(steps[0] ?? 0, steps),
          full: size,
          rollsEmpty: empty,
        },
        sent,
      );
      assert.equal(lives.length, sent.length);
      for (const life of lives) {
        assertKept(life, life.gone - life.stored, promised);
        assertRemoved(life, promised, polls * interval);
      }
    },
  );
}

function assertKept(life: Life, age: number, promised: number): void {
  assert.ok(age >= promised * day, `went after ${age / day} days: ${JSON.stringify(life)}`);
}

function assertRemoved(life: Life, promised: number, last: number): void {
  const age = life.gone - life.stored;
  assert.ok(age <= promised * day + period + last, `lived ${age / day} days: ${JSON.stringify(life)}`);
}

/** The same runs each time: a test that fails one time in a thousand tells nobody anything. */
const runs = { numRuns: 150, seed: 20 };

function assertFalse(property: fc.IPropertyWithHooks<unknown>, expected: RegExp): void {
  const { failed, errorInstance } = fc.check(property, { ...runs, numRuns: 1000, endOnFailure: true });
  assert.ok(failed, "no counterexample was found");
  assert.match(String(errorInstance), expected);
}

const byCleaner: Derive = (promised) => retention(promised, "cleaner");
const byLifecycle: Derive = (promised) => retention(promised, "ilm");

for (const [release, cutOff] of Object.entries(cutOffs)) {
  describe(`the index cleaner of ${release}, simulated`, () => {
    it("removes no span before N days, and keeps none past N days, a day and a run", () => {
      fc.assert(cleanerProperty(byCleaner, cutOff), runs);
    });

    it("would remove spans too early with one day less", () => {
      const less: Derive = (promised) => ({ ...byCleaner(promised), cleanerDays: promised });
      assertFalse(cleanerProperty(less, cutOff), /went after/);
    });

    it("would keep spans too long with one day more", () => {
      const more: Derive = (promised) => ({ ...byCleaner(promised), cleanerDays: promised + 2 });
      assertFalse(cleanerProperty(more, cutOff), /lived/);
    });
  });
}

describe("the index cleaner, simulated with clocks that are ahead", () => {
  it("of 2.20 and later keeps the promise if none is ahead by more than 17 hours", () => {
    fc.assert(cleanerProperty(byCleaner, cutOffs["2.20 and later"] ?? assert.fail(), 17 * hour), runs);
  });

  it("of 2.13 removes spans up to a day early, once such a clock has begun the next day's index", () => {
    const cutOff = cutOffs["2.13"] ?? assert.fail();
    assertFalse(cleanerProperty(byCleaner, cutOff, minute), /went after/);
    const lessPromised: Derive = (promised) => byCleaner(promised + 1);
    assertFalse(cleanerProperty(lessPromised, cutOff, minute), /lived/);
  });
});

describe("the lifecycle policy, simulated", () => {
  it("removes no span before N days, and keeps none past N days, a day and two polls", () => {
    fc.assert(lifecycleProperty(byLifecycle, 2), runs);
  });

  it("needs two polls: one to see that the index has to be rolled over, one to see that it has to go", () => {
    assertFalse(lifecycleProperty(byLifecycle, 1), /lived/);
  });

  for (const [fault, change, expected] of [
    ["went a day too early with a min_age of N - 1 days", { delete: -1 }, /went after/],
    ["lived a day too long with a min_age of N + 1 days", { delete: 1 }, /lived/],
    ["lived a day too long with a rollover every two days", { rollover: "2d" }, /lived/],
  ] as const) {
    it(`would find a span that ${fault}`, () => {
      const faulty: Derive = (promised) => ({
        ...byLifecycle(promised),
        ...("rollover" in change
          ? { rolloverMaxAge: change.rollover }
          : { deleteMinAge: `${promised + change.delete}d` }),
      });
      assertFalse(lifecycleProperty(faulty, 2), expected);
    });
  }
});
