/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { retentionEnforced } from "../../policy/rules/retentionEnforced";
import { refuses } from "./support/cases";
import { compliantStack, edit, editContainer, editPod } from "./support/compliantStack";
import { assertAllowed, type Declared, type Loose } from "./support/evaluate";

const staging = { stack: "staging" as const };
const production = { stack: "production" as const };

function elasticsearch(change: (settings: Loose) => void): (resource: Declared) => void {
  return edit((d) => {
    change(d.extensions.jaeger_storage.backends.main.elasticsearch);
  });
}

function variable(name: string, value: string): ReturnType<typeof editContainer> {
  return editContainer((container) => {
    container.env.find((entry: { name: string }) => entry.name === name).value = value;
  });
}

describe("elasticsearch-retention-require-enforcement", () => {
  it("asks nothing of dev, whose store forgets by itself", () => {
    assertAllowed(retentionEnforced, compliantStack("dev"));
  });

  refuses(retentionEnforced, [
    {
      ...staging,
      title: "staging without a cleaner",
      resource: "jaeger-index-cleaner",
      says: ["no CronJob with jaeger-es-index-cleaner"],
    },
    {
      ...staging,
      title: "a cleaner of another image, whose days nobody judges",
      resource: "jaeger-index-cleaner",
      change: editContainer((container) => {
        container.image = "example/cleaner:1.0.0";
      }),
      says: ["no CronJob with jaeger-es-index-cleaner"],
    },
    {
      ...staging,
      title: "a cleaner of other indices",
      resource: "jaeger-index-cleaner",
      change: variable("INDEX_PREFIX", "other"),
      says: ['the prefix "nova"', "no cleaner"],
    },
    {
      ...staging,
      title: "a Jaeger that writes other indices",
      resource: "jaeger-collector-config",
      change: elasticsearch((s) => (s.indices.index_prefix = "other")),
      says: ['the prefix "other"', "jaeger-collector"],
    },
    {
      ...production,
      title: "production without a lifecycle policy",
      resource: "jaeger-lifecycle",
      says: ["no index lifecycle policy"],
    },
    {
      ...production,
      title: "a lifecycle policy that no pod takes to Elasticsearch",
      resource: "jaeger-lifecycle-job",
      change: editPod((spec) => {
        spec.volumes = [];
      }),
      says: ["jaeger-lifecycle", "no pod of the stack mounts"],
    },
    {
      ...production,
      title: "production without the rollover tool",
      resource: "jaeger-rollover",
      says: ["no Job with jaeger-es-rollover"],
    },
    {
      ...production,
      title: "a rollover tool without lifecycle",
      resource: "jaeger-rollover",
      change: variable("ES_USE_ILM", "false"),
      says: ["ES_USE_ILM=true"],
    },
    {
      ...production,
      title: "a rollover tool of another policy",
      resource: "jaeger-rollover",
      change: variable("ES_ILM_POLICY_NAME", "other"),
      says: ["jaeger-ilm-policy", "no rollover Job has both"],
    },
    {
      ...production,
      title: "a rollover tool of other indices",
      resource: "jaeger-rollover",
      change: variable("INDEX_PREFIX", "other"),
      says: ['the prefix "nova"', "no rollover Job has both"],
    },
    {
      ...production,
      title: "a Jaeger that names another policy",
      resource: "jaeger-collector-config",
      change: elasticsearch((s) => (s.indices.spans.rotation.auto_rollover.policy_name = "other")),
      says: ['the lifecycle policy "other"'],
    },
    {
      ...production,
      title: "an unknown stack",
      resource: "jaeger-rollover",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged"],
    },
  ]);
});
