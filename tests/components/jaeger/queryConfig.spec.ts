import assert from "node:assert/strict";
import { elasticsearchStore } from "../../../components/jaeger/elasticsearchStore";
import { queryConfig, uiConfig } from "../../../components/jaeger/queryConfig";
import { at, list, mapping } from "../../support/document";
import { connection, mechanisms, versions } from "./support/distributed";

// The document as such. That Jaeger takes it is shown by its own `validate` in jaegerValidate.spec.ts.

describe("configuration of the query", () => {
  for (const version of versions) {
    for (const mechanism of mechanisms) {
      describe(`${version} with ${mechanism}`, () => {
        const document = queryConfig({
          version,
          connection: connection(mechanism),
          uiConfigPath: "/etc/jaeger/config/ui.json",
        });
        const query = at(document, "extensions", "jaeger_query");

        it("listens on loopback alone, for HTTP and for gRPC: nobody passes the proxy by", () => {
          assert.equal(at(query, "http", "endpoint"), "127.0.0.1:16686");
          assert.equal(at(query, "grpc", "endpoint"), "127.0.0.1:16685");
        });

        it("tells browsers to show it in no frame, and to guess no type", () => {
          const headers = mapping(query, "http", "response_headers");
          assert.equal(headers["X-Frame-Options"], "DENY");
          assert.equal(headers["Content-Security-Policy"], "frame-ancestors 'none'");
          assert.equal(headers["X-Content-Type-Options"], "nosniff");
        });

        it("opens nothing else but its health and its metrics", () => {
          const endpoints = [...JSON.stringify(document).matchAll(/"endpoint":"(0[^"]+)"/g)];
          assert.deepEqual(
            endpoints.map(([, endpoint]) => endpoint),
            ["0.0.0.0:13133"],
          );
          const reader = at(document, "service", "telemetry", "metrics", "readers", 0, "pull");
          assert.equal(at(reader, "exporter", "prometheus", "port"), 8888);
        });

        it("receives no spans: its pipeline leads from nothing to nothing", () => {
          assert.deepEqual(at(document, "service", "pipelines"), {
            traces: { receivers: ["nop"], exporters: ["nop"] },
          });
          assert.deepEqual(Object.keys(mapping(document, "receivers")), ["nop"]);
        });

        it("reads from the backend that the collector writes to", () => {
          assert.deepEqual(at(document, "extensions", "jaeger_storage"), {
            backends: { main: elasticsearchStore(connection(mechanism), version) },
          });
          assert.deepEqual(at(query, "storage"), { traces: "main" });
        });

        it("does not trace itself, and shows timestamps as they were sent", () => {
          assert.equal(at(query, "enable_tracing"), false);
          assert.equal(at(query, "max_clock_skew_adjust"), "0s");
        });

        it("bounds the spans of one trace where its version can", () => {
          assert.equal(at(query, "max_trace_size"), version === "2.13.0" ? undefined : 50_000);
        });

        it("defines every extension that it uses, and uses every one that it defines", () => {
          const used = list(document, "service", "extensions");
          assert.deepEqual(Object.keys(mapping(document, "extensions")).sort(), [...used].sort());
        });

        it("takes no value from the environment", () => {
          assert.doesNotMatch(JSON.stringify(document), /\$/);
        });
      });
    }
  }

  const ui = uiConfig(90, "2.22.0", "/oauth2/sign_out");

  it("the UI offers to search as far back as spans are kept", () => {
    assert.deepEqual(at(ui, "search", "maxLookback"), { label: "90 Days", value: "90d" });
  });

  it("the UI shows the dependency graph, and no archive, as there is none", () => {
    assert.equal(at(ui, "dependencies", "menuEnabled"), true);
    assert.equal(at(ui, "archiveEnabled"), false);
  });

  it("the UI's menu has an entry to sign out, in the same tab, and what Jaeger's own menu has", () => {
    assert.deepEqual(list(ui, "menu")[1], {
      label: "Sign out",
      url: "/oauth2/sign_out",
      anchorTarget: "_self",
    });
    assert.equal(at(ui, "menu", 0, "label"), "About Jaeger");
    const items = list(ui, "menu", 0, "items");
    assert.deepEqual(items.at(-1), { label: "Jaeger v2.22.0" });
    for (const item of items.slice(0, -1)) assert.match(String(at(item, "url")), /^https:\/\//);
  });
});
