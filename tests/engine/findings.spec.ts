// kube-score and checkov over the objects of every stack. They know Kubernetes' own kinds: the pods that ECK makes of
// an Elasticsearch, and the objects of an operator, are judged by the policy pack alone (tests/contract).
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder, sandboxPaths } from "../../sandbox/support/paths";
import { SandboxError } from "../../sandbox/support/errors";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureCheckov, type Checkov } from "../../sandbox/toolchain/checkov";
import { ensureKubeScore } from "../../sandbox/toolchain/kubeScore";
import { withSections } from "../support/markedSections";
import { manifestFile, nameOf, objectsOf, setups, workloadKinds } from "../support/setups";
import { faults, withFaults } from "./findings/badPod";
import { checkovOf } from "./findings/checkov";
import { exceptions } from "./findings/exceptions";
import {
  unexplained,
  unneeded,
  type Exception,
  type Judgement,
  type SeenFinding,
  type Tool,
} from "./findings/finding";
import { kubeScoreOf } from "./findings/kubeScore";
import { sections, type Counts } from "./findings/page";

const page = path.join(projectFolder, "docs", "hardening.md");

describe("kube-score and checkov", function () {
  this.timeout(20 * 60_000); // A cold machine builds the one and fetches the other here.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-findings-"));
  let tools: { readonly kubeScore: string; readonly checkov: Checkov };
  const seen: SeenFinding[] = [];
  const counts: Counts[] = [];

  before(async function () {
    try {
      tools = {
        kubeScore: await ensureKubeScore(sandboxPaths(), lineProgress()),
        checkov: await ensureCheckov(sandboxPaths(), lineProgress()),
      };
    } catch (error) {
      // Without Go, Python or a registry. With CI=true it is a failure.
      if (!(error instanceof SandboxError) || process.env.CI === "true") throw error;
      process.stdout.write(`skipped: ${error.message}\n`);
      this.skip();
    }
  });

  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function judge(file: string): Promise<Readonly<Record<Tool, Judgement>>> {
    return {
      "kube-score": await kubeScoreOf(tools.kubeScore, file),
      checkov: await checkovOf(tools.checkov, file),
    };
  }

  for (const setup of setups) {
    it(`find nothing in ${setup.title} but what is excepted`, async () => {
      const objects = await objectsOf(setup);
      const judgements = await judge(manifestFile(folder, setup.title, objects));
      const found = Object.values(judgements).flatMap(({ findings }) =>
        findings.map((finding) => ({ ...finding, stack: setup.title })),
      );
      seen.push(...found);
      const count = ({ passed, findings }: Judgement) => ({ passed, excepted: findings.length });
      counts.push({
        title: setup.title,
        tools: { "kube-score": count(judgements["kube-score"]), checkov: count(judgements.checkov) },
      });

      const workloads = objects.filter(({ kind }) => workloadKinds.includes(kind)).map(nameOf);
      assert.ok(workloads.length > 0);
      for (const [tool, { objects: judged }] of Object.entries(judgements)) {
        assert.deepEqual(
          workloads.filter((name) => !judged.includes(name)),
          [],
          `not judged by ${tool}`,
        );
      }
      assert.deepEqual(unexplained(found, exceptions), []);
    });
  }

  it("need each exception still, down to its patterns and stacks", () => {
    assert.equal(counts.length, setups.length, "not every stack was judged");
    assert.deepEqual(unneeded(seen, exceptions), []);
  });

  it("have exceptions whose reasons are held by files that are there", () => {
    const held = exceptions.flatMap(({ heldBy }) => heldBy);
    assert.deepEqual(
      held.filter((file) => !fs.existsSync(path.join(projectFolder, file))),
      [],
    );
  });

  it("are shown in docs/hardening.md as they were (UPDATE_DOCS=1 writes it)", async () => {
    assert.equal(counts.length, setups.length, "not every stack was judged");
    const wanted = await withSections(page, fs.readFileSync(page, "utf8"), sections(counts, exceptions));
    if (process.env.UPDATE_DOCS !== undefined) fs.writeFileSync(page, wanted);
    assert.equal(fs.readFileSync(page, "utf8"), wanted, "UPDATE_DOCS=1 writes it");
  });

  describe("before a pod that is wrong in everything", () => {
    let findings: SeenFinding[] = [];

    before(async () => {
      const [production] = setups.filter(({ title }) => title === "production");
      assert.ok(production);
      const objects = (await objectsOf(production)).map((object) =>
        nameOf(object) === "Deployment/observability/jaeger-query" ? withFaults(object) : object,
      );
      const judgements = await judge(manifestFile(folder, "faults", objects));
      findings = Object.values(judgements).flatMap((judgement) =>
        judgement.findings.map((finding) => ({ ...finding, stack: production.title })),
      );
    });

    for (const { what, foundBy } of faults) {
      it(`find ${what} (${Object.values(foundBy).join(", ")})`, () => {
        const open = unexplained(findings, exceptions);
        for (const [tool, check] of Object.entries(foundBy)) {
          const line = `production: Deployment/observability/jaeger-query: ${tool} ${check}: `;
          assert.ok(
            open.some((one) => one.startsWith(line)),
            `${line}not among\n${open.join("\n")}`,
          );
        }
      });
    }
  });
});

describe("exceptions to findings", () => {
  const found: SeenFinding = {
    tool: "checkov",
    check: "CKV_K8S_16",
    says: "Container should not be privileged",
    object: "Deployment/observability/jaeger-query",
    stack: "staging with a change",
  };
  const exception: Exception = {
    tool: "checkov",
    check: "CKV_K8S_16",
    objects: ["Deployment/*/jaeger-*"],
    reason: "none",
    heldBy: [],
  };

  it("stand for what they name", () => {
    assert.deepEqual(unexplained([found], [exception]), []);
    assert.deepEqual(unneeded([found], [exception]), []);
  });

  const others: readonly (readonly [what: string, change: Partial<Exception>])[] = [
    ["another tool", { tool: "kube-score" }],
    ["another check", { check: "CKV_K8S_1" }],
    ["another stack", { stacks: ["production"] }],
    ["another variant of the stack", { stacks: ["staging with a ch", "staging with a change more"] }],
    ["another object", { objects: ["Deployment/observability/jaeger"] }],
    ["an object whose name holds theirs", { objects: ["*/jaeger"] }],
  ];
  for (const [what, change] of others) {
    it(`of ${what} leave a finding open, and are unneeded`, () => {
      const other = { ...exception, ...change };
      assert.deepEqual(unexplained([found], [other]), [
        "staging with a change: Deployment/observability/jaeger-query: checkov CKV_K8S_16: Container should not be privileged",
      ]);
      assert.ok(unneeded([found], [other]).length > 0);
    });
  }

  it("are unneeded in each part that stands for nothing", () => {
    const wide: Exception = {
      ...exception,
      objects: [...exception.objects, "Job/*"],
      stacks: ["staging", "dev"],
    };
    assert.deepEqual(unneeded([found], [wide]), [
      "checkov CKV_K8S_16: nothing is found any more for Job/*",
      "checkov CKV_K8S_16: nothing is found any more for dev",
    ]);
  });
});
