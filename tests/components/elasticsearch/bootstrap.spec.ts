import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import type { Plan } from "../../../components/elasticsearch/bootstrap/plan";
import { lifecyclePolicy } from "../../../components/elasticsearch/lifecyclePolicy";
import { retention } from "../../../components/elasticsearch/retention";
import { jaegerRole } from "../../../components/elasticsearch/role";
import { snapshotDocuments } from "../../../components/elasticsearch/snapshots";
import { spanTemplate } from "../../../components/elasticsearch/spanMapping";
import { FakeElasticsearch, rolloverInit, type FakeAlias } from "./support/fakeElasticsearch";

// The real program against a stand-in for Elasticsearch, and a stand-in for `es-rollover init`: what the program asks
// for and decides, not whether a real node takes it.

const folderOfProgram = path.resolve(__dirname, "../../../components/elasticsearch/bootstrap/script");
const program = path.join(folderOfProgram, "main.js");
const steps = createRequire(__filename)(path.join(folderOfProgram, "steps.js")) as Record<
  "prepare" | "verify",
  (plan: Plan) => Promise<void>
>;
const families = ["span", "service", "dependencies"].map((kind) => `nova-jaeger-${kind}`);
const [span = "", service = "", dependencies = ""] = families;
const policy = "nova-jaeger-ilm-policy";
const document = lifecyclePolicy(retention(90, "ilm"));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

describe("the program of the Elasticsearch bootstrap", () => {
  let folder: string;
  let server: FakeElasticsearch;
  let plan: Plan;

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-bootstrap-"));
    const write = (name: string, text: string): string => {
      fs.writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    server = new FakeElasticsearch();
    plan = {
      url: await server.listen(),
      waitSeconds: 10,
      pauseMilliseconds: 10,
      administrator: {
        username: "elastic",
        passwordFile: write("administrator", `${server.administratorPassword}\n`),
      },
      jaeger: { username: "jaeger", passwordFile: write("jaeger", "password-of-jaeger") },
      retiredUsers: [],
      role: { name: "nova-jaeger", body: jaegerRole("nova", "ilm") },
      spanTemplate: spanTemplate({
        indexPrefix: "nova",
        shards: 3,
        copies: 1,
        retention: retention(90, "ilm"),
        lifecyclePolicy: policy,
      }),
      lifecycle: {
        policy,
        policyFile: write("policy.json", JSON.stringify(document)),
        families,
        shards: 3,
        copies: 1,
        jaegerVersion: "2.22.0",
        initMarker: path.join(folder, "init"),
      },
    };
  });
  afterEach(() => {
    server.close();
    fs.rmSync(folder, { recursive: true });
  });

  /** One step, in this process, with what it would print and its exit code. */
  async function run(word: "prepare" | "verify"): Promise<Outcome> {
    const lines: unknown[] = [];
    const { log } = console;
    console.log = (line: unknown) => lines.push(line);
    try {
      await steps[word](plan);
      return { code: 0, output: lines.join("\n") };
    } catch (error) {
      return { code: 1, output: [...lines, `STOPPED: ${(error as Error).message}`].join("\n") };
    } finally {
      console.log = log;
    }
  }

  /** One step as the pod runs it. */
  async function runProgram(word: string): Promise<Outcome> {
    const file = path.join(folder, "plan.json");
    fs.writeFileSync(file, JSON.stringify(plan));
    const child = spawn(process.execPath, [program, word, file], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, output };
  }

  /** The Job: prepare, init where the marker says so, verify. Says whether init ran. */
  async function job(): Promise<Outcome & { readonly initialised: boolean }> {
    const prepared = await run("prepare");
    const initialised = plan.lifecycle !== undefined && fs.existsSync(plan.lifecycle.initMarker);
    if (prepared.code !== 0) return { ...prepared, initialised };
    if (plan.lifecycle !== undefined && initialised) rolloverInit(server, plan.lifecycle);
    const verified = await run("verify");
    return { code: verified.code, output: prepared.output + verified.output, initialised };
  }

  async function succeed(): Promise<boolean> {
    const { code, output, initialised } = await job();
    assert.equal(code, 0, output);
    assertInOrder();
    return initialised;
  }

  function assertInOrder(): void {
    for (const family of families) {
      const members = [...server.indices].filter(([name]) => new RegExp(`^${family}-\\d{6}$`).test(name));
      const writers = members.filter(([name]) => server.writes(name, `${family}-write`));
      assert.equal(writers.length, 1, `${family} has ${writers.length} write indices`);
      assert.equal(writers[0]?.[1].lifecycle.indexing_complete, undefined, "writes into a rolled-over index");
      for (const [name, { aliases, lifecycle }] of members) {
        assert.ok(`${family}-read` in aliases, `${name} is not read`);
        assert.equal(lifecycle.name, policy, `${name} is not under the policy`);
        assert.ok(!Object.keys(aliases).some((alias) => /\d$/.test(alias)), `${name} kept a guard`);
      }
    }
  }

  /** What stands there, to compare. */
  const state = (): unknown =>
    structuredClone({ indices: [...server.indices], templates: [...server.templates] });

  /** A state that no policy touched since: everything in order, and so many rollovers later. */
  async function grown(rollovers: number): Promise<void> {
    await succeed();
    for (const family of families) for (let count = 0; count < rollovers; count += 1) server.rollOver(family);
    server.changes.length = 0;
  }

  const withoutAlias = (name: string, alias: string): void => {
    Reflect.deleteProperty(server.indices.get(name)?.aliases ?? {}, alias);
  };

  it("makes policy, user and role, then has the tool make templates, indices and aliases", async () => {
    assert.equal(await succeed(), true);
    assert.deepEqual(server.policies.get(policy), document.policy);
    assert.deepEqual(server.roles.get("nova-jaeger"), jaegerRole("nova", "ilm"));
    assert.deepEqual(server.users.get("jaeger"), { password: "password-of-jaeger", roles: ["nova-jaeger"] });
    assert.deepEqual([...server.indices.keys()].sort(), families.map((family) => `${family}-000001`).sort());
  });

  it("removes the users of older passwords, and no other", async () => {
    await succeed();
    for (const name of ["jaeger-2", "somebody"]) server.users.set(name, { password: "x", roles: [] });
    plan = {
      ...plan,
      jaeger: { ...plan.jaeger, username: "jaeger-4" },
      retiredUsers: ["jaeger-2", "jaeger-9"],
    };
    await succeed();
    assert.deepEqual([...server.users.keys()].sort(), ["jaeger", "jaeger-4", "somebody"]);
  });

  it("changes nothing about indices, templates and aliases when it runs again", async () => {
    await succeed();
    const before = state();
    assert.equal(await succeed(), false);
    assert.deepEqual(state(), before);
  });

  it("leaves indices alone that have rolled over, also when the first are gone", async () => {
    await grown(3);
    for (const family of families) server.indices.delete(`${family}-000001`);
    const before = state();
    assert.equal(await succeed(), false);
    assert.deepEqual(state(), before);
  });

  it("puts a lost write alias back on the newest index", async () => {
    await grown(2);
    for (const name of server.indices.keys()) withoutAlias(name, `${span}-write`);
    assert.equal(await succeed(), false);
    assert.ok(server.writes(`${span}-000003`, `${span}-write`));
    assert.equal(server.indices.size, 9);
  });

  it("chooses the newest where indices have the write alias and none is the write index", async () => {
    await grown(1);
    for (const name of [`${span}-000001`, `${span}-000002`]) {
      const index = server.indices.get(name);
      if (index) index.aliases[`${span}-write`] = {};
    }
    await succeed();
    assert.ok(server.writes(`${span}-000002`, `${span}-write`));
  });

  it("makes the only index with the write alias the write index in so many words", async () => {
    await grown(0);
    const index = server.indices.get(`${span}-000001`);
    if (index) index.aliases[`${span}-write`] = {};
    await succeed();
    assert.ok(server.writes(`${span}-000001`, `${span}-write`));
  });

  it("puts a lost read alias back on all indices", async () => {
    await grown(2);
    for (const name of server.indices.keys()) withoutAlias(name, `${service}-read`);
    assert.equal(await succeed(), false);
  });

  it("goes on with a new index where the newest has rolled over: its age counts from then", async () => {
    await grown(2);
    server.indices.delete(`${span}-000003`);
    assert.equal(await succeed(), false);
    assert.ok(server.indices.has(`${span}-000003`));
    assert.equal(server.writes(`${span}-000002`, `${span}-write`), false);
  });

  it("makes that new index only once its template is there, and no writes go to the old one meanwhile", async () => {
    await grown(2);
    server.indices.delete(`${span}-000003`);
    server.templates.delete(span);
    assert.equal(await succeed(), true);
    assert.equal(server.indices.get(`${span}-000003`)?.lifecycle.name, policy);
    assert.equal(server.writes(`${span}-000002`, `${span}-write`), false);
  });

  it("takes writes away from an index that has rolled over", async () => {
    await grown(1);
    const [old, newest] = [1, 2].map((number) => server.indices.get(`${span}-00000${number}`));
    if (old) old.aliases[`${span}-write`] = { is_write_index: true };
    if (newest) newest.aliases[`${span}-write`] = { is_write_index: false };
    assert.equal(await succeed(), false);
    assert.ok(server.writes(`${span}-000002`, `${span}-write`));
  });

  it("starts a kind anew whose indices are all gone", async () => {
    await grown(2);
    for (const name of [...server.indices.keys()]) if (name.startsWith(span)) server.indices.delete(name);
    assert.equal(await succeed(), false);
    assert.ok(server.writes(`${span}-000001`, `${span}-write`));
    assert.ok(server.writes(`${service}-000003`, `${service}-write`));
  });

  it("has a lost template made anew, and no removed index with it", async () => {
    await grown(2);
    for (const family of families) server.indices.delete(`${family}-000001`);
    server.templates.delete(service);
    const before = [...server.indices.keys()];
    assert.equal(await succeed(), true);
    assert.deepEqual([...server.indices.keys()], before);
    assert.equal(await succeed(), false);
  });

  it("another Jaeger's mappings get into the templates, and no removed index comes back with them", async () => {
    await grown(2);
    for (const family of families) server.indices.delete(`${family}-000001`);
    const before = [...server.indices.keys()];
    const { lifecycle } = plan;
    assert.ok(lifecycle);
    plan = { ...plan, lifecycle: { ...lifecycle, jaegerVersion: "2.99.0" } };
    assert.equal(await succeed(), true);
    assert.deepEqual([...server.indices.keys()], before);
    assert.equal(server.templates.get(span)?._meta?.jaeger_version, "2.99.0");
    assert.equal(await succeed(), false);
  });

  it("completes an init that was interrupted after its first index", async () => {
    await run("prepare");
    if (plan.lifecycle) rolloverInit(server, { ...plan.lifecycle, families: [span] });
    withoutAlias(`${span}-000001`, `${span}-write`);
    await succeed();
    await succeed();
  });

  for (const alias of ["write", "read"]) {
    it(`stops where an index squats on the name of the ${alias} alias, says how to repair it, and then works`, async () => {
      const squatter = `${dependencies}-${alias}`;
      server.addIndex(squatter, {});
      const { code, output, initialised } = await job();
      assert.notEqual(code, 0);
      assert.match(
        output,
        new RegExp(`STOPPED: ${squatter} is an index, but has to be an alias.*DELETE /${squatter}`),
      );
      assert.equal(initialised, false);
      assert.deepEqual([...server.indices.keys()], [squatter]);
      server.indices.delete(squatter);
      await succeed();
    });
  }

  it("stops where an index stands in the way of the next rollover, and changes nothing", async () => {
    await grown(1);
    server.addIndex(`${span}-000003`, { [`${span}-read`]: {} }, { name: policy });
    const before = state();
    const { code, output } = await run("prepare");
    assert.equal(code, 1);
    assert.match(output, /000003 is there although nova-jaeger-span-000002 is the write index.*DELETE/);
    assert.deepEqual(state(), before);
  });

  it("names indices that no policy will remove", async () => {
    await grown(1);
    server.addIndex(`${span}-2026-01-01`, {});
    server.addIndex(`${span}-000000`, { [`${span}-read`]: {} }, { name: policy });
    const { output } = await run("prepare");
    assert.match(output, /NOTE: 1 dated indices of nova-jaeger-span/);
    assert.match(output, /NOTE: nova-jaeger-span-000000: not the write index and never rolled over/);
  });

  it("leaves indices of other prefixes, and of archives, alone", async () => {
    const others: [string, Record<string, FakeAlias>][] = [
      ["team-jaeger-span-000001", { "team-jaeger-span-write": { is_write_index: true } }],
      ["nova-jaeger-span-archive-000007", { "nova-jaeger-span-archive-write": { is_write_index: true } }],
    ];
    for (const [name, aliases] of others) server.addIndex(name, aliases);
    await succeed();
    for (const [name, aliases] of others) assert.deepEqual(server.indices.get(name)?.aliases, aliases);
  });

  it("gives the next indices another number of shards and copies, and keeps the rest of the template", async () => {
    await grown(1);
    if (plan.lifecycle) plan = { ...plan, lifecycle: { ...plan.lifecycle, shards: 5, copies: 2 } };
    const before = structuredClone(server.templates.get(span));
    assert.equal(await succeed(), false);
    const after = server.templates.get(span);
    assert.ok(after);
    assert.equal("created_date_millis" in after, false);
    assert.deepEqual(after.template.settings.index, {
      ...before?.template.settings.index,
      number_of_shards: "5",
      number_of_replicas: "2",
    });
    assert.deepEqual(after.template.aliases, before?.template.aliases);
  });

  it("puts indices under the policy that are under another", async () => {
    await grown(1);
    const index = server.indices.get(`${span}-000001`);
    if (index) index.lifecycle.name = "an-older-policy";
    await succeed();
  });

  it("waits for a slow start, says what it waits for, and does not mind a 401 before it is ready", async () => {
    server.startingAnswers.push(503, 503, 401, 408, 503);
    const { code, output } = await run("prepare");
    assert.equal(code, 0, output);
    assert.equal(output.match(/waiting for http/g)?.length, 5);
    assert.match(output, /503 starting: not yet/);
  });

  it("asks again where a node is briefly unavailable in between", async () => {
    server.stumbles.set("/_ilm/policy/nova-jaeger-ilm-policy", [503, 429]);
    server.stumbles.set("/_security/role/nova-jaeger", [502]);
    const { code, output } = await run("prepare");
    assert.equal(code, 0, output);
    assert.equal(output.match(/trying again/g)?.length, 3);
  });

  it("does not ask again where the answer is no, and says who was refused what", async () => {
    server.stumbles.set("/_ilm/policy/nova-jaeger-ilm-policy", [403]);
    const { code, output } = await run("prepare");
    assert.equal(code, 1);
    assert.match(output, /STOPPED: PUT \/_ilm\/policy\/\S+ as elastic: 403 stumbled/);
  });

  it("runs as a program: 0 when all is well, 1 with one line that says STOPPED when not", async () => {
    assert.equal((await runProgram("prepare")).code, 0);
    const { code, output } = await runProgram("verify");
    assert.equal(code, 1);
    assert.match(output, /^STOPPED: /m);
    assert.doesNotMatch(output, /\n\s+at /);
    assert.match((await runProgram("repair")).output, /STOPPED: usage/);
  });

  it("gives up at its deadline with the last problem: nobody listens", async () => {
    server.close();
    plan = { ...plan, waitSeconds: 0.1 };
    const { code, output } = await run("prepare");
    assert.equal(code, 1);
    assert.match(output, /STOPPED: .* was not usable as elastic within \d+ s\. Last: ECONNREFUSED/);
  });

  it("gives up at its deadline with the last problem: a wrong password", async () => {
    server.administratorPassword = "another";
    plan = { ...plan, waitSeconds: 0.1 };
    const { code, output } = await run("prepare");
    assert.equal(code, 1);
    assert.match(output, /Last: 401 security_exception/);
  });

  it("refuses Elasticsearch 7", async () => {
    server.version = "7.17.22";
    const { code, output } = await run("prepare");
    assert.equal(code, 1);
    assert.match(output, /STOPPED: Elasticsearch 7\.17\.22 is too old/);
  });

  it("does not verify what is not in order: no aliases, another policy, a password that is not Jaeger's", async () => {
    await run("prepare");
    const bare = await run("verify");
    assert.equal(bare.code, 1);
    assert.match(bare.output, /nova-jaeger-span-write has no write index/);
    await succeed();
    server.policies.set(policy, lifecyclePolicy(retention(30, "ilm")).policy);
    const shorter = await run("verify");
    assert.equal(shorter.code, 1);
    assert.match(shorter.output, /phases\.delete\.min_age is "30d" and not "90d"/);
    server.users.set("jaeger", { password: "another", roles: [] });
    plan = { ...plan, waitSeconds: 0.1 };
    assert.match((await run("verify")).output, /was not usable as jaeger/);
  });

  it("makes the user, and touches no index, where indices are dated", async () => {
    delete (plan as { lifecycle?: unknown }).lifecycle;
    const { code, initialised } = await job();
    assert.equal(code, 0);
    assert.equal(initialised, false);
    assert.equal(server.indices.size + server.policies.size, 0);
    assert.deepEqual([...server.templates.keys()], ["nova-jaeger-span-mapping"]);
    assert.deepEqual(server.changes, [
      "PUT /_security/role/nova-jaeger",
      "PUT /_security/user/jaeger",
      "PUT /_index_template/nova-jaeger-span-mapping",
      // Which changes nothing.
      "POST /_index_template/_simulate_index/nova-jaeger-span-next",
    ]);
  });

  it("makes neither user nor role in somebody else's cluster", async () => {
    delete (plan as { role?: unknown }).role;
    plan = { ...plan, jaeger: plan.administrator };
    await succeed();
    assert.equal(server.users.size + server.roles.size, 0);
  });

  it("gives Jaeger's user the new password when there is one", async () => {
    await succeed();
    fs.writeFileSync(plan.jaeger.passwordFile, "password-number-two");
    await succeed();
    assert.equal(server.users.get("jaeger")?.password, "password-number-two");
  });

  it("puts repository and policy of snapshots", async () => {
    const settings = { bucket: "traces", schedule: "0 30 1 * * ?", accessKey: "a", secretKey: "b" };
    const snapshots = snapshotDocuments("nova", settings);
    plan = { ...plan, snapshots };
    await succeed();
    assert.deepEqual(server.repositories.get("nova-jaeger"), snapshots.repository.body);
    assert.deepEqual(server.snapshotPolicies.get("nova-jaeger"), snapshots.policy.body);
  });

  it("from whatever state: either all is in order and stays so, or it stops and has changed nothing", async () => {
    const flag = fc.constantFrom<FakeAlias | undefined>(undefined, {}, { is_write_index: false });
    const index = fc.record({
      write: flag,
      read: fc.boolean(),
      rolledOver: fc.boolean(),
      known: fc.boolean(),
    });
    const family = fc.record({
      template: fc.boolean(),
      members: fc.array(index, { maxLength: 4 }),
      first: fc.integer({ min: 1, max: 3 }),
      writer: fc.nat(5),
      squats: fc.constantFrom(false, false, false, true),
    });
    await fc.assert(
      fc.asyncProperty(fc.tuple(family, family, family), async (given) => {
        server.indices.clear();
        server.templates.clear();
        for (const [number, { members, first, squats, template, writer }] of given.entries()) {
          const name = families[number] ?? "";
          const [read, write] = [`${name}-read`, `${name}-write`];
          server.policies.set(policy, document.policy);
          if (template && plan.lifecycle) rolloverInit(server, { ...plan.lifecycle, families: [name] });
          if (template) server.indices.delete(`${name}-000001`);
          for (const [offset, member] of members.entries()) {
            const aliases: Record<string, FakeAlias> = member.read ? { [read]: {} } : {};
            if (offset === writer) aliases[write] = { is_write_index: true };
            else if (member.write) aliases[write] = member.write;
            server.addIndex(`${name}-00000${first + offset}`, aliases, {
              name: member.known ? policy : "another",
              ...(member.rolledOver ? { indexing_complete: "true" } : {}),
            });
          }
          if (squats) server.addIndex(write, {});
        }
        const before = { names: [...server.indices.keys()], state: state() };
        const { code, output, initialised } = await job();
        if (output.includes("STOPPED")) {
          assert.notEqual(code, 0);
          assert.equal(initialised, false);
          assert.deepEqual(state(), before.state);
          return;
        }
        assertInOrder();
        for (const name of before.names) assert.ok(server.indices.has(name), `${name} is gone`);
        const after = state();
        assert.equal(await succeed(), false);
        assert.deepEqual(state(), after);
      }),
      { numRuns: 30 },
    );
  }).timeout(60_000);

  it("prints no password", async () => {
    const { output } = await job();
    assert.doesNotMatch(output, /password-of-jaeger|administrator-password/);
  });
});
