import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { scrapeFile } from "../../components/alerts/scraping";
import { thresholds, type AlertName } from "../../components/alerts/thresholds";
import type { WriteMode } from "../../components/jaeger/metrics";
import { selectorLabels } from "../../components/kubernetes/labels";
import { at, put } from "../support/document";
import { modes, Promtool, type Expected, type Sample, type Series } from "./alerts/support/promtool";

// The names of Jaeger v1 and the guide's two alerts, and scraping, in Prometheus: invented series in its own unit tests.
// The other alerts are in alerts/.

/** Labels of a series of one pod. */
const pod = (name = "a", more = ""): string => `{namespace="observability", pod="${name}"${more}}`;
const exporter = (name = "a"): string => pod(name, ', exporter="jaeger_storage_exporter"');
const store = (name = "a", more = ""): string => pod(name, `, role="tracestore"${more}`);
const capacity = (name?: string): Series => ({
  [`otelcol_exporter_queue_capacity${exporter(name)}`]: "20000x240",
});
const refusals = (values: string, name?: string): Series => ({
  [`otelcol_exporter_enqueue_failed_spans_total${exporter(name)}`]: values,
});
const failedSends = (values: string, name?: string): Series => ({
  [`otelcol_exporter_send_failed_spans_total${exporter(name)}`]: values,
});
const bulkErrors = (values: string, name?: string): Series => ({
  [`jaeger_storage_bulk_index_errors_total${store(name)}`]: values,
});
/** A counter that grows by so many a second, for so many minutes. */
const perSecond = (rate: number, minutes = 60): string => `0+${rate * 30}x${minutes * 2}`;

describe("the rules in Prometheus", function () {
  this.timeout(45 * 60_000); // A cold machine fetches promtool here.
  const promtool = new Promtool();
  // The group alone: what a budget makes of it is in alerts/budgets.spec.ts.
  const play = (mode: WriteMode, series: Series, expected: Expected, more?: object): void => {
    promtool.play(mode, series, expected, { group: "nova-tracing-jaeger", more });
  };
  /** Asserts which pods have an alert that is firing, at each time. */
  const firing = (
    mode: WriteMode,
    alert: AlertName,
    series: Series,
    times: Readonly<Record<string, string[]>>,
  ): void => {
    const labels = Object.entries(times).map(([time, pods]) => [
      time,
      pods.map((name) => ({ namespace: "observability", pod: name })),
    ]);
    promtool.firing(mode, alert, series, Object.fromEntries(labels) as Parameters<Promtool["firing"]>[3]);
  };

  before(() => promtool.open());
  after(() => {
    promtool.close();
  });

  it("a scrape without an operator gives its series namespace and pod, of the pods of the role alone", () => {
    const selector = selectorLabels({ application: "jaeger", instance: "jaeger", role: "collector" });
    const config: unknown = parse(scrapeFile("observability", "jaeger", [{ role: "collector", selector }]));
    const discovered = (name: string, changed: Record<string, string> = {}): object => ({
      targets: [`${name}:8888`],
      labels: {
        __meta_kubernetes_namespace: "observability",
        __meta_kubernetes_pod_name: name,
        __meta_kubernetes_pod_phase: "Running",
        __meta_kubernetes_pod_container_port_name: "metrics",
        __meta_kubernetes_pod_label_app_kubernetes_io_name: "jaeger",
        __meta_kubernetes_pod_label_app_kubernetes_io_instance: "jaeger",
        __meta_kubernetes_pod_label_app_kubernetes_io_component: "collector",
        ...changed,
      },
    });
    // Debian's build has no discovery by Kubernetes: what that would find is given instead.
    const job = at(config, "scrape_configs", 0);
    put(job, ["kubernetes_sd_configs"], undefined);
    put(
      job,
      ["static_configs"],
      [
        discovered("a"),
        discovered("other-role", { __meta_kubernetes_pod_label_app_kubernetes_io_component: "query" }),
        discovered("other-port", { __meta_kubernetes_pod_container_port_name: "otlp-grpc" }),
        discovered("ended", { __meta_kubernetes_pod_phase: "Succeeded" }),
      ],
    );
    const file = join(promtool.folder, "prometheus.yaml");
    writeFileSync(file, stringify(config));
    const { status, output } = promtool.run(
      "check",
      "service-discovery",
      "--timeout=1s",
      file,
      "observability/jaeger-collector",
    );
    assert.equal(status, 0, output);
    const found = JSON.parse(output) as { labels?: Record<string, string> }[];
    const kept = found.flatMap(({ labels = {} }) => {
      const own = Object.entries(labels).filter(([label]) => !label.startsWith("__"));
      return own.length > 0 ? [Object.fromEntries(own)] : [];
    });
    assert.deepEqual(kept, [
      { instance: "a:8888", job: "observability/jaeger-collector", namespace: "observability", pod: "a" },
    ]);
  });

  for (const mode of modes) {
    describe(`with ${mode === "sync" ? "synchronous" : "asynchronous"} writes`, () => {
      const drops = (series: Series, times: Readonly<Record<string, string[]>>): void => {
        firing(mode, "JaegerSpansDropped", { ...capacity(), ...series }, times);
      };
      const queue = (size: string, times: Readonly<Record<string, string[]>>): void => {
        const series = { ...capacity(), [`otelcol_exporter_queue_size${exporter()}`]: size };
        firing(mode, "JaegerQueueFull", series, times);
      };

      it("JaegerSpansDropped fires for what the queue refuses, and for what cannot be sent", () => {
        drops(refusals(perSecond(150)), { "9m": [], "20m": ["a"] });
        drops(failedSends(perSecond(150)), { "9m": [], "20m": ["a"] });
      });

      it("JaegerSpansDropped fires above 100 a second, and not at 100", () => {
        drops(refusals(perSecond(100)), { "30m": [], "60m": [] });
        drops(refusals(perSecond(101)), { "30m": ["a"] });
      });

      it("JaegerSpansDropped fires after 10 minutes, and not before", () => {
        // At once 60,000 in the 300 seconds that the rate looks at, and 200 a second from then on.
        drops(refusals("0x19 60000+6000x60"), { "9m30s": [], "19m30s": [], "20m": ["a"] });
      });

      it("JaegerSpansDropped ends once nothing is dropped any more", () => {
        drops(refusals("0+4500x40 180000x40"), { "20m": ["a"], "25m30s": [] });
      });

      it("JaegerSpansDropped is about each pod by itself", () => {
        const series = {
          ...capacity("b"),
          ...capacity("c"),
          ...refusals(perSecond(60)),
          ...refusals(perSecond(60), "b"),
          ...refusals(perSecond(150), "c"),
        };
        drops(series, { "30m": ["c"] });
      });

      it("JaegerSpansDropped is not about other exporters, and not about other namespaces", () => {
        drops(
          {
            [`otelcol_exporter_enqueue_failed_spans_total${pod("a", ', exporter="otlp"')}`]: perSecond(150),
            [`otelcol_exporter_send_failed_spans_total{namespace="other", pod="a", exporter="jaeger_storage_exporter"}`]:
              perSecond(150),
          },
          { "30m": [] },
        );
      });

      it("a counter that is not there counts as 0, so that its first value is an increase", () => {
        play(mode, { ...capacity(), ...failedSends("0x100"), ...refusals("_x20 60000x60") }, [
          {
            at: "9m",
            expr: "jaeger_collector_spans_dropped_total",
            samples: [{ labels: `jaeger_collector_spans_dropped_total${pod()}`, value: 0 }],
          },
          {
            at: "12m",
            expr: "rate(jaeger_collector_spans_dropped_total[5m]) > bool 100",
            samples: [{ labels: pod(), value: 1 }],
          },
        ]);
      });

      it("no counter at all is 0 too, and raises nothing", () => {
        firing(mode, "JaegerSpansDropped", capacity(), { "30m": [] });
        const zero = (record: string): Expected[number] => ({
          at: "30m",
          expr: record,
          samples: [{ labels: `${record}${pod()}`, value: 0 }],
        });
        play(mode, { ...capacity(), [`otelcol_process_uptime_seconds_total${pod()}`]: "0+30x60" }, [
          zero("jaeger_collector_spans_dropped_total"),
          zero("jaeger_collector_spans_received_total"),
          zero("jaeger_storage_errors_total"),
        ]);
      });

      it("a pod that starts anew with its counters at 0 raises nothing of itself", () => {
        drops(refusals("10000000x20 _x1 stale 0+1500x40"), { "12m": [], "30m": [] });
        // And the counter is not even there until the first refusal.
        const restarted = { ...failedSends("0x20 stale _x1 0x60"), ...refusals("10000000x20 stale _x60") };
        drops(restarted, { "12m": [], "25m": [] });
      });

      it("a pod that drops through its restart goes on firing", () => {
        drops(refusals("0+4500x40 0+4500x40"), { "19m": ["a"], "21m": ["a"], "26m": ["a"] });
      });

      it("a target that is away for a while and comes back as it was raises nothing", () => {
        const gap = "10000000x20 stale _x8 10000000x60";
        firing(
          mode,
          "JaegerSpansDropped",
          {
            [`otelcol_exporter_queue_capacity${exporter()}`]: "20000x20 stale _x8 20000x60",
            ...refusals(gap),
            ...failedSends(gap),
          },
          { "13m": [], "16m": [], "26m": [] },
        );
      });

      it("an outage of a minute, every attempt of which is refused, raises nothing", () => {
        const outage = "0x20 150000 300000x120";
        drops(
          { ...refusals(outage), ...failedSends(outage), ...bulkErrors(outage) },
          {
            "14m": [],
            "20m": [],
            "30m": [],
          },
        );
      });

      it("JaegerQueueFull fires above 80% of the queue, and not at 80%", () => {
        queue("16000x60", { "30m": [] });
        queue("16001x60", { "30m": ["a"] });
      });

      it("JaegerQueueFull fires after 5 minutes, and not before", () => {
        queue("0x19 20000x60", { "14m30s": [], "15m": ["a"] });
      });

      it("JaegerQueueFull waits anew after the queue was emptied", () => {
        queue("20000x8 0 20000x60", { "5m": [], "9m30s": [], "10m": ["a"] });
      });

      it("JaegerQueueFull is silent where there is no queue", () => {
        firing(mode, "JaegerQueueFull", capacity(), { "30m": [] });
      });

      it("a full queue is 5000, whatever it counts in", () => {
        for (const [size, full, value] of [
          [7, 7, 5000],
          [1000, 3000, 5_000_000 / 3000],
          [0, 1, 0],
        ] as const) {
          const series = {
            [`otelcol_exporter_queue_capacity${exporter()}`]: `${full}x10`,
            [`otelcol_exporter_queue_size${exporter()}`]: `${size}x10`,
          };
          const labels = `jaeger_collector_queue_length${pod()}`;
          play(mode, series, [
            { at: "1m", expr: "jaeger_collector_queue_length", samples: [{ labels, value }] },
          ]);
        }
      });

      it("received spans are those of the collector, by any protocol, and of no other pod", () => {
        const accepted = (name: string, transport: string): string =>
          `otelcol_receiver_accepted_spans_total${pod(name, `, receiver="otlp", transport="${transport}"`)}`;
        play(
          mode,
          {
            ...capacity(),
            [accepted("a", "grpc")]: "1000x10",
            [accepted("a", "http")]: "10x10",
            [accepted("gateway", "grpc")]: "5000x10",
          },
          [
            {
              at: "1m",
              expr: "jaeger_collector_spans_received_total",
              samples: [{ labels: `jaeger_collector_spans_received_total${pod()}`, value: 1010 }],
            },
          ],
        );
      });

      it("latency is the mean of each operation and result, of writes as of reads, and none where nothing was done", () => {
        const latency = (
          metric: string,
          name: string,
          more: string,
          seconds: string,
          count: string,
        ): Series => ({
          [`${metric}_seconds_sum${store(name, more)}`]: seconds,
          [`${metric}_seconds_count${store(name, more)}`]: count,
        });
        const get = ', operation="get_trace", result="ok"';
        const find = ', operation="find_traces", result="ok"';
        const bulk = (result: string): string => `jaeger_storage_bulk_index_latency_${result}`;
        const sample = (name: string, operation: string, result: string, value: number): Sample => ({
          labels: `jaeger_storage_latency${pod(name, `, operation="${operation}", result="${result}"`)}`,
          value,
        });
        play(
          mode,
          {
            ...latency("jaeger_storage_latency", "q", get, "0+15x20", "0+30x20"),
            ...latency("jaeger_storage_latency", "q", find, "3x20", "4x20"),
            ...latency(bulk("ok"), "a", "", "0+30x20", "0+120x20"),
            ...latency(bulk("err"), "a", "", "0+60x20", "0+30x20"),
          },
          [
            {
              at: "8m",
              expr: "jaeger_storage_latency",
              samples: [
                sample("q", "get_trace", "ok", 0.5),
                sample("a", "bulk_index", "ok", 0.25),
                sample("a", "bulk_index", "err", 2),
              ],
            },
          ],
        );
      });

      it("errors of the storage are failed reads and refused writes, and no operation that succeeded", () => {
        const requests = (result: string): string =>
          `jaeger_storage_requests_total${store("a", `, operation="get_trace", result="${result}"`)}`;
        play(
          mode,
          {
            [`otelcol_process_uptime_seconds_total${pod()}`]: "0+30x10",
            [requests("ok")]: "1000x10",
            [requests("err")]: "7x10",
            ...bulkErrors("660x10"),
          },
          [
            {
              at: "1m",
              expr: "jaeger_storage_errors_total",
              samples: [{ labels: `jaeger_storage_errors_total${pod()}`, value: 667 }],
            },
          ],
        );
      });
    });
  }

  it("refusals of Elasticsearch alone are drops with asynchronous writes, and retries with synchronous ones", () => {
    const series = { ...capacity(), ...bulkErrors(perSecond(1000)) };
    firing("async", "JaegerSpansDropped", series, { "30m": ["a"] });
    firing("sync", "JaegerSpansDropped", series, { "20m": [], "60m": [] });
  });

  it("a span that an acknowledging queue sends back is one drop, though two counters have it", () => {
    const series = { ...capacity(), ...refusals(perSecond(60)), ...failedSends(perSecond(60)) };
    firing("sync", "JaegerSpansDropped", series, { "30m": [] });
    firing("async", "JaegerSpansDropped", series, { "30m": ["a"] });
  });

  it("an outage that outlasts what senders wait for raises the alert", () => {
    const outage = perSecond(400, 30);
    const series = { ...capacity(), ...refusals(outage), ...failedSends(outage) };
    firing("sync", "JaegerSpansDropped", series, { "5m": [], "20m": ["a"] });
  });

  it("tell the pod, the value, the limit and the runbook", () => {
    const series = {
      ...capacity(),
      ...refusals(perSecond(150)),
      [`otelcol_exporter_queue_size${exporter()}`]: "18000x60",
    };
    const alert = (alertname: AlertName, summary: string, description: string): object => ({
      eval_time: "20m",
      alertname,
      exp_alerts: [
        {
          exp_labels: { severity: thresholds[alertname].severity, namespace: "observability", pod: "a" },
          exp_annotations: { summary, description, runbook_url: `https://runbooks.nova.com/${alertname}.md` },
        },
      ],
    });
    play("sync", series, [], {
      alert_rule_test: [
        alert(
          "JaegerSpansDropped",
          "Jaeger is dropping spans",
          "observability/a drops 150 spans a second, and more than 100 spans a second for 10 minutes now: traces are incomplete or missing.",
        ),
        alert(
          "JaegerQueueFull",
          "Jaeger collector queue nearly full",
          "The queue of observability/a stands at 4500 of 5000, and more than 4000 of 5000 for 5 minutes now: at 5000 it is full, and spans are refused.",
        ),
      ],
    });
  });
});
