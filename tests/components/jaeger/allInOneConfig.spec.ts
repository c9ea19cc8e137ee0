import assert from "node:assert/strict";
import { allInOneConfig } from "../../../components/jaeger/allInOneConfig";
import type { YamlMap } from "../../../components/jaeger/sharedConfig";
import { at, list, mapping } from "../../support/document";

// The document as such. That Jaeger takes it is shown by its own `validate` in jaegerValidate.spec.ts.

const input = {
  maxTraces: 1342,
  samplingPath: "/etc/jaeger/sampling/strategies.json",
  legacyReceiver: false,
};

const render = (change: Partial<typeof input> = {}): YamlMap => allInOneConfig({ ...input, ...change });

/** Every value that stands under a key of that name, wherever in the document. */
function everywhere(document: unknown, key: string): unknown[] {
  if (typeof document !== "object" || document === null) return [];
  return Object.entries(document as Record<string, unknown>).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...everywhere(value, key),
  ]);
}

describe("configuration of the all-in-one Jaeger", () => {
  it("has one pipeline: the limiter, personal data, the batch, the store", () => {
    assert.deepEqual(at(render(), "service", "pipelines"), {
      traces: {
        receivers: ["otlp"],
        processors: ["memory_limiter", "attributes/pii", "batch"],
        exporters: ["jaeger_storage_exporter"],
      },
    });
  });

  it("defines every component that it uses, and uses every one that it defines", () => {
    for (const legacyReceiver of [false, true]) {
      const document = render({ legacyReceiver });
      const used = {
        ...mapping(document, "service", "pipelines", "traces"),
        extensions: at(document, "service", "extensions"),
      };
      for (const kind of ["receivers", "processors", "exporters", "extensions"]) {
        assert.deepEqual(Object.keys(mapping(document, kind)).sort(), [...list(used, kind)].sort());
      }
    }
  });

  it("keeps as many traces as it is told, in memory alone", () => {
    assert.deepEqual(at(render(), "extensions", "jaeger_storage"), {
      backends: { main: { memory: { max_traces: 1342 } } },
    });
  });

  it("writes to and reads from one and the same store", () => {
    const document = render();
    const [store] = Object.keys(mapping(document, "extensions", "jaeger_storage", "backends"));
    assert.equal(at(document, "exporters", "jaeger_storage_exporter", "trace_storage"), store);
    assert.equal(at(document, "extensions", "jaeger_query", "storage", "traces"), store);
  });

  it("binds each port once; all to the pod's address but the query API, where nobody logs in", () => {
    const endpoints = everywhere(render({ legacyReceiver: true }), "endpoint");
    assert.deepEqual([...endpoints].sort(), [
      "0.0.0.0:13133",
      "0.0.0.0:14268",
      "0.0.0.0:4317",
      "0.0.0.0:4318",
      "0.0.0.0:5778",
      "0.0.0.0:5779",
      "127.0.0.1:16685",
      "127.0.0.1:16686",
    ]);
  });

  it("takes Jaeger's own thrift only when a service asks for it", () => {
    assert.ok(at(render(), "receivers", "jaeger") === undefined);
    assert.deepEqual(at(render({ legacyReceiver: true }), "service", "pipelines", "traces", "receivers"), [
      "otlp",
      "jaeger",
    ]);
  });

  it("does not trace itself", () => {
    assert.equal(at(render(), "extensions", "jaeger_query", "enable_tracing"), false);
  });

  it("reports its health on /status", () => {
    assert.equal(at(render(), "extensions", "healthcheckv2", "use_v2"), true);
  });

  it("reads the sampling strategies again without a restart", () => {
    assert.deepEqual(at(render(), "extensions", "remote_sampling", "file"), {
      path: "/etc/jaeger/sampling/strategies.json",
      reload_interval: "60s",
    });
  });

  it("pins the names of its metrics, whose defaults differ between versions", () => {
    const metrics = at(render(), "service", "telemetry", "metrics");
    assert.deepEqual(at(metrics, "readers", 0, "pull", "exporter", "prometheus"), {
      host: "0.0.0.0",
      port: 8888,
      without_type_suffix: false,
      without_units: false,
      without_scope_info: true,
    });
    // Views with another level are an error at start.
    assert.equal(at(metrics, "level"), "detailed");
  });

  it("measures latencies in seconds with buckets from milliseconds to half a minute", () => {
    const [view] = list(render(), "service", "telemetry", "metrics", "views");
    const boundaries = list(view, "stream", "aggregation", "explicit_bucket_histogram", "boundaries");
    assert.deepEqual([boundaries.at(0), boundaries.at(-1)], [0.005, 30]);
    assert.deepEqual(
      boundaries,
      [...boundaries].sort((a, b) => Number(a) - Number(b)),
    );
  });

  it("takes no value from the environment", () => {
    assert.doesNotMatch(JSON.stringify(render()), /\$/);
  });
});
