import assert from "node:assert/strict";
import { retention } from "../../../components/elasticsearch/retention";
import { spanTemplate, type SpanTemplate } from "../../../components/elasticsearch/spanMapping";
import { at, isMapping } from "../../support/document";

// The document alone. That Elasticsearch takes it, that it wins over Jaeger's, and that Jaeger finds with it what it
// found before, is for tests/elasticsearch/mapping.spec.ts.

function templateFor(mechanism: "cleaner" | "ilm"): SpanTemplate {
  const common = { indexPrefix: "nova", shards: 3, copies: 1, lifecyclePolicy: "nova-jaeger-ilm-policy" };
  return spanTemplate({ ...common, retention: retention(90, mechanism) }).body;
}

/** Each field with a type, by its path. */
function fieldsOf(properties: unknown, prefix = ""): [string, Record<string, unknown>][] {
  return Object.entries(properties as Record<string, Record<string, unknown>>).flatMap(([name, field]) => [
    ...(typeof field.type === "string"
      ? [[`${prefix}${name}`, field] as [string, Record<string, unknown>]]
      : []),
    ...(isMapping(field.properties) ? fieldsOf(field.properties, `${prefix}${name}.`) : []),
  ]);
}

describe("the index template of spans", () => {
  const dated = templateFor("cleaner");
  const fields = Object.fromEntries(fieldsOf(dated.template.mappings.properties));
  const isIndexed = (name: string): boolean => fields[name]?.index !== false;
  const hasColumn = (name: string): boolean => fields[name]?.doc_values !== false;

  it("is for the spans' indices of its prefix and no others, above Jaeger's own, under another name", () => {
    const { name } = spanTemplate({
      indexPrefix: "nova",
      shards: 1,
      copies: 0,
      lifecyclePolicy: "",
      retention: retention(30, "cleaner"),
    });
    assert.equal(name, "nova-jaeger-span-mapping");
    assert.deepEqual(dated.index_patterns, ["nova-jaeger-span-*"]);
    // Jaeger's and the rollover tool's have 0, and nothing here changes it.
    assert.ok(dated.priority > 0);
  });

  it("has the shards and copies that the settings say, and the stronger compression", () => {
    assert.deepEqual(dated.template.settings, {
      index: { number_of_shards: 3, number_of_replicas: 1, codec: "best_compression" },
    });
    assert.equal(dated.template.aliases, undefined);
  });

  it("under a lifecycle policy has the policy and the aliases that the rollover tool's template would have", () => {
    const { template } = templateFor("ilm");
    assert.deepEqual(template.settings.index.lifecycle, {
      name: "nova-jaeger-ilm-policy",
      rollover_alias: "nova-jaeger-span-write",
    });
    assert.deepEqual(template.aliases, { "nova-jaeger-span-read": {} });
    assert.deepEqual(template.mappings, dated.template.mappings);
  });

  for (const place of ["tags", "process.tags", "logs.fields"]) {
    it(`finds key and value of ${place} together: nested, both in an index`, () => {
      assert.equal(fields[place]?.type, "nested");
      for (const part of ["key", "value"]) {
        assert.equal(fields[`${place}.${part}`]?.type, "keyword");
        assert.ok(isIndexed(`${place}.${part}`));
      }
    });
  }

  it("has in an index what Jaeger's queries filter by", () => {
    const filtered = ["traceID", "process.serviceName", "operationName", "startTimeMillis", "duration"];
    for (const name of filtered) assert.ok(fields[name] !== undefined && isIndexed(name), name);
  });

  it("has in a column what Jaeger's queries sort, count and calculate by", () => {
    const sorted = ["traceID", "startTime", "spanID", "parentSpanID", "duration", "process.serviceName"];
    for (const name of sorted) assert.ok(fields[name] !== undefined && hasColumn(name), name);
  });

  it("leaves the document itself whole", () => {
    assert.equal(at(dated, "template", "mappings", "_source"), undefined);
    assert.equal(at(dated, "template", "settings", "index", "mapping"), undefined);
  });
});
