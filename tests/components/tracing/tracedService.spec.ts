import assert from "node:assert/strict";
import { clientNamespaces, usesLegacyExporter } from "../../../components/tracing/tracedService";

describe("traced services", () => {
  it("name the namespaces that spans come from, each once, in order", () => {
    const services = {
      a: { version: "1" },
      b: { version: "1", namespace: "team-b" },
      c: { version: "1", namespace: "team-b" },
      d: { version: "1", namespace: "apps" },
    };
    assert.deepEqual(clientNamespaces(services), ["apps", "default", "team-b"]);
    assert.deepEqual(clientNamespaces({}), []);
  });

  it("need the legacy receiver as soon as one of them has the exporter jaeger", () => {
    assert.equal(usesLegacyExporter({ a: { version: "1" }, b: { version: "1", exporter: "otlp" } }), false);
    assert.equal(usesLegacyExporter({ a: { version: "1" }, b: { version: "1", exporter: "jaeger" } }), true);
  });
});
