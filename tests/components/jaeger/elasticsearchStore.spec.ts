import assert from "node:assert/strict";
import { elasticsearchStore } from "../../../components/jaeger/elasticsearchStore";
import { at, mapping } from "../../support/document";
import { connection, mechanisms, versions } from "./support/distributed";

// The document as such. That Jaeger takes it is shown by its own `validate` in jaegerValidate.spec.ts.

const kinds = ["spans", "services", "dependencies"];

function store(version: string, mechanism: "cleaner" | "ilm", change = {}): Record<string, unknown> {
  return mapping(elasticsearchStore(connection(mechanism, change), version), "elasticsearch");
}

describe("storage backend for Elasticsearch", () => {
  for (const version of versions) {
    for (const mechanism of mechanisms) {
      describe(`${version} with ${mechanism}`, () => {
        const document = store(version, mechanism);

        it("connects with TLS, and verifies the certificate with the given authority", () => {
          assert.deepEqual(document["server_urls"], ["https://elasticsearch.observability.svc:9200"]);
          assert.deepEqual(document["tls"], {
            ca_file: "/etc/jaeger/elasticsearch-authority/ca.crt",
            reload_interval: "10m",
          });
        });

        it("has its password in a file that is read again, never in the document or the environment", () => {
          assert.deepEqual(document["auth"], {
            basic: {
              username: "jaeger",
              password_file: "/etc/jaeger/elasticsearch/password",
              reload_interval: "1m",
            },
          });
          assert.doesNotMatch(JSON.stringify(document), /\$/);
        });

        it("does not wait for ever", () => {
          assert.equal(document["query_timeout"], "30s");
        });

        it("looks as far back as spans may still be there, a day more than the promise", () => {
          assert.equal(document["max_span_age"], mechanism === "ilm" ? "2184h" : "744h");
        });

        it("makes the templates itself only where no lifecycle policy hangs on them", () => {
          assert.equal(document["create_mappings"], mechanism === "cleaner");
        });

        it("names the indices, their shards and copies alike for all kinds", () => {
          const indices = mapping(document, "indices");
          assert.deepEqual(Object.keys(indices), ["index_prefix", ...kinds]);
          assert.equal(indices["index_prefix"], "nova");
          for (const kind of kinds) {
            assert.equal(at(indices, kind, "shards"), 3);
            assert.equal(at(indices, kind, "replicas"), 1);
          }
        });

        it("says how indices rotate in the words of its version", () => {
          const flags = [document["use_ilm"], document["use_aliases"]];
          const rotations = kinds.map((kind) => at(document, "indices", kind, "rotation"));
          if (version === "2.13.0") {
            assert.deepEqual(flags, mechanism === "ilm" ? [true, true] : [undefined, undefined]);
            assert.deepEqual(rotations, [undefined, undefined, undefined]);
          } else {
            assert.deepEqual(flags, [undefined, undefined]);
            const expected =
              mechanism === "ilm"
                ? { auto_rollover: { policy_name: "nova-jaeger" } }
                : { periodic: { date_layout: "2006-01-02", rollover_frequency: "day" } };
            assert.deepEqual(rotations, [expected, expected, expected]);
          }
        });

        it("waits for Elasticsearch where its version can, and lets no bad span hold up the others", () => {
          const modes = [document["write_mode"], document["poison_pill_handling"]];
          assert.deepEqual(modes, version === "2.22.0" ? ["sync", "drop"] : [undefined, undefined]);
        });
      });
    }
  }

  it("without an authority of its own relies on those of the system, and still verifies", () => {
    assert.equal(store("2.22.0", "ilm", { authoritySecret: undefined })["tls"], undefined);
  });

  it("has no key that a later release refuses for having no effect", () => {
    for (const version of versions) {
      const text = JSON.stringify(store(version, "ilm"));
      assert.doesNotMatch(
        text,
        /disable_health_check|health_check_timeout|send_get_body_as|sniffing|max_actions/,
      );
    }
  });
});
