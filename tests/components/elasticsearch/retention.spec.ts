import assert from "node:assert/strict";
import fc from "fast-check";
import { lifecyclePolicy, lifecyclePolicyName } from "../../../components/elasticsearch/lifecyclePolicy";
import { retention } from "../../../components/elasticsearch/retention";

// Simulators of what removes indices, written from its documentation (ILM) and its source (the cleaner): they prove the
// derived numbers, not Elasticsearch.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const milliseconds = (duration: string): number => {
  const match = /^(\d+)([dhm])$/.exec(duration);
  assert.ok(match, duration);
  return Number(match[1]) * { d: day, h: hour, m: minute }[match[2] as "d" | "h" | "m"];
};

/** A span: written at one time, gone at another. */
interface Life {
  readonly written: number;
  readonly gone: number;
}

describe("retention", () => {
  it("derives every number from the days of the promise", () => {
    assert.deepEqual(retention(30, "cleaner"), {
      days: 30,
      mechanism: "cleaner",
      cleanerDays: 31,
      maxSpanAgeHours: 744,
      deleteMinAge: "30d",
      rolloverMaxAge: "1d",
    });
  });

  it("has queries look back as far as a span may live before the next run", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 365 }), (days) => {
        assert.ok(retention(days, "ilm").maxSpanAgeHours * hour >= days * day + day);
      }),
    );
  });
});

describe("the lifecycle policy", () => {
  it("is hot with a daily rollover, or at 50 GB, and then deleted", () => {
    assert.deepEqual(lifecyclePolicy(retention(90, "ilm")), {
      policy: {
        phases: {
          hot: { actions: { rollover: { max_age: "1d", max_primary_shard_size: "50gb" } } },
          delete: { min_age: "90d", actions: { delete: {} } },
        },
      },
    });
  });

  it("has a name of its own for each prefix, but the one that Jaeger before 2.20 means", () => {
    assert.equal(lifecyclePolicyName("nova", "2.22.0"), "nova-jaeger-ilm-policy");
    assert.equal(lifecyclePolicyName("nova", "2.20.0"), "nova-jaeger-ilm-policy");
    assert.equal(lifecyclePolicyName("nova", "2.13.0"), "jaeger-ilm-policy");
  });

  /**
   * ILM looks every `poll`: it rolls an index over that has documents and is older than `max_age` or larger than the
   * limit, and deletes one whose rollover is `min_age` ago.
   */
  function simulate(
    days: number,
    poll: number,
    phase: number,
    writes: readonly number[],
    full: number,
  ): Life[] {
    const { phases } = lifecyclePolicy(retention(days, "ilm")).policy;
    const maxAge = milliseconds(phases.hot.actions.rollover.max_age);
    const minAge = milliseconds(phases.delete.min_age);
    const lives: Life[] = [];
    let created = 0;
    let held: number[] = [];
    const rolledOver: { at: number; held: number[] }[] = [];
    const pending = [...writes];
    for (let now = phase; pending.length > 0 || held.length > 0 || rolledOver.length > 0; now += poll) {
      while (pending[0] !== undefined && pending[0] <= now) held.push(pending.shift() ?? 0);
      if (held.length > 0 && (now - created >= maxAge || held.length >= full)) {
        rolledOver.push({ at: now, held });
        [held, created] = [[], now];
      }
      while (rolledOver[0] !== undefined && now - rolledOver[0].at >= minAge) {
        for (const written of rolledOver.shift()?.held ?? []) lives.push({ written, gone: now });
      }
    }
    return lives;
  }

  it("removes no span before N days, and keeps none past N days, a day and two polls", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 6 * day }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (days, pollMinutes, times, full, share) => {
          const poll = pollMinutes * minute;
          const writes = times.sort((a, b) => a - b);
          const lives = simulate(days, poll, share * poll, writes, full);
          assert.equal(lives.length, writes.length);
          for (const { written, gone } of lives) {
            assert.ok(gone - written >= days * day, `gone after ${(gone - written) / day} days`);
            assert.ok(gone - written <= (days + 1) * day + 2 * poll, `lived ${(gone - written) / day} days`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the index cleaner", () => {
  /** Up to 2.13 the limit is tomorrow's midnight, from 2.20 on the time of the run, both less its argument. */
  const limits = {
    "2.13": (run: number, argument: number) => (Math.floor(run / day) + 1) * day - argument * day,
    "2.20": (run: number, argument: number) => run - argument * day,
  };

  /** One index a day, made by the first span of that day; a daily run at its time of the day. */
  function simulate(
    limit: (run: number, argument: number) => number,
    argument: number,
    timeOfDay: number,
    writes: readonly number[],
  ): Life[] {
    const indices = new Map<number, { created: number; held: number[] }>();
    for (const written of writes) {
      const date = Math.floor(written / day);
      const index = indices.get(date) ?? { created: written, held: [] };
      index.held.push(written);
      indices.set(date, index);
    }
    const lives: Life[] = [];
    for (let run = timeOfDay; indices.size > 0; run += day) {
      for (const [date, { created, held }] of indices) {
        if (created > run || created >= limit(run, argument)) continue;
        lives.push(...held.map((written) => ({ written, gone: run })));
        indices.delete(date);
      }
    }
    return lives;
  }

  for (const [version, limit] of Object.entries(limits)) {
    it(`of ${version} removes no span before N days, and keeps none past N days, a day and a run`, () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 90 }),
          fc.integer({ min: 0, max: day - 1 }),
          fc.array(fc.integer({ min: 0, max: 6 * day }), { minLength: 1, maxLength: 40 }),
          (days, timeOfDay, times) => {
            const { cleanerDays } = retention(days, "cleaner");
            const writes = times.sort((a, b) => a - b);
            for (const { written, gone } of simulate(limit, cleanerDays, timeOfDay, writes)) {
              assert.ok(gone - written >= days * day, `gone after ${(gone - written) / day} days`);
              assert.ok(gone - written <= (days + 2) * day, `lived ${(gone - written) / day} days`);
            }
          },
        ),
        { numRuns: 200 },
      );
    });
  }

  it("would remove spans too early if it were told the promise itself", () => {
    const lives = simulate(limits["2.20"], 30, 5 * minute, [minute, day - minute]);
    assert.ok(lives.some(({ written, gone }) => gone - written < 30 * day));
  });
});
