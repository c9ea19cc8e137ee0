import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { apiRequests } from "../../../components/alerts/queryAlerts";
import { podMonitorSpec, scrapeFile, scrapesOf } from "../../../components/alerts/scraping";
import { selectorLabels } from "../../../components/kubernetes/labels";
import { at, list, text } from "../../support/document";

// The documents alone. What Prometheus makes of the file is in tests/engine/alerts.spec.ts.

const selector = selectorLabels({ application: "jaeger", instance: "jaeger", role: "collector" });
const pods = { role: "collector", selector };
const scrape = { ...pods, port: "metrics" };

describe("scraping", () => {
  it("picks the pods of a role by their labels, in Jaeger's namespace alone, at the port metrics", () => {
    assert.deepEqual(podMonitorSpec("observability", scrape), {
      namespaceSelector: { matchNames: ["observability"] },
      selector: { matchLabels: selector },
      podMetricsEndpoints: [
        {
          port: "metrics",
          path: "/metrics",
          honorLabels: false,
          interval: "30s",
          scrapeTimeout: "10s",
          metricRelabelings: [
            {
              sourceLabels: ["__name__"],
              regex: "http\\.server\\.request\\.duration_seconds_(bucket|sum|count)",
              targetLabel: "__name__",
              replacement: "http_server_request_duration_seconds_$1",
            },
            { action: "labelmap", regex: "http\\.route", replacement: "http_route" },
            {
              action: "labelmap",
              regex: "http\\.response\\.status_code",
              replacement: "http_response_status_code",
            },
            { action: "labelmap", regex: "error\\.type", replacement: "error_type" },
            { action: "labelmap", regex: "error\\.permanent", replacement: "error_permanent" },
          ],
        },
      ],
    });
  });

  it("gives the names that Prometheus 3 gets with dots the underscores that the rules read", () => {
    const job = at(parse(scrapeFile("observability", "jaeger", [pods])), "scrape_configs", 0);
    const rules = list(job, "metric_relabel_configs");
    // Prometheus anchors each expression at both ends.
    const renamed = (name: string, action: "labelmap" | undefined): string =>
      rules
        .filter((rule) => at(rule, "action") === action)
        .reduce<string>(
          (one, rule) => one.replace(new RegExp(`^(?:${text(rule, "regex")})$`), text(rule, "replacement")),
          name,
        );
    const read = apiRequests("observability", "bucket", { http_response_status_code: "200" });
    const [metric = "", ...labels] = [...read.matchAll(/(\w+)(?=[{=])/g)].map(([name]) => name);
    assert.equal(renamed("http.server.request.duration_seconds_bucket", undefined), metric);
    const renamedLabels = ["http.route", "http.response.status_code"].map((one) => renamed(one, "labelmap"));
    assert.deepEqual(["namespace", ...renamedLabels], labels);
    assert.equal(
      renamed("otelcol_process_uptime_seconds_total", undefined),
      "otelcol_process_uptime_seconds_total",
    );
  });

  it("is the same with an operator and without, and never believes a pod about its own name", () => {
    const endpoint = at(podMonitorSpec("observability", scrape), "podMetricsEndpoints", 0);
    const job = at(parse(scrapeFile("observability", "jaeger", [pods])), "scrape_configs", 0);
    assert.equal(at(endpoint, "honorLabels"), false);
    for (const [operator, plain] of [
      ["path", "metrics_path"],
      ["honorLabels", "honor_labels"],
      ["interval", "scrape_interval"],
      ["scrapeTimeout", "scrape_timeout"],
    ] as const) {
      assert.equal(at(endpoint, operator), at(job, plain));
    }
  });

  it("is one job for each role, with the name that the operator gives it", () => {
    const jobs = list(
      parse(scrapeFile("tracing", "nova", [pods, { ...pods, role: "query" }])),
      "scrape_configs",
    );
    assert.deepEqual(
      jobs.map((job) => text(job, "job_name")),
      ["tracing/nova-collector", "tracing/nova-query"],
    );
  });

  it("takes what the spans tell under a job of its own, and nothing else from there", () => {
    const counting = { ...pods, spanMetrics: true };
    assert.deepEqual(
      scrapesOf([counting, { ...pods, role: "query" }]).map(({ role, port }) => `${role} ${port}`),
      ["collector metrics", "collector-spans spanmetrics", "query metrics"],
    );
    const [, spans] = scrapesOf([counting]);
    assert.ok(spans);
    const monitor = at(podMonitorSpec("observability", spans), "podMetricsEndpoints", 0);
    const job = at(parse(scrapeFile("observability", "jaeger", [counting])), "scrape_configs", 1);
    assert.equal(at(job, "job_name"), "observability/jaeger-collector-spans");
    assert.equal(at(monitor, "port"), "spanmetrics");
    const [operator, plain] = [at(monitor, "metricRelabelings", 0), at(job, "metric_relabel_configs", 0)];
    assert.equal(at(operator, "action"), "keep");
    assert.equal(at(operator, "regex"), at(plain, "regex"));
    const taken = new RegExp(`^(?:${text(plain, "regex")})$`);
    assert.ok(taken.test("traces_span_metrics_calls_total"));
    assert.ok(taken.test("traces_span_metrics_duration_seconds_bucket"));
    assert.ok(!taken.test("target_info"), "whatever the services say of themselves");
  });

  it("without an operator keeps exactly the values of the labels, whatever characters they have", () => {
    const character = fc.constantFrom("a", "b", "Z", "0", ".", "_", "-");
    const value = fc.array(character, { minLength: 1, maxLength: 20 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(value, value, (wanted, other) => {
        const file = scrapeFile("observability", "jaeger", [
          { role: "collector", selector: { name: wanted } },
        ]);
        const regex = new RegExp(
          `^(?:${text(parse(file), "scrape_configs", 0, "relabel_configs", 0, "regex")})$`,
        );
        assert.ok(regex.test(wanted));
        assert.equal(regex.test(other), other === wanted);
      }),
    );
  });
});
