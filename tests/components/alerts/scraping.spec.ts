import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { podMonitorSpec, scrapeFile } from "../../../components/alerts/scraping";
import { selectorLabels } from "../../../components/kubernetes/labels";
import { at, list, text } from "../../support/document";

// The documents alone. What Prometheus makes of the file is in tests/engine/alerts.spec.ts.

const selector = selectorLabels({ application: "jaeger", instance: "jaeger", role: "collector" });
const pods = { role: "collector", selector };

describe("scraping", () => {
  it("picks the pods of a role by their labels, in Jaeger's namespace alone, at the port metrics", () => {
    assert.deepEqual(podMonitorSpec("observability", pods), {
      namespaceSelector: { matchNames: ["observability"] },
      selector: { matchLabels: selector },
      podMetricsEndpoints: [
        { port: "metrics", path: "/metrics", honorLabels: false, interval: "30s", scrapeTimeout: "10s" },
      ],
    });
  });

  it("is the same with an operator and without, and never believes a pod about its own name", () => {
    const endpoint = at(podMonitorSpec("observability", pods), "podMetricsEndpoints", 0);
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
