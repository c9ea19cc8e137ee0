/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { storageType } from "../../policy/rules/storageType";
import { allows, refuses } from "./support/cases";
import { edit } from "./support/compliantStack";
import { type Declared } from "./support/evaluate";

const dev = { resource: "jaeger-config" };
const production = { stack: "production" as const, resource: "jaeger-collector-config" };

function backend(value: unknown): (resource: Declared) => void {
  return edit((document) => {
    document.extensions.jaeger_storage.backends.main = value;
  });
}

describe("jaeger-storage-require-type", () => {
  allows(storageType, [
    { ...dev, title: "one trace in memory", change: backend({ memory: { max_traces: 1 } }) },
    { ...dev, title: "badger with the longest ttl", change: backend({ badger: { ttl: { spans: "168h" } } }) },
  ]);

  refuses(storageType, [
    {
      ...dev,
      title: "a memory store without a bound",
      change: backend({ memory: {} }),
      says: ["max_traces is missing"],
    },
    {
      ...dev,
      title: "a memory store for no trace",
      change: backend({ memory: { max_traces: 0 } }),
      says: ["max_traces is 0"],
    },
    {
      ...dev,
      title: "a bound that is a text",
      change: backend({ memory: { max_traces: "1000" } }),
      says: ["max_traces"],
    },
    {
      ...dev,
      title: "a bound from the environment of the process",
      change: backend({ memory: { max_traces: "${env:TRACES}" } }),
      says: ["max_traces", "${env:TRACES}"],
    },
    {
      ...dev,
      title: "a badger ttl just over seven days",
      change: backend({ badger: { ttl: { spans: "168h0m1s" } } }),
      says: ["168h0m1s", "at most 7 days"],
    },
    {
      ...dev,
      title: "badger without a ttl",
      change: backend({ badger: {} }),
      says: ["ttl.spans is missing"],
    },
    {
      ...dev,
      title: "an unparsable ttl",
      change: backend({ badger: { ttl: { spans: "7 days" } } }),
      says: ["7 days"],
    },
    {
      ...dev,
      title: "Elasticsearch in dev",
      change: backend({ elasticsearch: {} }),
      says: ["elasticsearch", "dev"],
    },
    {
      ...dev,
      title: "a backend that is a substitution",
      change: backend("${file:/backend.yaml}"),
      says: ["not one backend"],
    },
    {
      ...dev,
      title: "a backend of two types",
      change: backend({ memory: { max_traces: 1 }, badger: {} }),
      says: ["not one backend"],
    },
    {
      ...dev,
      title: "a second backend of another type",
      change: edit((d) => (d.extensions.jaeger_storage.backends.archive = { cassandra: {} })),
      says: ["backends.archive", "cassandra"],
    },
    {
      ...dev,
      title: "a storage without backends",
      change: edit((d) => (d.extensions.jaeger_storage = {})),
      says: ["backends is missing"],
    },
    {
      ...production,
      title: "memory in production",
      change: backend({ memory: { max_traces: 1000 } }),
      says: ["memory", "90 days", "elasticsearch"],
    },
    {
      ...production,
      title: "badger in production",
      change: backend({ badger: { ttl: { spans: "2160h" } } }),
      says: ["badger"],
    },
    {
      ...production,
      title: "memory behind a merge key",
      change: (resource) => {
        const main = "main: { elasticsearch: {} }";
        resource.props.data["config.yaml"] =
          `base: &base { archive: { memory: { max_traces: 5 } } }\nextensions:\n  jaeger_storage:\n    backends:\n      <<: *base\n      ${main}\n`;
      },
      says: ["backends.archive", "memory"],
    },
    {
      stack: "staging",
      resource: "jaeger-collector-config",
      title: "memory in staging, which the guide names in one place",
      change: backend({ memory: { max_traces: 1000 } }),
      says: ["memory", "staging", "30 days"],
    },
    {
      ...production,
      title: "memory in a Patch",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:ConfigMapPatch";
        backend({ memory: { max_traces: 1 } })(resource);
      },
      says: ["ConfigMapPatch", "memory"],
    },
    {
      ...dev,
      title: "an unknown stack",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged"],
    },
  ]);
});
