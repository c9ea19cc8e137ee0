/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { retentionBounds } from "../../policy/rules/retentionBounds";
import { allows, refuses } from "./support/cases";
import { edit, editContainer, fileConfigMap } from "./support/compliantStack";
import { type Declared, unknownText, type Loose } from "./support/evaluate";

const staging = { stack: "staging" as const, resource: "jaeger-collector-config" };
const production = { stack: "production" as const, resource: "jaeger-collector-config" };
const cleaner = { stack: "staging" as const, resource: "jaeger-index-cleaner" };
const lifecycle = { stack: "production" as const, resource: "jaeger-lifecycle" };

function elasticsearch(change: (settings: Loose) => void): (resource: Declared) => void {
  return edit((d) => {
    change(d.extensions.jaeger_storage.backends.main.elasticsearch);
  });
}

function days(value: unknown): ReturnType<typeof editContainer> {
  return editContainer((container) => {
    container.args[0] = value;
  });
}

function phases(change: (phases: Loose) => void): (resource: Declared) => void {
  return edit((d) => {
    change(d.policy.phases);
  });
}

describe("elasticsearch-retention-limit-days", () => {
  allows(retentionBounds, [
    {
      ...staging,
      title: "a longer look back than is kept",
      change: elasticsearch((s) => (s.max_span_age = "8760h")),
    },
    {
      ...production,
      title: "the older way to write a lifecycle",
      change: elasticsearch((s) => {
        s.indices = { index_prefix: "nova" };
        s.use_ilm = true;
        s.use_aliases = true;
      }),
    },
    {
      ...lifecycle,
      title: "indices of less than a day",
      change: phases((p) => (p.hot.actions.rollover.max_age = "12h")),
    },
    {
      ...lifecycle,
      title: "the same number of days in hours",
      change: phases((p) => (p.delete.min_age = "2160h")),
    },
  ]);

  describe("of Jaeger's configuration", () => {
    refuses(retentionBounds, [
      {
        ...staging,
        title: "a look back of an hour too few",
        change: elasticsearch((s) => (s.max_span_age = "743h")),
        says: ["max_span_age", "743h", '"744h"'],
      },
      {
        ...production,
        title: "a look back of just the retention",
        change: elasticsearch((s) => (s.max_span_age = "2160h")),
        says: ["max_span_age", '"2184h"'],
      },
      {
        ...production,
        title: "no look back, whose default is three days",
        change: elasticsearch((s) => {
          delete s.max_span_age;
        }),
        says: ["max_span_age is missing"],
      },
      {
        ...production,
        title: "an unparsable look back",
        change: elasticsearch((s) => (s.max_span_age = "91d")),
        says: ["max_span_age", "91d"],
      },
      {
        ...production,
        title: "a look back from the environment of the process",
        change: elasticsearch((s) => (s.max_span_age = "${env:AGE}")),
        says: ["max_span_age"],
      },
      {
        ...production,
        title: "dated indices in production",
        change: elasticsearch((s) => (s.indices.spans.rotation = { periodic: {} })),
        says: ["indices of spans", "made for cleaner", "lifecycle policy"],
      },
      {
        ...staging,
        title: "a lifecycle in staging",
        change: elasticsearch((s) => (s.indices.spans.rotation = { auto_rollover: { policy_name: "x" } })),
        says: ["indices of spans", "made for ilm", "the cleaner"],
      },
      {
        ...staging,
        title: "indices of an hour, which the cleaner does not count",
        change: elasticsearch(
          (s) => (s.indices.spans.rotation = { periodic: { rollover_frequency: "hour" } }),
        ),
        says: ["not one a day"],
      },
      {
        ...staging,
        title: "dates that the cleaner does not read",
        change: elasticsearch((s) => (s.indices.spans.rotation = { periodic: { date_layout: "20060102" } })),
        says: ["the dates of its indices"],
      },
      {
        ...production,
        title: "half of the older way",
        change: elasticsearch((s) => {
          s.indices = {};
          s.use_ilm = true;
        }),
        says: ["only one of use_ilm and use_aliases"],
      },
      {
        ...production,
        title: "a rotation that somebody else runs",
        change: elasticsearch((s) => (s.indices.services.rotation = { manual_rollover: {} })),
        says: ["indices of services", "manual_rollover"],
      },
      {
        ...production,
        title: "a Patch of it",
        change: (resource) => {
          resource.type = "kubernetes:core/v1:ConfigMapPatch";
          elasticsearch((s) => (s.max_span_age = "1h"))(resource);
        },
        says: ["ConfigMapPatch", "max_span_age"],
      },
      {
        ...production,
        title: "an unknown stack",
        change: () => undefined,
        options: { stack: "qa" },
        says: ["cannot be judged"],
      },
    ]);
  });

  describe("of the cleaner", () => {
    refuses(retentionBounds, [
      {
        ...cleaner,
        title: "a day too few, which removes spans of the thirtieth day",
        change: days("30"),
        says: ["told", '"30"', '"31"'],
      },
      { ...cleaner, title: "a day too many", change: days("32"), says: ['"32"', '"31"'] },
      { ...cleaner, title: "no number of days", change: days("https://elasticsearch:9200"), says: ['"31"'] },
      { ...cleaner, title: "a number out of a variable", change: days("$(DAYS)"), says: ["$(DAYS)"] },
      {
        ...cleaner,
        title: "a number that is unknown during preview",
        change: days(unknownText),
        says: ["unknown during preview"],
      },
      {
        ...cleaner,
        title: "a command of its own",
        change: editContainer((container) => {
          container.command = ["sh", "-c"];
        }),
        says: ["its command is"],
      },
      {
        ...cleaner,
        title: "rollover indices instead of dated ones",
        change: editContainer((container) => {
          container.env.push({ name: "ROLLOVER", value: "true" });
        }),
        says: ["ROLLOVER"],
      },
      ...["0 0 * * 0", "0 0 1 * *", "@weekly", "0 0 31 2 *", undefined].map((schedule) => ({
        ...cleaner,
        title: `the schedule ${schedule ?? "none"}`,
        change: (resource: Declared) => {
          resource.props.spec.schedule = schedule;
        },
        says: ["spec.schedule", "every day"],
      })),
      {
        ...cleaner,
        title: "a cleaner that is suspended",
        change: (resource) => {
          resource.props.spec.suspend = true;
        },
        says: ["suspend"],
      },
      {
        ...cleaner,
        title: "a cleaner from a registry of one's own, with another number",
        change: editContainer((container) => {
          container.image = "registry.example.com:5000/mirror/jaeger-es-index-cleaner:2.22.0";
          container.args[0] = "365";
        }),
        says: ['"365"'],
      },
      {
        ...cleaner,
        title: "a cleaner that runs once",
        change: (resource) => {
          resource.type = "kubernetes:batch/v1:Job";
          resource.props.spec = resource.props.spec.jobTemplate.spec;
        },
        says: ["runs once"],
      },
    ]);
  });

  describe("of the lifecycle policy", () => {
    const beside = (change: Parameters<typeof phases>[0]): Declared[] => {
      const policy = {
        policy: {
          phases: {
            hot: { actions: { rollover: { max_age: "1d" } } },
            delete: { min_age: "90d", actions: { delete: {} } },
          },
        },
      };
      change(policy.policy.phases);
      return [fileConfigMap("second", "anything.json", JSON.stringify(policy))];
    };
    refuses(retentionBounds, [
      {
        ...lifecycle,
        title: "a day too few",
        change: phases((p) => (p.delete.min_age = "89d")),
        says: ["delete.min_age", "89d", '"90d"'],
      },
      {
        ...lifecycle,
        title: "a day too many",
        change: phases((p) => (p.delete.min_age = "91d")),
        says: ["delete.min_age", "91d"],
      },
      {
        ...lifecycle,
        title: "no age",
        change: phases((p) => {
          delete p.delete.min_age;
        }),
        says: ["delete.min_age is missing"],
      },
      {
        ...lifecycle,
        title: "a policy that never deletes",
        change: phases((p) => {
          delete p.delete;
        }),
        says: ["the phase delete does not delete"],
      },
      {
        ...lifecycle,
        title: "indices of more than a day",
        change: phases((p) => (p.hot.actions.rollover.max_age = "25h")),
        says: ["max_age", "25h", '"1d"'],
      },
      {
        ...lifecycle,
        title: "no rollover by age, so that an index may live for ever",
        change: phases((p) => {
          delete p.hot.actions.rollover.max_age;
        }),
        says: ["max_age is missing"],
      },
      ...["min_age", "min_docs", "min_primary_shard_size"].map((condition) => ({
        ...lifecycle,
        title: `a rollover that waits for ${condition}`,
        change: phases((p) => (p.hot.actions.rollover[condition] = "1")),
        says: [condition, "more than a day"],
      })),
      {
        ...lifecycle,
        title: "a deletion that waits for a snapshot",
        change: phases((p) => (p.delete.actions.wait_for_snapshot = { policy: "nightly" })),
        says: ["wait_for_snapshot", "for ever"],
      },
      {
        stack: "production" as const,
        resource: "jaeger-lifecycle-job",
        title: "a policy in an argument",
        change: editContainer((c) => c.args.push('-d{"policy":{"phases":{"delete":{"min_age":"1d"}}}}')),
        says: ["is not judged", "Mount it"],
      },
      {
        ...lifecycle,
        title: "an unparsable policy",
        change: (resource) => {
          resource.props.data["policy.json"] = '{"policy": {"phases": {"delete": {"min_age": "90d"}}';
        },
        says: ["the lifecycle policy cannot be read"],
      },
      {
        ...lifecycle,
        title: "a second policy under any name",
        change: () => undefined,
        beside: beside((p) => (p.delete.min_age = "1d")),
        says: ["anything.json", "delete.min_age"],
      },
    ]);
  });
});
