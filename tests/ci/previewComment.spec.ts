// The comment on a pull request, from event logs that the real engine wrote (tests/ci/recorded: the sandbox's own
// provider stand-ins, an API server without a node; outputs of resources and debug lines left out), and from made-up
// ones for what is rare. That GitHub shows it as meant, no test here can see.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { longestComment, marker, previewComment } from "../../ci/previewComment";
import { useTemporaryFolder } from "../sandbox/helpers/temporaryFolder";

const recorded = (name: string): string => fs.readFileSync(path.join(__dirname, "recorded", name), "utf8");

function ofRecorded(name: string, succeeded: boolean, secrets: readonly string[] = []): string {
  const [events, output] = [recorded(`${name}.events`), recorded(`${name}.txt`)];
  return previewComment({ stack: "dev", succeeded, events, output, secrets });
}

interface Step {
  readonly op: string;
  readonly kind?: string;
  readonly name?: string;
  readonly before?: object;
  readonly after?: object;
  readonly keys?: readonly string[];
}

function step({ op, kind = "core/v1:ConfigMap", name = "one", before, after, keys }: Step): object {
  const inputs = (data: object | undefined) =>
    data && { inputs: { metadata: { name, namespace: "default" }, ...data } };
  const type = `kubernetes:${kind}`;
  const metadata = {
    op,
    urn: `urn:pulumi:dev::nova-tracing::${type}::${name}`,
    type,
    old: inputs(before) ?? null,
    new: inputs(after) ?? null,
    keys: keys ?? null,
    logical: true,
  };
  return { resourcePreEvent: { metadata } };
}

const summary = (resourceChanges: Readonly<Record<string, number>>): object => ({
  summaryEvent: { resourceChanges, PolicyPacks: { "nova-tracing-policy|local|policy": "0.1.0" } },
});

function ofEvents(events: readonly object[], succeeded = true, output = ""): string {
  const lines = events.map((event) => JSON.stringify(event)).join("\n");
  return previewComment({ stack: "production", succeeded, events: lines, output, secrets: [] });
}

/** The rows of the table of sampling and retention, without the markup. */
function rows(comment: string): string[][] {
  return [...comment.matchAll(/^\| (sampling|retention) \|.*$/gm)].map(([row]) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((one) => one.trim().replace(/^`+|`+$/g, "")),
  );
}

describe("previewComment", () => {
  it("begins with the marker of its stack and counts what would change", () => {
    const comment = ofRecorded("changes", true);
    assert.ok(comment.startsWith(`${marker("dev")}\n`));
    assert.match(comment, /### ⚠️ Preview of `dev`: 5 to update, 1 to replace, 1 to delete\n/);
  });

  it("shows before and after of every change of sampling and retention, documents inside of ConfigMaps included", () => {
    const table = rows(ofRecorded("changes", true)).map(([about, where, what, ...values]) => [
      about,
      where,
      what?.split(/\.(?=[^.]+$)/).at(-1),
      ...values,
    ]);
    assert.deepEqual(table, [
      ["retention", "the stack", "retentionDays", "30", "1"],
      ["retention", "CronJob recorded/elasticsearch-index-cleaner", "args[0]", "31", "2"],
      ["retention", "ConfigMap recorded/jaeger-config", "max_span_age", "744h", "48h"],
      ["sampling", "ConfigMap recorded/jaeger-sampling", "param", "1", "0.5"],
      ["sampling", "ConfigMap recorded/auth-service-config", "OTEL_TRACES_SAMPLER_ARG", "1.0", "0.5"],
      ["sampling", "ConfigMap recorded/auth-service-config", "TRACING_SAMPLE_RATE", "1.0", "0.5"],
      ["sampling", "ConfigMap recorded/user-service-config", "TRACING_SAMPLE_RATE", "1.0", "–"],
    ]);
  });

  it("stands them before everything else", () => {
    const comment = ofRecorded("refused-by-pack", false);
    assert.ok(comment.indexOf("#### Sampling and retention") < comment.indexOf("#### Policy pack"));
  });

  it("names what is replaced, as it is called now and with the reason, and what is deleted", () => {
    const comment = ofRecorded("changes", true);
    assert.match(comment, /- replace `ServiceAccount recorded\/jaeger` because of `metadata\.name`\n/);
    assert.match(comment, /- delete `ConfigMap recorded\/user-service-config`\n/);
  });

  it("tells each finding of the policy pack, with its policy, level and severity", () => {
    const comment = ofRecorded("refused-by-pack", false);
    assert.match(comment, /### ❌ Preview of `dev`: refused by the policy pack\n/);
    assert.match(comment, /#### Policy pack: 33 found/);
    assert.match(comment, /- `elasticsearch-retention-limit-days` \(mandatory, high\)\n/);
    assert.match(comment, /the cleaner is told "2" days; dev keeps 7/);
    assert.doesNotMatch(comment, /#### Errors/, "the engine's own word for it says no more");
  });

  it("tells the error of a stack that its settings refuse, and claims nothing about the rest", () => {
    const comment = ofRecorded("refused-settings", false);
    assert.match(comment, /### ❌ Preview of `dev`: failed\n/);
    assert.match(comment, /#### Errors\n\n```text\n1 problem in the settings; nothing was changed\.\n/);
    assert.doesNotMatch(comment, /nothing found|no change found/);
  });

  it("folds the many new values of a first deployment", () => {
    const comment = ofRecorded("first", true);
    assert.match(comment, /### ✅ Preview of `dev`: 19 to create\n/);
    assert.match(comment, /<summary>22 new values<\/summary>/);
    assert.match(comment, /Policy pack `nova-tracing-policy 0\.1\.0`: nothing found\./);
  });

  it("says that nothing changes", () => {
    const comment = ofRecorded("nothing", true);
    assert.match(comment, /### ✅ Preview of `dev`: no changes\n/);
    assert.match(comment, /Sampling and retention: no change found\./);
  });

  it("shows the output where there is no event log: the command came not even to the engine", () => {
    const output = "error: no stack named 'dev' found";
    const comment = previewComment({ stack: "dev", succeeded: false, events: "", output, secrets: [] });
    assert.match(comment, /### ❌ Preview of `dev`: failed\n/);
    assert.match(comment, /no stack named 'dev' found/);
  });

  it("takes a log that ends in the midst of a line", () => {
    const events = recorded("changes.events");
    const comment = previewComment({
      stack: "dev",
      succeeded: false,
      events: events.slice(0, events.length / 2),
      output: "",
      secrets: [],
    });
    assert.match(comment, /❌ Preview of `dev`: failed/);
    assert.match(comment, /as far as the preview came/);
  });

  it("never calls a preview passed that failed, whatever its events say", () => {
    for (const name of ["changes", "first", "nothing", "refused-by-pack", "refused-settings"]) {
      assert.match(ofRecorded(name, false), /^### ❌/m);
    }
  });

  const watched: readonly (readonly [string, Step, readonly string[] | undefined])[] = [
    [
      "a rate per operation",
      {
        op: "update",
        before: {
          data: {
            "s.json":
              '{"service_strategies":[{"service":"a","operation_strategies":[{"operation":"get","param":1}]}]}',
          },
        },
        after: {
          data: {
            "s.json":
              '{"service_strategies":[{"service":"a","operation_strategies":[{"operation":"get","param":0}]}]}',
          },
        },
      },
      [
        "sampling",
        "ConfigMap default/one",
        "data.s.json.service_strategies[a].operation_strategies[get].param",
        "1",
        "0",
      ],
    ],
    [
      "the age in a lifecycle policy",
      {
        op: "update",
        before: { data: { "policy.json": '{"policy":{"phases":{"delete":{"min_age":"90d"}}}}' } },
        after: { data: { "policy.json": '{"policy":{"phases":{"delete":{"min_age":"9d"}}}}' } },
      },
      ["retention", "ConfigMap default/one", "data.policy.json.policy.phases.delete.min_age", "90d", "9d"],
    ],
    [
      "a cleaner that is suspended",
      {
        op: "update",
        kind: "batch/v1:CronJob",
        name: "index-cleaner",
        before: { spec: { suspend: false } },
        after: { spec: { suspend: true } },
      },
      ["retention", "CronJob default/index-cleaner", "spec.suspend", "false", "true"],
    ],
    [
      "tracing that is switched off",
      {
        op: "update",
        before: { data: { TRACING_ENABLED: "true" } },
        after: { data: { TRACING_ENABLED: "false" } },
      },
      ["sampling", "ConfigMap default/one", "data.TRACING_ENABLED", "true", "false"],
    ],
    [
      "a variable in a Deployment",
      {
        op: "update",
        kind: "apps/v1:Deployment",
        before: {
          spec: { containers: [{ name: "app", env: [{ name: "OTEL_TRACES_SAMPLER_ARG", value: "0.1" }] }] },
        },
        after: {
          spec: { containers: [{ name: "app", env: [{ name: "OTEL_TRACES_SAMPLER_ARG", value: "1" }] }] },
        },
      },
      [
        "sampling",
        "Deployment default/one",
        "spec.containers[app].env[OTEL_TRACES_SAMPLER_ARG].value",
        "0.1",
        "1",
      ],
    ],
    [
      "a value that is not known yet",
      {
        op: "update",
        before: { data: { TRACING_SAMPLE_RATE: "0.1" } },
        after: { data: { TRACING_SAMPLE_RATE: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } },
      },
      ["sampling", "ConfigMap default/one", "data.TRACING_SAMPLE_RATE", "0.1", "known after the deployment"],
    ],
    [
      "an order of services that changed alone",
      {
        op: "update",
        before: {
          data: {
            "s.json": '{"service_strategies":[{"service":"a","param":1},{"service":"b","param":0.1}]}',
          },
        },
        after: {
          data: {
            "s.json": '{"service_strategies":[{"service":"b","param":0.1},{"service":"a","param":1}]}',
          },
        },
      },
      undefined,
    ],
    [
      "a Secret",
      {
        op: "update",
        kind: "core/v1:Secret",
        before: { data: { retention: "a" } },
        after: { data: { retention: "b" } },
      },
      undefined,
    ],
    [
      "the version of a service",
      {
        op: "update",
        before: { data: { SERVICE_VERSION: "1.0.0" } },
        after: { data: { SERVICE_VERSION: "1.1.0" } },
      },
      undefined,
    ],
  ];
  for (const [what, change, row] of watched) {
    it(`${row ? "lists" : "does not list"} ${what} under sampling and retention`, () => {
      assert.deepEqual(rows(ofEvents([step(change), summary({ update: 1 })])), row ? [row] : []);
    });
  }

  it("counts operations that it does not know by their own word", () => {
    assert.match(ofEvents([summary({ same: 3, import: 2 })]), /✅ Preview of `production`: 2 to import\n/);
  });

  it("shows no secret: not Pulumi's, not one of the job, not what looks like a credential", () => {
    const values = {
      job: "s3cr3t-of-the-job",
      key: "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----",
      aws: `AKIA${"A1".repeat(8)}`,
      pulumi: `pul-${"0f".repeat(20)}`,
      github: `ghp_${"a".repeat(36)}`,
      userinfo: "https://elastic:changeme@elasticsearch:9200",
    };
    const text = Object.values(values).join("\n");
    const events = [
      step({ op: "update", before: { data: { retention: "1" } }, after: { data: { retention: text } } }),
      { diagnosticEvent: { severity: "error", message: text } },
      { policyEvent: { message: text, policyName: "p", enforcementLevel: "mandatory", resourceUrn: "u::n" } },
    ];
    const comment = previewComment({
      stack: "dev",
      succeeded: false,
      events: events.map((event) => JSON.stringify(event)).join("\n"),
      output: text,
      secrets: [values.job],
    });
    for (const value of [values.job, "MIIabc", values.aws, values.pulumi, values.github, "changeme"]) {
      assert.ok(!comment.includes(value), value);
    }
    assert.ok(comment.includes("[secret]"));
  });

  it("lets no text of others become markup", () => {
    const name = "a`b|c</summary><img src=x>@team\n# head";
    const comment = ofEvents(
      [
        step({ op: "delete", name, before: { data: { TRACING_SAMPLE_RATE: "1|2" } } }),
        { diagnosticEvent: { severity: "error", message: "```\n# not a title\n```" } },
        summary({ delete: 1 }),
      ],
      false,
      "```\n</details>\n# not a title",
    );
    const outside = comment
      .replaceAll(/^( *)(`{3,})text\n[\s\S]*?\n\1\2$/gm, "")
      .replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
    assert.doesNotMatch(outside, /<img|@team|^# /m);
    assert.equal(rows(comment).length, 1);
    assert.equal(rows(comment)[0]?.length, 5, "a bar in a value ends no cell");
  });

  it("stays below GitHub's limit whatever is in it, with every part begun", () => {
    const size = fc.integer({ min: 0, max: 400 });
    const word = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.string({ unit: fc.constantFrom("`", "a", "\n", "|", "😀"), maxLength: 300 }),
    );
    fc.assert(
      fc.property(size, size, word, fc.integer({ min: 0, max: 300 }), (changes, findings, text, times) => {
        const events = [
          ...Array.from({ length: changes }, (_, index) =>
            step({ op: "delete", name: `${text}${index}`, before: { data: { TRACING_SAMPLE_RATE: text } } }),
          ),
          ...Array.from({ length: findings }, (_, index) => ({
            policyEvent: {
              message: `${text}\n${text.repeat(times % 20)}${index}`,
              policyName: `policy-${index % 40}`,
              enforcementLevel: "mandatory",
            },
          })),
          ...Array.from({ length: findings }, (_, index) => ({
            diagnosticEvent: { severity: "error", message: `${text.repeat(times)}${index}` },
          })),
          summary({ delete: changes }),
        ];
        const comment = ofEvents(events, false, text.repeat(times * 3));
        assert.ok(comment.length <= longestComment, `${comment.length}`);
        if (findings > 0) assert.match(comment, /#### Policy pack/);
        if (changes > 0) assert.match(comment, /#### Replaced or deleted/);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the end of a long output, where errors stand", () => {
    const comment = ofEvents([summary({ update: 1 })], false, `${"line\n".repeat(30_000)}the reason`);
    assert.ok(comment.length <= longestComment);
    assert.match(comment, /the reason\n```\n/);
  });
});

describe("ci/previewComment.ts as a command", () => {
  const temporaryFolder = useTemporaryFolder();

  it("reads what the preview left in the folder, and leaves the comment beside it", () => {
    const folder = temporaryFolder();
    for (const kind of ["events", "txt"]) {
      fs.writeFileSync(path.join(folder, `staging.${kind}`), recorded(`changes.${kind}`));
    }
    const args = ["-r", "ts-node/register/transpile-only", "ci/previewComment.ts", "staging", folder];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      env: { ...process.env, OUTCOME: "failure" },
    });
    assert.equal(status, 0, stderr);
    assert.match(fs.readFileSync(path.join(folder, "staging.md"), "utf8"), /❌ Preview of `staging`: failed/);
  }).timeout(30_000);
});
