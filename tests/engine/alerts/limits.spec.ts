import type { LimitAlert } from "../../../components/alerts/alert";
import { thresholds } from "../../../components/alerts/thresholds";
import { cases, limitOf } from "./support/cases";
import { Promtool, type Series } from "./support/promtool";
import type { Course } from "./support/series";

// Each alert at its limit and beyond, in Prometheus' own unit tests, with invented series. Whether those exist is in
// tests/elasticsearch/alertMetrics.spec.ts; the guide's two have more in alerts.spec.ts, error budgets theirs in budgets.spec.ts.

const minutes = (count: number): string => `${count}m`;

describe("each alert with one limit", function () {
  this.timeout(45 * 60_000); // A cold machine fetches promtool here.
  const promtool = new Promtool();
  before(() => promtool.open());
  after(() => {
    promtool.close();
  });

  for (const [alert, { series, labels, bad, good, worse = bad, withoutSeries = [] }] of Object.entries(
    cases,
  ) as [LimitAlert, (typeof cases)[LimitAlert]][]) {
    const threshold = thresholds[alert];
    const { forMinutes } = threshold;
    const windowMinutes = "windowMinutes" in threshold ? threshold.windowMinutes : 0;
    // By then a value that was there from the start must have raised it: window, duration, and two looks.
    const soon = windowMinutes + forMinutes + 1;
    const firing = (...args: [Series, Parameters<Promtool["firing"]>[3]]): void => {
      for (const mode of promtool.modesOf(alert)) promtool.firing(mode, alert, ...args);
    };
    const play = (...course: Course): Series => series(course);

    describe(alert, () => {
      it(`fires beyond ${limitOf(alert)}, after ${forMinutes} minutes and not before`, () => {
        firing(play([soon + 5, bad]), {
          [`${forMinutes - 1}m30s`]: [],
          [minutes(soon)]: [labels],
          [minutes(soon + 4)]: [labels],
        });
      });

      it(`is silent at ${limitOf(alert)}`, () => {
        firing(play([2 * soon + 5, limitOf(alert)]), {
          [minutes(soon)]: [],
          [minutes(2 * soon + 4)]: [],
        });
      });

      it("is silent where all is well, and ends once it is again", () => {
        // Prometheus keeps a value that is gone for five minutes, and a window for its length.
        const end = soon + 5 + windowMinutes + 6;
        firing(play([soon + 5, bad], [windowMinutes + 10, good]), { [minutes(end)]: [] });
        firing(play([soon + 20, good]), { [minutes(soon)]: [], [minutes(soon + 19)]: [] });
      });

      it(
        withoutSeries.length === 0
          ? "is silent where there are no series"
          : "fires where there are no series",
        () => {
          firing({}, { [minutes(soon)]: withoutSeries });
        },
      );

      it("is silent through the restart of a pod that is well", () => {
        // Values up to the restart, none for a minute, and all counters anew from 0.
        const before = play([30, good]);
        const after = play([windowMinutes + forMinutes + 30, good]);
        const restarted = Object.fromEntries(
          Object.entries(before).map(([name, values]) => [
            name,
            `${values} stale _ ${alignedTo(after[name] ?? "", 31)}`,
          ]),
        );
        firing(restarted, { "31m": [], "33m": [], [minutes(31 + soon)]: [], [minutes(60 + soon)]: [] });
      });

      if (forMinutes >= 5) {
        it("goes on firing where a pod that is not well is restarted", () => {
          const before = play([soon + 10, worse]);
          const after = play([soon + 10, worse]);
          const restarted = Object.fromEntries(
            Object.entries(before).map(([name, values]) => [
              name,
              `${values} ${alignedTo(after[name] ?? "", soon + 10)}`,
            ]),
          );
          firing(restarted, {
            [minutes(soon + 9)]: [labels],
            [minutes(soon + 12)]: [labels],
            [minutes(soon + 19)]: [labels],
          });
        });
      }
    });
  }

  /** Times among the values go on from so many minutes, where values are times; counters and other gauges stay. */
  function alignedTo(values: string, fromMinutes: number): string {
    const numbers = values.split(" ");
    const [first, second] = numbers.map(Number);
    const isTime =
      first !== undefined && second !== undefined && second - first === 30 && Math.abs(first) > 3000;
    return isTime ? numbers.map((value) => String(Number(value) + fromMinutes * 60)).join(" ") : values;
  }
});
