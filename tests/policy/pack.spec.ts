import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { type ResourceRule, toPolicy } from "../../policy/engine/rule";
import { environments } from "../../policy/limits";
import { policies, rules } from "../../policy/policies";
import { compliantStack } from "./support/compliantStack";
import { assertAllowed, evaluate } from "./support/evaluate";

// The pack as a whole, without the engine: index.ts would start a server.
const pack = path.resolve(__dirname, "../../policy");

/** The modules that a file imports: packages by name, files by absolute path. */
function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, "utf8"))
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? `${path.resolve(path.dirname(file), fileName)}.ts` : fileName,
    );
}

function importGraph(entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (module: string): void => {
    if (seen.has(module)) return;
    seen.add(module);
    if (path.isAbsolute(module)) importsOf(module).forEach(visit);
  };
  visit(entry);
  return seen;
}

describe("the policy pack", () => {
  it("serves every rule as a mandatory policy that says what it demands and what to do", () => {
    assert.equal(policies.length, rules.length);
    for (const policy of policies) {
      assert.equal(policy.enforcementLevel, "mandatory", policy.name);
      assert.match(policy.name, /^[a-z]+(-[a-z]+){2,}$/);
      assert.match(policy.description, /^[A-Z].{30,}\.$/s, policy.name);
      assert.match(policy.remediationSteps ?? "", /^[A-Z].{30,}\.$/s, policy.name);
      assert.ok(policy.severity, policy.name);
    }
    assert.equal(new Set(policies.map(({ name }) => name)).size, policies.length);
  });

  it("holds a rule for each file in rules/, each with a spec of its own", () => {
    const files = readdirSync(path.join(pack, "rules")).filter((file) => file !== "samplingConfigSchema.ts");
    assert.equal(files.length, rules.length);
    const specs = readdirSync(__dirname);
    for (const file of files) assert.ok(specs.includes(file.replace(/\.ts$/, ".spec.ts")), file);
  });

  for (const environment of environments) {
    it(`allows a compliant stack ${environment}, rule by rule`, () => {
      for (const rule of rules) assertAllowed(rule, compliantStack(environment), { stack: environment });
    });
  }

  it("refuses a compliant stack under the name of another environment", () => {
    const pairs: [(typeof environments)[number], string][] = [
      ["dev", "production"],
      ["dev", "staging"],
      ["staging", "production"],
      ["production", "staging"],
      ["production", "dev"],
    ];
    for (const [from, to] of pairs) {
      const refusing = rules.filter((rule) => evaluate(rule, compliantStack(from), { stack: to }).length > 0);
      assert.ok(refusing.length >= 3, `${from} as ${to} is refused by ${refusing.length} rules only`);
    }
  });

  it("refuses what a rule breaks on", () => {
    const broken: ResourceRule = {
      scope: "resource",
      name: "a-broken-rule",
      description: "Breaks.",
      severity: "low",
      remediationSteps: "None.",
      judge: () => {
        throw new Error("something is wrong");
      },
    };
    const messages = evaluate(broken, [{ type: "kubernetes:core/v1:Pod", name: "p", props: {} }]);
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /nothing is allowed: something is wrong/);
  });

  it("judges with a configuration that is not there", () => {
    const [rule] = rules;
    assert.ok(rule);
    const policy = toPolicy(rule) as { validateResource: (args: object, report: () => void) => void };
    const reported: unknown[] = [];
    policy.validateResource(
      { type: "kubernetes:core/v1:Pod", urn: "", name: "p", props: {}, getConfig: () => undefined },
      () => reported.push(1),
    );
    assert.equal(reported.length, 1);
  });

  it("imports nothing of the program, and of packages the SDK and a YAML parser alone", () => {
    const modules = [...importGraph(path.join(pack, "index.ts"))];
    const outside = modules.filter(
      (module) => path.isAbsolute(module) && !module.startsWith(`${pack}${path.sep}`),
    );
    assert.deepEqual(outside, []);
    const packages = modules.filter((module) => !path.isAbsolute(module)).sort();
    assert.deepEqual(packages, ["@pulumi/policy", "@pulumi/policy/deserialize", "yaml"]);
    assert.ok(modules.length > rules.length, "the graph was not followed");
  });

  it("has limits that import nothing", () => {
    assert.deepEqual(importsOf(path.join(pack, "limits.ts")), []);
  });

  it("holds nothing but the pack in index.ts, which starts a server when it is loaded", () => {
    assert.deepEqual(
      importsOf(path.join(pack, "index.ts")).sort(),
      ["@pulumi/policy", path.join(pack, "engine/shareProperties.ts"), path.join(pack, "policies.ts")].sort(),
    );
  });

  it("loads no Kubernetes SDK, and in less than five seconds of processor time", function () {
    this.timeout(60_000);
    const script =
      "require('./policies'); const { user, system } = process.cpuUsage();" +
      "console.log(JSON.stringify({ seconds: (user + system) / 1e6, files: Object.keys(require.cache) }))";
    const output = execFileSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], {
      cwd: pack,
      encoding: "utf8",
    });
    const { seconds, files } = JSON.parse(output) as { seconds: number; files: string[] };
    assert.deepEqual(
      files.filter((file) => file.includes(`${path.sep}@pulumi${path.sep}kubernetes`)),
      [],
    );
    assert.ok(seconds < 5, `it took ${seconds} s`);
  });

  it("type-checks with its own tsconfig.json, which start.js spares every preview", function () {
    this.timeout(60_000);
    execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "--project", pack], {
      encoding: "utf8",
    });
  });
});
