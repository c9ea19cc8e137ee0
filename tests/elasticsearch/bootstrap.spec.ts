import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { findTrace } from "../../sandbox/trace/query";
import { until } from "../../sandbox/support/process";
import { at, mapping } from "../support/document";
import { sendTrace, type SentTrace } from "../support/sentTrace";
import { runBootstrap, type BootstrapOutcome } from "./support/bootstrapRun";
import { startJaeger, type RunningJaeger } from "./support/jaeger";
import { startLifecycleStandIn, type LifecycleStandIn } from "./support/lifecycleStandIn";
import { startNode, type Answer, type RealNode } from "./support/node";

// The bootstrap's Job, container by container, and after each repair the real Jaeger 2.13 as the user that it made. The
// node has no ILM: what the stand-in in its place does not prove is said in support/lifecycleStandIn.ts. That Jaeger
// waits for the Job is for tests/components.

const jaegerPassword = "password-of-jaeger";
/** What was changed: `_ilm` of `PUT /_ilm/policy/x`, and `index` where it was an index. */
const kindsOf = (changes: readonly string[]): string[] =>
  changes.map((change) => /^[A-Z]+ \/(_[a-z_]+)/.exec(change)?.[1] ?? "index");
const indexOf = (family: string, number: number): string => `${family}-${String(number).padStart(6, "0")}`;

describe("the bootstrap of a real Elasticsearch", () => {
  let node: RealNode;
  let standIn: LifecycleStandIn;
  const running: RunningJaeger[] = [];

  before(async () => {
    node = await startNode();
    standIn = await startLifecycleStandIn(node);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((jaeger) => jaeger.stop()));
  });
  after(async () => {
    await standIn.close();
    await node.close();
  });

  const run = (indexPrefix: string, userGeneration = 1): Promise<BootstrapOutcome> =>
    runBootstrap({
      url: standIn.url,
      indexPrefix,
      userGeneration,
      jaegerPassword,
      administratorPassword: node.password,
    });

  /** Runs it to a good end. @returns whether es-rollover made anything */
  async function succeed(indexPrefix: string): Promise<boolean> {
    const { code, output, steps } = await run(indexPrefix);
    assert.equal(code, 0, output);
    assert.deepEqual(steps, ["prepare", "init", "verify"]);
    return !output.includes("nothing to initialise");
  }

  async function ask(...question: Parameters<RealNode["ask"]>): Promise<Answer> {
    const answer = await node.ask(...question);
    assert.ok(answer.status < 300, `${question.join(" ")}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** All that there is of a prefix. */
  async function state(indexPrefix: string): Promise<unknown> {
    const paths = [
      `/${indexPrefix}-*`,
      `/_index_template/${indexPrefix}-*`,
      `/_security/role/${indexPrefix}-jaeger`,
    ];
    const answers = await Promise.all(paths.map((path) => ask("GET", path)));
    return [...answers.map(({ body }) => body), [...standIn.policies]];
  }

  /** Names of a family's indices, sorted. */
  const indices = async (family: string): Promise<string[]> =>
    Object.keys(mapping((await ask("GET", `/${family}-*?filter_path=*.settings.index.uuid`)).body)).sort();

  /** The index that an alias writes to. */
  async function writer(alias: string): Promise<string | undefined> {
    const { status, body } = await node.ask("GET", `/_alias/${alias}`);
    if (status === 404) return undefined;
    return Object.entries(mapping(body)).find(
      ([, index]) => at(index, "aliases", alias, "is_write_index") === true,
    )?.[0];
  }

  async function start(role: "collector" | "query", indexPrefix: string): Promise<RunningJaeger> {
    const login = { username: "jaeger", password: jaegerPassword };
    const jaeger = await startJaeger({ role, url: node.url, ...login, indexPrefix, mechanism: "ilm" });
    running.push(jaeger);
    return jaeger;
  }

  async function send(indexPrefix: string): Promise<SentTrace> {
    const collector = await start("collector", indexPrefix);
    const address = `127.0.0.1:${collector.portOf("otlpHttp")}`;
    return sendTrace(address, { service: "some-service", spans: 2, startMs: Date.now() - 1000 });
  }

  /** Waits until Jaeger shows a trace, through the read alias. */
  async function assertFound(indexPrefix: string, { traceId, spanIds }: SentTrace): Promise<void> {
    const query = await start("query", indexPrefix);
    const address = `http://127.0.0.1:${query.portOf("queryHttp")}`;
    const isThere = async (): Promise<boolean> =>
      (await findTrace(address, traceId)).length === spanIds.length;
    assert.ok(await until(isThere, 20_000, 300), `${traceId} is not found; ${query.log().slice(-1000)}`);
  }

  /** A new trace, written by the write alias into the index that should have it, and read by the read alias. */
  async function assertWorks(indexPrefix: string, number: number): Promise<void> {
    const family = `${indexPrefix}-jaeger-span`;
    const trace = await send(indexPrefix);
    await assertFound(indexPrefix, trace);
    assert.equal(await writer(`${family}-write`), indexOf(family, number));
    const { body } = await ask("GET", `/${indexOf(family, number)}/_count?q=traceID:${trace.traceId}`);
    assert.equal(at(body, "count"), trace.spanIds.length);
  }

  /** What the bootstrap makes, and so many rollovers later. */
  async function grown(indexPrefix: string, rollovers: number): Promise<string> {
    await succeed(indexPrefix);
    for (let count = 0; count < rollovers; count += 1) {
      for (const kind of ["span", "service", "dependencies"]) {
        await standIn.rollOver(`${indexPrefix}-jaeger-${kind}-write`);
      }
    }
    return `${indexPrefix}-jaeger-span`;
  }

  const withoutAlias = (alias: string): Promise<Answer> =>
    ask("POST", "/_aliases", { actions: [{ remove: { index: "*", alias } }] });

  it("makes policy, templates, indices and aliases in this order, and Jaeger works as its user", async () => {
    standIn.changes.length = 0;
    assert.equal(await succeed("first"), true);
    const span = standIn.changes.filter((change) => !/-(service|dependencies)/.test(change));
    assert.deepEqual(kindsOf(span).slice(0, 8), [
      "_security",
      "_security",
      "_ilm",
      // Ours, the question whether a new index gets it, and the tool's.
      "_index_template",
      "_index_template",
      "_index_template",
      "index",
      "_aliases",
    ]);
    const lifecycle = await standIn.lifecycleOf("first-jaeger-span-000001");
    assert.deepEqual(lifecycle, { name: "jaeger-ilm-policy", rollover_alias: "first-jaeger-span-write" });
    await assertWorks("first", 1);
  });

  it("changes nothing when it runs again, also after rollovers", async () => {
    for (const rollovers of [0, 2]) {
      const prefix = `again${rollovers}`;
      await grown(prefix, rollovers);
      const before = await state(prefix);
      standIn.changes.length = 0;
      assert.equal(await succeed(prefix), false);
      assert.deepEqual(await state(prefix), before);
      assert.deepEqual(standIn.changes, [
        `PUT /_security/role/${prefix}-jaeger`,
        "PUT /_security/user/jaeger",
        "PUT /_ilm/policy/jaeger-ilm-policy",
        `PUT /_index_template/${prefix}-jaeger-span-mapping`,
        `POST /_index_template/_simulate_index/${prefix}-jaeger-span-next`,
      ]);
    }
  });

  it("puts a lost write alias back on the newest index", async () => {
    const family = await grown("write", 1);
    await withoutAlias(`${family}-write`);
    await succeed("write");
    await assertWorks("write", 2);
    assert.deepEqual(
      await indices(family),
      [1, 2].map((number) => indexOf(family, number)),
    );
  });

  it("puts a lost read alias back on all indices: what was written before is found", async () => {
    const family = await grown("read", 0);
    const old = await send("read");
    await assertFound("read", old);
    await standIn.rollOver(`${family}-write`);
    await withoutAlias(`${family}-read`);
    await succeed("read");
    await assertFound("read", old);
    await assertWorks("read", 2);
  });

  it("stops at an index that Jaeger made in the place of a lost write alias; its message gets the spans out", async () => {
    const family = await grown("squat", 1);
    const alias = `${family}-write`;
    await withoutAlias(alias);
    const squatted = await send("squat");
    await assertFound("squat", squatted);
    assert.ok((await indices(family)).includes(alias));
    const before = await state("squat");
    const { code, output, steps } = await run("squat");
    assert.notEqual(code, 0);
    assert.deepEqual(steps, ["prepare"]);
    assert.deepEqual(await state("squat"), before);
    const message = /STOPPED: (.*)/.exec(output)?.[1] ?? "";
    assert.ok(message.startsWith(`${alias} is an index, but has to be an alias`), output);

    // What it says, word for word.
    const wordsOf = (pattern: RegExp): string[] => {
      const [, ...words] = pattern.exec(message) ?? assert.fail(`${String(pattern)} in ${message}`);
      return words;
    };
    assert.match(message, /1\. stop Jaeger's collectors/);
    await Promise.all(running.splice(0).map((jaeger) => jaeger.stop()));
    const [rescue = ""] = wordsOf(/POST \/_reindex (\{.*?\}\})/);
    await ask("POST", "/_reindex?refresh=true", JSON.parse(rescue));
    await ask("DELETE", wordsOf(/3\. DELETE (\S+);/)[0] ?? "");
    assert.match(message, /4\. run this again/);
    await succeed("squat");
    const [from, to, left] = wordsOf(/5\. POST \/_reindex from (\S+) to (\S+), and DELETE (\S+)\.$/);
    await ask("POST", "/_reindex?refresh=true", { source: { index: from }, dest: { index: to } });
    await ask("DELETE", left ?? "");

    await assertFound("squat", squatted);
    assert.deepEqual(
      await indices(family),
      [1, 2].map((number) => indexOf(family, number)),
    );
    await assertWorks("squat", 2);
  });

  it("makes no index anew that the policy has removed, also where es-rollover has to run again", async () => {
    const family = await grown("removed", 2);
    await ask("DELETE", `/${indexOf(family, 1)}`);
    const before = await state("removed");
    assert.equal(await succeed("removed"), false);
    assert.deepEqual(await state("removed"), before);
    await ask("DELETE", `/_index_template/${family}`);
    assert.equal(await succeed("removed"), true);
    assert.deepEqual(await state("removed"), before);
    await assertWorks("removed", 3);
  });

  it("starts anew where the only index has been deleted", async () => {
    const family = await grown("only", 0);
    await ask("DELETE", `/${indexOf(family, 1)}`);
    await succeed("only");
    assert.deepEqual(await standIn.lifecycleOf(indexOf(family, 1)), {
      name: "jaeger-ilm-policy",
      rollover_alias: `${family}-write`,
    });
    await assertWorks("only", 1);
  });

  it("waits for a node that is not there yet, and does nothing before its data are", async () => {
    await grown("slow", 1);
    const family = "slow-jaeger-span";
    await withoutAlias(`${family}-write`);
    await node.kill();
    standIn.changes.length = 0;
    const job = run("slow");
    await pause(5000);
    assert.deepEqual(kindsOf(standIn.changes), []);
    await node.start();
    const { code, output } = await job;
    assert.equal(code, 0, output);
    assert.match(output, /^\[\d+ s\] waiting for http\S+ as elastic: /m);
    assert.deepEqual(kindsOf(standIn.changes), [
      "_security",
      "_security",
      "_ilm",
      "_index_template",
      "_index_template",
      "_aliases",
    ]);
    await assertWorks("slow", 2);
  });

  it("removes the users of passwords that nobody has any more", async () => {
    await succeed("users");
    const logins = async (): Promise<number[]> => {
      const names = ["jaeger", "jaeger-2", "jaeger-3"];
      const where = "/_security/_authenticate";
      return Promise.all(
        names.map(async (name) => (await node.askAs(name, jaegerPassword)("GET", where)).status),
      );
    };
    assert.equal((await run("users", 2)).code, 0);
    assert.deepEqual(await logins(), [200, 200, 401]);
    const { code, output } = await run("users", 3);
    assert.equal(code, 0, output);
    assert.match(output, /user jaeger, of an older password: removed/);
    assert.deepEqual(await logins(), [401, 200, 200]);
  });
});
