// The project's own rules about its workflows, read as YAML, and the shell in them run with commands that only play
// along. Their syntax: tests/engine/workflows.spec.ts. That GitHub, AWS and Pulumi Cloud do their part is not proved.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { useTemporaryFolder, writeFile } from "../sandbox/helpers/temporaryFolder";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: unknown;
  readonly concurrency?: unknown;
  readonly strategy?: { readonly matrix: { readonly stack: readonly string[] } };
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = path.resolve(__dirname, "../..");
const read = (file: string): string => fs.readFileSync(path.join(root, file), "utf8");
const below = (folder: string): string[] =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yml"))
    .map((name) => path.join(folder, name));

const files = [...below(".github/workflows"), ...below(".github/actions")];
const workflows = new Map(
  below(".github/workflows").map((file) => [path.basename(file), parse(read(file)) as Workflow]),
);
const workflow = (name: string): Workflow => workflows.get(name)!;
const actions = new Map(
  below(".github/actions").map((file) => [
    path.basename(path.dirname(file)),
    parse(read(file)) as { readonly runs: { readonly steps: readonly Step[] } },
  ]),
);

const jobs = [...workflows].flatMap(([file, { jobs: own }]) =>
  Object.entries(own).map(([name, job]) => ({ at: `${file}, ${name}`, job })),
);
const steps = [
  ...jobs.flatMap(({ at, job }) => (job.steps ?? []).map((step) => ({ at, step }))),
  ...[...actions].flatMap(([at, { runs }]) => runs.steps.map((step) => ({ at, step }))),
];
const commands = steps.flatMap(({ at, step }) =>
  (step.run ?? "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter(Boolean)
    .map((command) => ({ at, command })),
);
/** In the order in which what is merged reaches them. */
const stacks = ["dev", "staging", "production"];

describe("the workflows", () => {
  it("pin every action of others by its full commit, with the release beside it", () => {
    const uses = files.flatMap((file) => read(file).match(/^.*\buses:.*$/gm) ?? []);
    const foreign = uses.filter((line) => !line.includes("uses: ./"));
    assert.ok(foreign.length > 8);
    for (const line of foreign) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("use one commit of an action everywhere", () => {
    const pins = new Map<string, Set<string>>();
    for (const { step } of steps) {
      const [action = "", commit = ""] = (step.uses ?? "").split("@");
      if (commit) pins.set(action, (pins.get(action) ?? new Set()).add(commit));
    }
    for (const [action, commits] of pins) assert.equal(commits.size, 1, action);
  });

  it("name parts of this repository that are there", () => {
    const local = [...jobs.map(({ job }) => job.uses), ...steps.map(({ step }) => step.uses)].filter((uses) =>
      uses?.startsWith("./"),
    );
    for (const uses of local) {
      const target = path.join(root, uses!);
      assert.ok(fs.existsSync(uses!.endsWith(".yml") ? target : path.join(target, "action.yml")), uses);
    }
  });

  it("call only scripts that package.json or ci/ has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const called = commands.flatMap(({ command }) => [...command.matchAll(/npm run ([\w:-]+)/g)]);
    for (const [, script] of called) assert.ok(scripts[script!], script);
    const ours = commands.flatMap(({ command }) => command.match(/\S+\.(ts|js|sh)\b/g) ?? []);
    assert.deepEqual([...new Set(ours)].sort(), ["ci/postComments.ts", "ci/previewComment.ts"]);
    for (const script of ours) assert.ok(fs.existsSync(path.join(root, script)), script);
    for (const { command } of commands.filter((one) => one.command.includes(".ts"))) {
      assert.match(command, /^node -r ts-node\/register\/transpile-only ci\//);
    }
  });

  it("put nothing of an event, an input or a matrix into a command: all of it comes through env", () => {
    for (const { at, command } of commands) assert.ok(!command.includes("${{"), `${at}: ${command}`);
  });

  it("give no right to a workflow, and to each job no more than it needs", () => {
    for (const [file, { permissions }] of workflows) assert.deepEqual(permissions, {}, file);
    const rights = Object.fromEntries(jobs.map(({ at, job }) => [at, job.permissions]));
    const reading = { contents: "read" };
    const deploying = { contents: "read", "id-token": "write" };
    assert.deepEqual(rights, {
      "pull-request.yml, check": reading,
      "pull-request.yml, preview": deploying,
      "pull-request.yml, comment": { contents: "read", "pull-requests": "write" },
      "deploy.yml, check": reading,
      "deploy.yml, dev": deploying,
      "deploy.yml, staging": deploying,
      "deploy.yml, production": deploying,
      "deploy-stack.yml, up": deploying,
    });
  });

  it("ask for credentials in no job that does not use them", () => {
    for (const { at, job } of jobs.filter((one) => one.job.steps)) {
      const uses = job.steps!.some((step) => step.uses === "./.github/actions/cluster-access");
      assert.equal(job.permissions?.["id-token"] === "write", uses, at);
    }
  });

  it("know no long-lived credential: no secret of the repository, none written out", () => {
    for (const file of files) assert.doesNotMatch(read(file), /\bsecrets[.:[]/, file);
    for (const { at, step } of steps) {
      for (const [name, value] of Object.entries({ ...step.env, ...step.with })) {
        if (/token$|secret|password|passphrase|access-key/i.test(name)) {
          assert.equal(value, "${{ github.token }}", `${at}: ${name}`);
        }
      }
    }
  });

  it("leave no credential of git on the machine", () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    assert.equal(checkouts.length, 5);
    for (const { at, step } of checkouts) assert.deepEqual(step.with, { "persist-credentials": false }, at);
  });

  it("run on a named release of the machine, with an end", () => {
    for (const { at, job } of jobs.filter((one) => one.job.steps)) {
      assert.equal(job["runs-on"], "ubuntu-24.04", at);
      assert.ok(job["timeout-minutes"]! <= 55, at);
    }
  });

  it("run no code of packages while they are installed", () => {
    const installs = commands.filter(({ command }) => /npm (ci|i|install)\b/.test(command));
    assert.equal(installs.length, 1);
    for (const { command } of installs) assert.match(command, /^npm ci --ignore-scripts/);
  });

  it("give the policy pack to every pulumi command that judges or changes a stack, and nothing that loosens it", () => {
    const pulumi = commands.filter(({ command }) =>
      /\bpulumi (preview|up|destroy|refresh|import)\b/.test(command),
    );
    assert.equal(pulumi.length, 3);
    for (const { at, command } of pulumi) {
      assert.match(command, /pulumi (preview|up) -s "\$STACK" --policy-pack policy /, at);
      assert.doesNotMatch(command, /--policy-pack-config|--skip-preview|--show-secrets|-f\b/, at);
    }
  });

  it("have every variable that they need described in docs/pipelines.md", () => {
    const page = read("docs/pipelines.md");
    const names = new Set(
      files.flatMap((file) => [...read(file).matchAll(/vars\.(\w+)/g)].map(([, name]) => name!)),
    );
    assert.ok(names.size > 3);
    for (const name of names) assert.ok(page.includes(`\`${name}\``), name);
  });
});

describe("pull-request.yml", () => {
  const { on, concurrency, jobs: own } = workflow("pull-request.yml");

  it("runs for pull requests without the rights of this repository", () => {
    assert.deepEqual(Object.keys(on), ["pull_request"]);
  });

  it("ends an older run of the same pull request, and touches no deployment's group", () => {
    assert.deepEqual(concurrency, {
      group: "pull-request-${{ github.event.pull_request.number }}",
      "cancel-in-progress": true,
    });
  });

  it("checks before it previews, and previews each stack that there is", () => {
    assert.equal(own.preview!.needs, "check");
    assert.deepEqual(own.preview!.strategy?.matrix.stack, stacks);
    const shipped = fs.readdirSync(root).flatMap((name) => /^Pulumi\.(\w+)\.yaml$/.exec(name)?.[1] ?? []);
    assert.deepEqual(shipped.sort(), [...stacks].sort());
    assert.ok(own.comment!.steps?.at(-1)?.run?.endsWith(`previews ${stacks.join(" ")}`));
  });

  it("previews in environments of its own, apart from those that are deployed to", () => {
    assert.deepEqual(own.preview!.environment, { name: "${{ matrix.stack }}-preview", deployment: false });
  });

  it("only checks what comes from a fork or from Dependabot, and says so", () => {
    for (const job of [own.preview, own.comment]) {
      assert.match(job?.if ?? "", /needs\.check\.outputs\.trusted == 'true'/);
    }
    const notice = own.check!.steps?.at(-1);
    assert.match(
      notice?.if ?? "",
      /head\.repo\.full_name != github\.repository \|\| .* == 'dependabot\[bot\]'/,
    );
    assert.match(notice?.run ?? "", /GITHUB_STEP_SUMMARY/);
  });

  it("comments a preview that failed, too", () => {
    const after = own.preview!.steps!.slice(
      own.preview!.steps!.findIndex(({ id }: Step & { id?: string }) => id === "preview") + 1,
    );
    assert.equal(after.length, 2);
    for (const step of after) assert.match(step.if ?? "", /!cancelled\(\)/);
    assert.match(own.comment!.if ?? "", /!cancelled\(\)/);
  });

  it("publishes the comment alone, not the event log with every object in it", () => {
    const upload = own.preview!.steps!.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    assert.equal(upload?.with?.path, "previews/${{ matrix.stack }}.md");
  });
});

describe("deploy.yml", () => {
  const { on, jobs: own } = workflow("deploy.yml");

  it("runs for main alone", () => {
    assert.deepEqual(on, { push: { branches: ["main"] } });
  });

  it("deploys dev, then staging, then production, each only after the one before, and dev after the check", () => {
    assert.deepEqual(Object.keys(own), ["check", ...stacks]);
    for (const [index, stack] of stacks.entries()) {
      assert.equal(own[stack]!.needs, ["check", ...stacks][index]);
      assert.deepEqual(own[stack]!.with, { stack });
      assert.equal(own[stack]!.uses, "./.github/workflows/deploy-stack.yml");
      assert.equal(own[stack]!.if, undefined, "a condition could skip what failed before");
    }
  });
});

describe("deploy-stack.yml", () => {
  const job = workflow("deploy-stack.yml").jobs.up!;

  it("waits for the approval of the stack's own environment", () => {
    assert.equal(job.environment, "${{ inputs.stack }}");
  });

  it("deploys a stack once at a time, and never ends a deployment that runs", () => {
    assert.deepEqual(job.concurrency, { group: "stack-${{ inputs.stack }}", "cancel-in-progress": false });
  });

  it("previews with the pack, then deploys with it", () => {
    const pulumi = job.steps!.flatMap(({ run }) => /pulumi (\w+)/.exec(run ?? "")?.[1] ?? []);
    assert.deepEqual(pulumi, ["preview", "up"]);
    for (const step of job.steps!)
      assert.equal(step.if, undefined, "a step could run after a failed preview");
  });

  it("ends before its credentials do", () => {
    const aws = actions
      .get("cluster-access")!
      .runs.steps.find(({ uses }) => uses?.startsWith("aws-actions/"));
    assert.ok(job["timeout-minutes"]! * 60 < Number(aws?.with?.["role-duration-seconds"]));
  });
});

describe("the shell in the workflows", () => {
  const temporaryFolder = useTemporaryFolder();

  /** Runs a step as GitHub does with `shell: bash`. */
  function bash(step: Step, env: NodeJS.ProcessEnv) {
    const cwd = temporaryFolder();
    const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? ""];
    return spawnSync("bash", args, { cwd, encoding: "utf8", env: { PATH: process.env.PATH, ...env } });
  }

  for (const code of [0, 255]) {
    it(`ends the preview with the code of pulumi (${code}), and keeps what it printed`, () => {
      const step = workflow("pull-request.yml").jobs.preview!.steps!.find(({ run }) =>
        run?.includes("pulumi preview"),
      )!;
      assert.match(step.shell ?? "", /^bash$/, "without it GitHub sets no pipefail");
      const folder = temporaryFolder();
      writeFile(
        path.join(folder, "bin", "pulumi"),
        `#!/bin/sh\necho "$@"\necho problem >&2\nexit ${code}\n`,
        0o755,
      );
      const { status } = bash(step, {
        ...step.env,
        STACK: "dev",
        PATH: `${folder}/bin:${process.env.PATH ?? ""}`,
      });
      assert.equal(status, code);
      const kept = fs.readFileSync(path.join(folder, "previews", "dev.txt"), "utf8");
      assert.match(kept, /^preview -s dev --policy-pack policy .*--event-log previews\/dev\.events$/m);
      assert.match(kept, /^problem$/m);
    });
  }

  const [check] = actions.get("cluster-access")!.runs.steps as readonly [Step];
  const all = { AWS_ROLE_ARN: "a", AWS_REGION: "b", EKS_CLUSTER: "c", PULUMI_ORGANIZATION: "d" };

  it("goes on where every variable of the environment is set", () => {
    assert.deepEqual(Object.keys(check.env ?? {}), Object.keys(all));
    assert.equal(bash(check, all).status, 0);
  });

  it("names each variable of the environment that is not set", () => {
    const { status, stdout } = bash(check, { ...all, AWS_REGION: "", EKS_CLUSTER: "" });
    assert.equal(status, 1);
    assert.match(stdout, /::error::.*: AWS_REGION EKS_CLUSTER \(docs\/pipelines\.md\)/);
  });
});
