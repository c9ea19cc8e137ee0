/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call -- the cases break documents that no type describes */
import { stringify } from "yaml";
import { snapshotBounds } from "../../policy/rules/snapshotBounds";
import { allows, refuses } from "./support/cases";
import { edit, editContainer, fileConfigMap } from "./support/compliantStack";
import { type Declared, type Loose, unknownText } from "./support/evaluate";

const plan = { stack: "production" as const, resource: "jaeger-bootstrap" };
const job = { stack: "production" as const, resource: "jaeger-lifecycle-job" };

function policy(change: (body: Loose) => void): (resource: Declared) => void {
  return edit((d) => {
    change(d.snapshots.policy.body);
  });
}

function expiry(value: unknown): (resource: Declared) => void {
  return policy((p) => (p.retention.expire_after = value));
}

describe("elasticsearch-snapshot-limit-days", () => {
  allows(snapshotBounds, [
    { ...plan, title: "snapshots of just a week", change: expiry("7d") },
    { ...plan, title: "snapshots of just a week in hours", change: expiry("168h") },
    { ...plan, title: "snapshots of a day", change: expiry("1d") },
    {
      ...plan,
      title: "a largest number, which only deletes more",
      change: policy((p) => (p.retention.max_count = 3)),
    },
    { ...plan, title: "a stack without snapshots" },
    {
      ...plan,
      title: "a repository without a policy",
      change: edit((d) => {
        delete d.snapshots.policy;
      }),
    },
  ]);

  describe("of a policy", () => {
    refuses(snapshotBounds, [
      { ...plan, title: "just over a week", change: expiry("169h"), says: ["expire_after", "169h", '"7d"'] },
      { ...plan, title: "the retention once more", change: expiry("90d"), says: ["expire_after", "90d"] },
      {
        ...plan,
        title: "staging's too",
        stack: "staging",
        change: expiry("8d"),
        says: ["snapshots.policy.body", "8d"],
      },
      { ...plan, title: "no time at all", change: expiry("0d"), says: ["expire_after", "0d"] },
      { ...plan, title: "an unparsable age", change: expiry("a week"), says: ["a week"] },
      { ...plan, title: "an age that is a number", change: expiry(7), says: ["expire_after is 7"] },
      {
        ...plan,
        title: "a missing age",
        change: policy((p) => {
          p.retention = { max_count: 10 };
        }),
        says: ["expire_after is missing"],
      },
      {
        ...plan,
        title: "no retention at all, so that snapshots stay for ever",
        change: policy((p) => {
          delete p.retention;
        }),
        says: ["retention is missing", "for ever"],
      },
      {
        ...plan,
        title: "a least number, which stays for ever",
        change: policy((p) => (p.retention.min_count = 1)),
        says: ["min_count is 1"],
      },
      {
        ...plan,
        title: "an unparsable document",
        change: (resource) => {
          resource.props.data["plan.json"] = '{"retention": {"expire_after": "70d"';
        },
        says: ["the snapshot policy cannot be read"],
      },
      {
        ...plan,
        title: "a second policy in YAML under any name",
        change: () => undefined,
        beside: [
          fileConfigMap(
            "notes",
            "notes.txt",
            stringify({ notes: [{ schedule: "0 0 1 * * ?", repository: "r" }] }),
          ),
        ],
        says: ["notes", "retention is missing"],
      },
      {
        ...plan,
        title: "a Patch of it",
        change: (resource) => {
          resource.type = "kubernetes:core/v1:ConfigMapPatch";
          expiry("30d")(resource);
        },
        says: ["ConfigMapPatch", "30d"],
      },
      {
        ...plan,
        title: "whatever the stack is called",
        change: expiry("30d"),
        options: { stack: "qa" },
        says: ["30d"],
      },
    ]);
  });

  describe("past a document", () => {
    refuses(snapshotBounds, [
      {
        ...job,
        title: "a policy in an argument",
        change: editContainer((c) => c.args.push('-d{"retention":{"expire_after":"7d"}}')),
        says: ["Job observability/jaeger-lifecycle-job", "is not judged"],
      },
      {
        ...job,
        title: "a policy in a variable",
        change: editContainer((c) => (c.env = [{ name: "BODY", value: '{"min_count": 1}' }])),
        says: ["is not judged"],
      },
      ...["0 0 0 1 1 ?", "", unknownText].map((value) => ({
        ...job,
        title: `another time of deletion (${value === unknownText ? "unknown" : `"${value}"`})`,
        change: editContainer((c) => (c.env = [{ name: "slm.retention_schedule", value }])),
        says: ["slm.retention_schedule is"],
      })),
      {
        ...plan,
        title: "another time of deletion in the settings of a node",
        change: () => undefined,
        beside: [fileConfigMap("settings", "elasticsearch.yml", 'slm:\n  retention_schedule: ""\n')],
        says: ['elasticsearch.yml"]: slm.retention_schedule is ""'],
      },
    ]);
  });
});
