import type { BurnAlert } from "../../../components/alerts/alert";
import { probeMetrics } from "../../../components/alerts/probeMetrics";
import { objectives, thresholds } from "../../../components/alerts/thresholds";
import type { WriteMode } from "../../../components/jaeger/metrics";
import { Promtool, type Labels, type Series } from "./support/promtool";
import { ofPod } from "./support/series";

// The alerts on error budgets at each pace and at both windows, with invented series, in Prometheus' unit tests.

const namespace: Labels = { namespace: "observability" };

/** So many a second, for so many minutes each, as a counter with a value each `interval` seconds. */
function counter(interval: number, ...course: readonly (readonly [minutes: number, rate: number])[]): string {
  let sum = 0;
  const values = course.flatMap(([minutes, rate]) =>
    Array.from({ length: Math.round((minutes * 60) / interval) }, () => (sum += rate * interval)),
  );
  return ["0", ...values.map((value) => String(Math.round(value * 1000) / 1000))].join(" ");
}

/** Share of failures, 0 to 1, for so many minutes. */
type Shares = readonly (readonly [minutes: number, share: number])[];

/** Series of a pod of which a share of the spans that it is sent is refused. */
function refusing(interval: number, shares: Shares, pod: string): Series {
  const received = (result: string): string =>
    ofPod(`otelcol_receiver_${result}_spans_total`, { receiver: "otlp", transport: "grpc" }, pod);
  const rate = (of: (share: number) => number): string =>
    counter(interval, ...shares.map(([minutes, share]) => [minutes, 1000 * of(share)] as const));
  return {
    [received("accepted")]: rate((share) => 1 - share),
    [received("refused")]: rate((share) => share),
  };
}

/** A gauge for as long as shares last. */
const throughout = (interval: number, shares: Shares, value: number): string =>
  `${value}x${Math.ceil((shares.reduce((sum, [minutes]) => sum + minutes, 0) * 60) / interval)}`;

/** What a pod of Jaeger's own collectors has beside what it is sent. */
const collectorQueue = (interval: number, shares: Shares, pod = "a"): Series => ({
  [ofPod("otelcol_exporter_queue_capacity", { exporter: "jaeger_storage_exporter" }, pod)]: throughout(
    interval,
    shares,
    20_000,
  ),
});

/** By objective: series in which a share of what comes fails. A rate of 1000 a second, so that shares stay exact. */
const failing = {
  ingest: (interval: number, shares: Shares): Series => ({
    [ofPod("up", { job: "observability/jaeger-gateway" })]: throughout(interval, shares, 1),
    ...refusing(interval, shares, "a"),
  }),
  query: (interval: number, shares: Shares): Series => {
    const http = (part: string, labels: Labels): string =>
      ofPod(`http_server_request_duration_seconds_${part}`, { http_route: "/api/v3/services", ...labels });
    // Half of what fails is too late, half is a fault of the server that comes at once.
    const rate = (of: (share: number) => number): string =>
      counter(interval, ...shares.map(([minutes, share]) => [minutes, 1000 * of(share)] as const));
    const ok = { http_response_status_code: "200" };
    const fault = { http_response_status_code: "500" };
    return {
      [http("bucket", { ...ok, le: "5" })]: rate((share) => 1 - share),
      [http("count", ok)]: rate((share) => 1 - share / 2),
      [http("bucket", { ...fault, le: "5" })]: rate((share) => share / 2),
      [http("count", fault)]: rate((share) => share / 2),
    };
  },
  freshness: (interval: number, shares: Shares): Series => {
    const rate = (of: (share: number) => number): string =>
      counter(interval, ...shares.map(([minutes, share]) => [minutes, 1000 * of(share)] as const));
    // Half of what fails is too late, half is never found and in no bucket.
    return {
      [ofPod(`${probeMetrics.freshness}_bucket`, { le: "30" })]: rate((share) => 1 - share),
      [ofPod(`${probeMetrics.freshness}_bucket`, { le: "+Inf" })]: rate((share) => 1 - share / 2),
      [ofPod(probeMetrics.rounds)]: rate(() => 1),
    };
  },
} as const;

describe("the alerts on error budgets", function () {
  this.timeout(45 * 60_000); // A cold machine fetches promtool here.
  const promtool = new Promtool();
  before(() => promtool.open());
  after(() => {
    promtool.close();
  });

  for (const [alert, objective] of [
    ["JaegerIngestBudgetBurnsFast", "ingest"],
    ["JaegerIngestBudgetBurnsSlowly", "ingest"],
    ["JaegerQueryBudgetBurnsFast", "query"],
    ["JaegerQueryBudgetBurnsSlowly", "query"],
    ["TracingFreshnessBudgetBurnsFast", "freshness"],
    ["TracingFreshnessBudgetBurnsSlowly", "freshness"],
  ] as const satisfies readonly (readonly [BurnAlert, keyof typeof objectives])[]) {
    const { forMinutes, paces } = thresholds[alert];
    const budget = 1 - objectives[objective].share;

    describe(alert, () => {
      for (const { above, longMinutes, shortMinutes } of paces) {
        // Seconds; three days have too many half minutes. Prometheus keeps a value for no longer than five minutes.
        const interval = longMinutes > 360 ? 300 : longMinutes > 60 ? 60 : 30;
        const late = (2 * interval) / 60;
        const share = (pace: number): number => pace * budget;

        it(`fires above ${above} times the pace, and not at it`, () => {
          const minutes = shortMinutes + forMinutes + 20;
          const play = (pace: number, found: readonly Labels[]): void => {
            for (const mode of promtool.modesOf(alert)) {
              const series = failing[objective](interval, [[minutes, share(pace)]]);
              promtool.firing(mode, alert, series, { [`${minutes - late}m`]: found }, interval);
            }
          };
          play(above * 1.05, [namespace]);
          // The other pace of the alert may be lower.
          if (above === Math.min(...paces.map((pace) => pace.above))) play(above, []);
        });

        it(`waits until it has been so over ${longMinutes} minutes, and ends`, () => {
          // At twice the pace half of the long window has to be like that.
          // Well for so long before and after that the alert's other pace does not fire for it.
          const well = Math.max(...paces.map((pace) => pace.longMinutes));
          const burning = Math.round(longMinutes * 0.75);
          const after = Math.max(...paces.map((pace) => pace.shortMinutes)) + 3 * late;
          const series = failing[objective](interval, [
            [well, 0],
            [burning, share(above * 2)],
            [after, 0],
          ]);
          const times = {
            [`${well + Math.round(longMinutes / 4)}m`]: [],
            [`${well + burning - late}m`]: [namespace],
            [`${well + burning + after - late}m`]: [],
          };
          promtool.firing("sync", alert, series, times, interval);
        });
      }

      it("is silent where nothing fails, and where there are no series", () => {
        for (const mode of promtool.modesOf(alert)) {
          promtool.firing(mode, alert, failing[objective](30, [[40, 0]]), { "10m": [], "39m": [] });
          promtool.firing(mode, alert, {}, { "30m": [] });
        }
      });

      it("a pod that is restarted spends nothing, and counters that it has lost give nothing back", () => {
        const twice = (share: number): Series =>
          Object.fromEntries(
            Object.entries(failing[objective](30, [[60, share]])).map(([name, values]) => [
              name,
              `${values} stale _ ${values}`,
            ]),
          );
        promtool.firing("sync", alert, twice(0), { "61m": [], "70m": [], "119m": [] });
        const times = { "59m": [namespace], "70m": [namespace], "119m": [namespace] };
        promtool.firing("sync", alert, twice(budget * 100), times);
      });
    });
  }

  it("the query's is not judged by a handful of requests", () => {
    const rare = (count: number): Series => {
      const http = (part: string): string =>
        ofPod(`http_server_request_duration_seconds_${part}`, {
          http_route: "/api/traces",
          http_response_status_code: "500",
          ...(part === "bucket" ? { le: "5" } : {}),
        });
      const values = counter(30, [60, count / 3600]);
      return { [http("bucket")]: values, [http("count")]: values };
    };
    promtool.firing("sync", "JaegerQueryBudgetBurnsFast", rare(45), { "59m": [] });
    promtool.firing("sync", "JaegerQueryBudgetBurnsFast", rare(60), { "59m": [namespace] });
  });

  it("freshness is spent where no round finds its trace, and not by a probe that sleeps", () => {
    const alert = "TracingFreshnessBudgetBurnsFast";
    promtool.firing("sync", alert, failing.freshness(30, [[60, 1]]), { "59m": [namespace] });
    const asleep = Object.fromEntries(Object.keys(failing.freshness(30, [])).map((name) => [name, "0x150"]));
    promtool.firing("sync", alert, asleep, { "59m": [], "74m": [] });
    promtool.play("sync", asleep, [
      { at: "60m", expr: "namespace:jaeger_freshness_failures:ratio_rate5m", samples: [] },
    ]);
  });

  it("freshness is not judged by the first rounds of a new probe", () => {
    // Two rounds a minute, none of which finds its trace.
    const rounds = counter(30, [60, 2 / 60]);
    const series = {
      [ofPod(probeMetrics.rounds)]: rounds,
      [ofPod(`${probeMetrics.freshness}_bucket`, { le: "30" })]: "0x120",
    };
    const alert = "TracingFreshnessBudgetBurnsFast";
    promtool.firing("sync", alert, series, { "10m": [], "24m": [], "30m": [namespace] });
  });

  it("a bound of a bucket counts whether Prometheus writes it as 5 or as 5.0", () => {
    const series = Object.fromEntries(
      Object.entries(failing.query(30, [[60, 0]])).map(([name, values]) => [
        name.replace('le="5"', 'le="5.0"'),
        values,
      ]),
    );
    promtool.firing("sync", "JaegerQueryBudgetBurnsFast", series, { "30m": [], "59m": [] });
  });

  /** The recorded share of failures of ingest, of the last five minutes. */
  const ingestShare = (mode: WriteMode, series: Series, value: number, tool = promtool): void => {
    tool.play(mode, series, [
      {
        at: "60m",
        expr: "round(namespace:jaeger_ingest_failures:ratio_rate5m, 0.001)",
        samples: [{ labels: '{namespace="observability"}', value }],
      },
    ]);
  };

  it("what is lost after it was taken counts with asynchronous writes alone", () => {
    const shares: Shares = [[70, 0]];
    const series = {
      ...failing.ingest(30, shares),
      ...collectorQueue(30, shares, "b"),
      [ofPod("jaeger_storage_bulk_index_errors_total", { role: "tracestore" }, "b")]: counter(30, [70, 100]),
    };
    ingestShare("sync", series, 0);
    ingestShare("async", series, 0.1);
  });

  it("what Jaeger refuses is counted once: by the gateway, which says so to the services", () => {
    const well: Shares = [[70, 0]];
    const collector = { ...collectorQueue(30, well, "b"), ...refusing(30, [[70, 0.5]], "b") };
    ingestShare("sync", { ...failing.ingest(30, well), ...collector }, 0);
    // By itself the gateway refuses for want of memory, and Jaeger hears nothing of it.
    ingestShare(
      "sync",
      {
        ...failing.ingest(30, [[70, 0.5]]),
        ...collectorQueue(30, well, "b"),
        ...refusing(30, well, "b"),
      },
      0.5,
    );
  });

  it("Jaeger's collectors are the entrance where there is no gateway", async () => {
    const direct = new Promtool();
    try {
      await direct.open({ metricsPods: [{ role: "collector" }, { role: "query" }] });
      const shares: Shares = [[70, 0.5]];
      const other = refusing(30, [[70, 1]], "somebody-elses");
      const series = { ...collectorQueue(30, shares), ...refusing(30, shares, "a"), ...other };
      ingestShare("sync", series, 0.5, direct);
    } finally {
      direct.close();
    }
  });

  it("pods that the autoscaler has taken away still count", () => {
    const gone = failing.ingest(30, [[20, 0.5]]);
    const there = Object.fromEntries(
      Object.entries(failing.ingest(30, [[60, 0]])).map(([name, values]) => [
        name.replace('pod="a"', 'pod="b"'),
        values,
      ]),
    );
    promtool.play("sync", { ...gone, ...there }, [
      {
        at: "50m",
        expr: "namespace:jaeger_ingest_failures:ratio_rate1h > bool 0.05",
        samples: [{ labels: '{namespace="observability"}', value: 1 }],
      },
    ]);
  });
});
