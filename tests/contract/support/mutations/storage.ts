/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- mutations break documents that no type describes */
import { type Loose } from "../../../policy/support/evaluate";
import { withOperator, withSnapshots } from "../../../support/variants";
import {
  above,
  only,
  documents,
  rewrite,
  backend,
  jaegerPod,
  kind,
  lifecycle,
  snapshotPolicy,
  tool,
  without,
  type Mutation,
} from "./change";

function nodeSettings(change: (settings: Loose) => void): Mutation["apply"] {
  return (resources) => {
    rewrite(
      only(
        documents(resources, (d) => d["cluster.name"] !== undefined),
        "elasticsearch.yml",
      ),
      change,
    );
    return undefined;
  };
}

/** Ways to keep spans elsewhere, or for another time, than the environment promises. */
export const storageMutations: readonly Mutation[] = [
  {
    title: "the memory store has no bound",
    stacks: ["dev"],
    refusedBy: "jaeger-storage-require-type",
    apply: backend((b) => {
      b.memory = {};
    }),
  },
  {
    title: "spans are kept in memory",
    stacks: above,
    refusedBy: "jaeger-storage-require-type",
    apply: backend((b) => {
      delete b.elasticsearch;
      b.memory = { max_traces: 1000 };
    }),
  },
  {
    title: "dev keeps spans in badger for eight days",
    stacks: ["dev"],
    refusedBy: "jaeger-storage-require-type",
    apply: backend((b) => {
      delete b.memory;
      b.badger = { ttl: { spans: "192h" } };
    }),
  },
  {
    title: "dev keeps spans in badger on the node's disk",
    stacks: ["dev"],
    refusedBy: "jaeger-storage-prohibit-disk",
    apply: backend((b) => {
      delete b.memory;
      b.badger = {
        ephemeral: false,
        directories: { keys: "/badger/k", values: "/badger/v" },
        ttl: { spans: "168h" },
      };
    }),
  },
  {
    title: "dev's Jaeger gets a disk",
    stacks: ["dev"],
    refusedBy: "jaeger-storage-prohibit-disk",
    apply: jaegerPod((_, spec) =>
      spec.volumes.push({ name: "disk", persistentVolumeClaim: { claimName: "x" } }),
    ),
  },
  {
    title: "dev's memory store is never emptied",
    stacks: ["dev"],
    refusedBy: "jaeger-storage-prohibit-disk",
    apply: jaegerPod((c) => {
      delete c.livenessProbe;
    }),
  },
  {
    title: "dev's memory store is emptied after eight days",
    stacks: ["dev"],
    refusedBy: "jaeger-storage-prohibit-disk",
    apply: jaegerPod((c) => (c.livenessProbe.initialDelaySeconds = 691_200)),
  },
  {
    title: "the UI looks back three days",
    stacks: above,
    refusedBy: "elasticsearch-retention-limit-days",
    apply: backend((b) => (b.elasticsearch.max_span_age = "72h")),
  },
  {
    title: "the cleaner is told the retention itself",
    stacks: ["staging"],
    refusedBy: "elasticsearch-retention-limit-days",
    apply: tool("jaeger-es-index-cleaner", (c) => (c.args[0] = "30")),
  },
  {
    title: "the cleaner runs once a week",
    stacks: ["staging"],
    refusedBy: "elasticsearch-retention-limit-days",
    apply: tool("jaeger-es-index-cleaner", (_, r) => (r.props.spec.schedule = "0 0 * * 0")),
  },
  {
    title: "the cleaner is gone",
    stacks: ["staging"],
    refusedBy: "elasticsearch-retention-require-enforcement",
    apply: without(({ props }) => JSON.stringify(props).includes("jaeger-es-index-cleaner")),
  },
  {
    title: "the cleaner cleans other indices",
    stacks: ["staging"],
    refusedBy: "elasticsearch-retention-require-enforcement",
    apply: tool("jaeger-es-index-cleaner", (c) => {
      c.env = c.env
        .filter((entry: Loose) => entry.name !== "INDEX_PREFIX")
        .concat({ name: "INDEX_PREFIX", value: "x" });
    }),
  },
  ...(["89d", "91d"] as const).map((age) => ({
    title: `the lifecycle policy deletes after ${age}`,
    stacks: ["production"] as const,
    refusedBy: "elasticsearch-retention-limit-days",
    apply: lifecycle((phases) => (phases.delete.min_age = age)),
  })),
  {
    title: "an index grows for a week",
    stacks: ["production"],
    refusedBy: "elasticsearch-retention-limit-days",
    apply: lifecycle((phases) => (phases.hot.actions.rollover.max_age = "7d")),
  },
  {
    title: "an index rolls over only once it is large",
    stacks: ["production"],
    refusedBy: "elasticsearch-retention-limit-days",
    apply: lifecycle((phases) => (phases.hot.actions.rollover.min_primary_shard_size = "50gb")),
  },
  {
    title: "the lifecycle policy is called otherwise in Jaeger's configuration",
    stacks: ["production"],
    refusedBy: "elasticsearch-retention-require-enforcement",
    apply: backend((b) => {
      for (const index of Object.values(b.elasticsearch.indices as Record<string, Loose>)) {
        if (index.rotation?.auto_rollover) index.rotation.auto_rollover.policy_name = "other";
      }
    }),
  },
  {
    title: "Elasticsearch looks for old indices once a month",
    stacks: above,
    refusedBy: "elasticsearch-retention-limit-days",
    apply: nodeSettings((d) => (d["indices.lifecycle.poll_interval"] = "30d")),
  },
  {
    title: "Elasticsearch answers without asking who is there",
    stacks: above,
    refusedBy: "elasticsearch-connection-require-tls",
    apply: nodeSettings((d) => (d["xpack.security.enabled"] = false)),
  },
  {
    title: "ECK's Elasticsearch answers without TLS",
    stacks: ["production"],
    variant: withOperator,
    refusedBy: "elasticsearch-connection-require-tls",
    apply: kind("Elasticsearch", (s) => (s.http = { tls: { selfSignedCertificate: { disabled: true } } })),
  },
  {
    title: "ECK decides how Elasticsearch's pods run",
    stacks: ["production"],
    variant: withOperator,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: kind("Elasticsearch", (s) => {
      delete s.nodeSets[0].podTemplate;
    }),
  },
  {
    title: "snapshots are kept as long as spans",
    stacks: ["production"],
    variant: withSnapshots,
    refusedBy: "elasticsearch-snapshot-limit-days",
    apply: snapshotPolicy((p) => (p.retention.expire_after = "90d")),
  },
  {
    title: "snapshots are kept for eight days",
    stacks: ["production"],
    variant: withSnapshots,
    refusedBy: "elasticsearch-snapshot-limit-days",
    apply: snapshotPolicy((p) => (p.retention.expire_after = "8d")),
  },
  {
    title: "snapshots are kept for ever",
    stacks: ["production"],
    variant: withSnapshots,
    refusedBy: "elasticsearch-snapshot-limit-days",
    apply: snapshotPolicy((p) => {
      delete p.retention;
    }),
  },
  {
    title: "the last snapshot is never deleted",
    stacks: ["production"],
    variant: withSnapshots,
    refusedBy: "elasticsearch-snapshot-limit-days",
    apply: snapshotPolicy((p) => (p.retention.min_count = 1)),
  },
  {
    title: "the lifecycle policy is gone",
    stacks: ["production"],
    refusedBy: "elasticsearch-retention-require-enforcement",
    apply: (resources) => {
      const { owner } = only(
        documents(resources, (d) => d.policy?.phases !== undefined),
        "lifecycle policy",
      );
      resources.splice(resources.indexOf(owner), 1);
      return undefined;
    },
  },
  {
    title: "the rollover tool is gone",
    stacks: ["production"],
    refusedBy: "elasticsearch-retention-require-enforcement",
    apply: without(({ props }) => JSON.stringify(props).includes("jaeger-es-rollover")),
  },
  {
    title: "Jaeger reaches Elasticsearch over plain HTTP",
    stacks: above,
    refusedBy: "elasticsearch-connection-require-tls",
    apply: backend((b) => (b.elasticsearch.server_urls = ["http://elasticsearch:9200"])),
  },
  {
    title: "Jaeger does not verify Elasticsearch's certificate",
    stacks: above,
    refusedBy: "elasticsearch-connection-require-tls",
    apply: backend((b) => (b.elasticsearch.tls = { insecure_skip_verify: true })),
  },
];
