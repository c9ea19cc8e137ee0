import assert from "node:assert/strict";
import { parse } from "yaml";
import { collectorConfig } from "../../../components/jaeger/collectorConfig";
import { elasticsearchStore } from "../../../components/jaeger/elasticsearchStore";
import { queueCapacity } from "../../../components/jaeger/queueCapacity";
import type { YamlMap } from "../../../components/jaeger/sharedConfig";

import { at, list, mapping } from "../../support/document";
import { shippedConfig } from "../../support/stackFiles";
import { connection, mechanisms, versions } from "./support/distributed";

// The document as such. That Jaeger takes it is shown by its own `validate` in jaegerValidate.spec.ts.

function render(
  version: string,
  mechanism: "cleaner" | "ilm",
  change: { legacyReceiver?: boolean; memoryLimit?: string } = {},
): YamlMap {
  return collectorConfig({
    version,
    connection: connection(mechanism),
    memoryLimit: "1Gi",
    samplingPath: "/etc/jaeger/sampling/strategies.json",
    legacyReceiver: false,
    ...change,
  });
}

describe("configuration of the collector", () => {
  for (const version of versions) {
    const synchronous = version === "2.22.0";
    for (const mechanism of mechanisms) {
      describe(`${version} with ${mechanism}`, () => {
        const document = render(version, mechanism);
        const exporter = at(document, "exporters", "jaeger_storage_exporter");
        const pipeline = at(document, "service", "pipelines", "traces");

        it("has one pipeline, with the memory limiter first and personal data next", () => {
          assert.deepEqual(Object.keys(mapping(document, "service", "pipelines")), ["traces"]);
          assert.deepEqual(list(pipeline, "processors").slice(0, 2), ["memory_limiter", "attributes/pii"]);
        });

        it(
          synchronous
            ? "has no batch step, which would acknowledge spans that are not stored"
            : "has a batch step last, before writes that Elasticsearch gets in large pieces",
          () => {
            assert.deepEqual(list(pipeline, "processors").slice(2), synchronous ? [] : ["batch"]);
            assert.equal(at(document, "processors", "batch") === undefined, synchronous);
          },
        );

        it("defines every component that it uses, and uses every one that it defines", () => {
          for (const legacyReceiver of [false, true]) {
            const each = render(version, mechanism, { legacyReceiver });
            const used = {
              ...mapping(each, "service", "pipelines", "traces"),
              extensions: at(each, "service", "extensions"),
            };
            for (const kind of ["receivers", "processors", "exporters", "extensions"]) {
              assert.deepEqual(Object.keys(mapping(each, kind)).sort(), [...list(used, kind)].sort());
            }
          }
        });

        it("writes to the one backend that the query reads from", () => {
          assert.deepEqual(at(document, "extensions", "jaeger_storage"), {
            backends: { main: elasticsearchStore(connection(mechanism), version) },
          });
          assert.equal(at(exporter, "trace_storage"), "main");
        });

        it("answers no queries", () => {
          assert.equal(at(document, "extensions", "jaeger_query"), undefined);
        });

        it("sizes its queue in spans from its memory, and never stops a sender without an answer", () => {
          assert.equal(at(exporter, "queue", "enabled"), true, "2.13 has it off otherwise");
          assert.equal(at(exporter, "queue", "num_consumers"), 8);
          assert.equal(at(exporter, "queue", "sizer"), "items");
          assert.equal(at(exporter, "queue", "queue_size"), queueCapacity("1Gi"));
          const larger = render(version, mechanism, { memoryLimit: "4Gi" });
          const size = at(larger, "exporters", "jaeger_storage_exporter", "queue", "queue_size");
          assert.equal(size, queueCapacity("4Gi"));
          assert.notEqual(at(exporter, "queue", "block_on_overflow"), true);
        });

        it(
          synchronous
            ? "acknowledges only what is stored: the queue waits for the result, batches itself, and nobody retries but the sender"
            : "retries what the storage refuses, and acknowledges what is queued",
          () => {
            const queue = mapping(exporter, "queue");
            if (synchronous) {
              assert.equal(queue["wait_for_result"], true);
              assert.deepEqual(queue["batch"], {
                flush_timeout: "200ms",
                min_size: 500,
                max_size: 4000,
                sizer: "items",
              });
              assert.deepEqual(at(exporter, "retry_on_failure"), { enabled: false });
            } else {
              assert.equal(queue["wait_for_result"], undefined);
              assert.equal(queue["batch"], undefined);
              assert.deepEqual(at(exporter, "retry_on_failure"), {
                enabled: true,
                initial_interval: "1s",
                max_interval: "30s",
                max_elapsed_time: "5m",
              });
            }
          },
        );

        it("ends a gRPC connection after five minutes, so that its client finds pods that were added", () => {
          const grpc = at(document, "receivers", "otlp", "protocols", "grpc");
          assert.deepEqual(at(grpc, "keepalive", "server_parameters"), {
            max_connection_age: "5m",
            max_connection_age_grace: "30s",
          });
          assert.equal(at(grpc, "max_recv_msg_size_mib"), 16);
        });

        it("binds each of its ports to the pod's address", () => {
          const text = JSON.stringify(render(version, mechanism, { legacyReceiver: true }));
          const endpoints = [...text.matchAll(/"endpoint":"([^"]+)"/g)].map(([, endpoint]) => endpoint);
          assert.deepEqual(endpoints.sort(), [
            "0.0.0.0:13133",
            "0.0.0.0:14268",
            "0.0.0.0:4317",
            "0.0.0.0:4318",
            "0.0.0.0:5778",
            "0.0.0.0:5779",
          ]);
        });

        it("takes Jaeger's own thrift only when a service asks for it", () => {
          assert.deepEqual(at(pipeline, "receivers"), ["otlp"]);
          const legacy = render(version, mechanism, { legacyReceiver: true });
          assert.deepEqual(at(legacy, "service", "pipelines", "traces", "receivers"), ["otlp", "jaeger"]);
        });

        it("pins the names of its metrics, whose defaults differ between versions", () => {
          const reader = at(document, "service", "telemetry", "metrics", "readers", 0, "pull");
          assert.deepEqual(at(reader, "exporter", "prometheus"), {
            host: "0.0.0.0",
            port: 8888,
            without_type_suffix: false,
            without_units: false,
            without_scope_info: true,
          });
        });

        it("takes no value from the environment", () => {
          assert.doesNotMatch(JSON.stringify(document), /\$/);
        });
      });
    }
  }

  it("refuses spans at 55% of its memory, before Go's own goal and long before the kernel", () => {
    assert.deepEqual(at(render("2.22.0", "ilm"), "processors", "memory_limiter"), {
      check_interval: "1s",
      limit_percentage: 75,
      spike_limit_percentage: 20,
    });
  });

  it("is not rendered for a version whose settings are not known", () => {
    assert.throws(() => render("2.16.0", "ilm"), RangeError);
  });
});

for (const stack of ["staging", "production"] as const) {
  describe(`what the collector of ${stack} does with a span`, () => {
    it("is exactly what lost none when Elasticsearch and Jaeger were both killed (docs/delivery.md)", () => {
      const shipped = parse(shippedConfig(stack).config["nova-tracing:jaeger"] ?? "") as { version: string };
      const document = render(shipped.version, stack === "staging" ? "cleaner" : "ilm");
      assert.deepEqual(at(document, "exporters", "jaeger_storage_exporter"), {
        trace_storage: "main",
        queue: {
          enabled: true,
          num_consumers: 8,
          // Its size alone follows the memory; 20,000 were measured.
          queue_size: queueCapacity("1Gi"),
          sizer: "items",
          wait_for_result: true,
          batch: { flush_timeout: "200ms", min_size: 500, max_size: 4000, sizer: "items" },
        },
        retry_on_failure: { enabled: false },
      });
      const store = at(document, "extensions", "jaeger_storage", "backends", "main", "elasticsearch");
      assert.equal(at(store, "write_mode"), "sync");
      assert.equal(at(store, "poison_pill_handling"), "drop");
      assert.deepEqual(at(document, "service", "pipelines", "traces", "processors"), [
        "memory_limiter",
        "attributes/pii",
      ]);
    });
  });
}
