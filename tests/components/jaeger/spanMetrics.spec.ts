import assert from "node:assert/strict";
import { allInOneConfig } from "../../../components/jaeger/allInOneConfig";
import { collectorConfig } from "../../../components/jaeger/collectorConfig";
import type { YamlMap } from "../../../components/jaeger/sharedConfig";
import { at, list, mapping } from "../../support/document";
import { connection, versions } from "./support/distributed";

// The document as such. That Jaeger takes it is shown in jaegerValidate.spec.ts, what it tells in dashboardMetrics.spec.ts.

const common = { samplingPath: "/etc/jaeger/sampling/strategies.json", legacyReceiver: false };
const documents: Readonly<Record<string, (spanMetrics: boolean) => YamlMap>> = {
  "an all-in-one": (spanMetrics) => allInOneConfig({ ...common, maxTraces: 100, spanMetrics }),
  ...Object.fromEntries(
    versions.map((version) => [
      `a collector of ${version}`,
      (spanMetrics: boolean) =>
        collectorConfig({
          ...common,
          version,
          connection: connection("ilm"),
          memoryLimit: "1Gi",
          spanMetrics,
        }),
    ]),
  ),
};

for (const [name, render] of Object.entries(documents)) {
  describe(`span metrics of ${name}`, () => {
    const [plain, counting] = [render(false), render(true)];

    it("come behind the limiter and the removal of personal data, beside the storage", () => {
      const before = mapping(plain, "service", "pipelines", "traces");
      assert.deepEqual(at(counting, "service", "pipelines"), {
        traces: { ...before, exporters: ["jaeger_storage_exporter", "spanmetrics"] },
        "metrics/spans": { receivers: ["spanmetrics"], exporters: ["prometheus"] },
      });
    });

    it("change nothing else, but for how much the queue holds", () => {
      const { connectors, exporters, service, ...rest } = counting;
      const { exporters: plainExporters, service: plainService, ...plainRest } = plain;
      assert.ok(connectors);
      assert.deepEqual(rest, plainRest);
      assert.deepEqual(
        { ...mapping(service), pipelines: undefined },
        { ...mapping(plainService), pipelines: undefined },
      );
      const sizeless = (document: unknown): string =>
        JSON.stringify(at(document, "jaeger_storage_exporter")).replace(/"queue_size":\d+/, "");
      assert.equal(sizeless(exporters), sizeless(plainExporters));
      assert.deepEqual(Object.keys(mapping(exporters)), ["jaeger_storage_exporter", "prometheus"]);
    });

    it("keep no name of a span or of a process, and forget a service that is gone", () => {
      const connector = mapping(counting, "connectors", "spanmetrics");
      assert.deepEqual(connector["exclude_dimensions"], ["span.name", "collector.instance.id"]);
      assert.deepEqual(connector["resource_metrics_key_attributes"], ["service.name"]);
      assert.equal(connector["resource_metrics_cache_size"], 50);
      assert.equal(connector["metrics_expiration"], "1h");
      assert.equal(at(connector, "histogram", "unit"), "s");
      assert.equal(list(connector, "histogram", "explicit", "buckets").length, 11);
      assert.equal(connector["dimensions"], undefined);
    });

    it("are there for Prometheus on a port of the pod", () => {
      assert.equal(at(counting, "exporters", "prometheus", "endpoint"), "0.0.0.0:8889");
    });

    it("are not there unless they are asked for", () => {
      assert.equal(plain["connectors"], undefined);
      assert.deepEqual(Object.keys(mapping(plain, "exporters")), ["jaeger_storage_exporter"]);
    });
  });
}
