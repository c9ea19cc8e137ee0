import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { jaegerRole, type Role } from "../../components/elasticsearch/role";
import type { RetentionMechanism } from "../../components/elasticsearch/retention";
import { runBootstrap } from "./support/bootstrapRun";
import { tryAll } from "./support/jaegerUses";
import { startLifecycleStandIn, type LifecycleStandIn } from "./support/lifecycleStandIn";
import type { RealNode } from "./support/node";
import { privilegeRow, rowsOf, writeRows, type PrivilegeRow } from "./support/privilegeTable";
import { giveRole, privilegesOf, without } from "./support/roles";
import { sharedNode } from "./support/sharedNode";
import { refusal, setOutcome, type Outcomes } from "./support/subject";

// Real users with real roles on a real node. For ILM there is a stand-in (support/lifecycleStandIn.ts), for the
// dependency job another (support/dependencyJob.ts); Jaeger and its tools are 2.13.

const docs = path.resolve(__dirname, "../../docs/elasticsearch-privileges.md");

/** Name of a snapshot repository. */
const repository = "privileges";

/** A user, its role, and how all that it does is tried. */
interface Kind {
  readonly user: string;
  readonly roleOf: (indexPrefix: string) => Role;
  readonly attempt: (indexPrefix: string, role: Role) => Promise<Outcomes>;
}

/** One role of a kind: the whole, or without one privilege. */
interface Case {
  readonly kind: Kind;
  readonly privilege: string | undefined;
  readonly outcomes: Outcomes;
}

describe("the privileges that each user of Elasticsearch needs", () => {
  let node: RealNode;
  let standIn: LifecycleStandIn;

  const jaeger = (user: string, mechanism: RetentionMechanism): Kind => ({
    user,
    roleOf: (indexPrefix) => jaegerRole(indexPrefix, mechanism, true),
    attempt: async (indexPrefix, role) => {
      if (mechanism === "ilm") await bootstrapped(indexPrefix, "elastic", node.password);
      const login = await giveRole(node, `user-${indexPrefix}`, role);
      return tryAll({ node, lifecycleUrl: standIn.url, repository, login, indexPrefix, mechanism });
    },
  });

  async function bootstrapped(
    indexPrefix: string,
    administrator: string,
    password: string,
  ): Promise<Outcomes> {
    const outcomes: Outcomes = new Map();
    const { code, output, steps } = await runBootstrap({
      url: standIn.url,
      indexPrefix,
      administrator,
      administratorPassword: password,
      jaegerPassword: password,
      waitSeconds: administrator === "elastic" ? 60 : 3,
    });
    for (const [index, step] of steps.entries()) {
      const failed = code !== 0 && index === steps.length - 1;
      setOutcome(outcomes, "bootstrap", step, failed ? refusal(output, `code ${String(code)}`) : undefined);
    }
    if (administrator === "elastic") assert.equal(code, 0, output);
    return outcomes;
  }

  const kinds: readonly Kind[] = [
    jaeger("Jaeger, dated indices", "cleaner"),
    jaeger("Jaeger, lifecycle policy", "ilm"),
    {
      user: "Existing cluster, lifecycle policy",
      // As components/elasticsearch/cluster.ts asks for it.
      roleOf: (indexPrefix) => ({
        cluster: ["monitor", "manage_index_templates", "manage_ilm"],
        indices: [{ names: [`${indexPrefix}-jaeger-*`], privileges: ["all"] }],
      }),
      attempt: async (indexPrefix, role) => {
        const { username, password } = await giveRole(node, `user-${indexPrefix}`, role);
        return bootstrapped(indexPrefix, username, password);
      },
    },
  ];
  const cases: Case[] = [];

  before(async () => {
    node = await sharedNode();
    standIn = await startLifecycleStandIn(node);
    const files = { type: "fs", settings: { location: path.join(node.repository, repository) } };
    assert.equal((await node.ask("PUT", `/_snapshot/${repository}`, files)).status, 200);
    const waiting = kinds.flatMap((kind) =>
      [undefined, ...privilegesOf(kind.roleOf("any"))].map((privilege) => ({ kind, privilege })),
    );
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { kind, privilege } = next;
        const indexPrefix = `privileges-${waiting.length}`;
        const full = kind.roleOf(indexPrefix);
        const role = privilege === undefined ? full : without(full, privilege);
        cases.push({ kind, privilege, outcomes: await kind.attempt(indexPrefix, role) });
      }
    };
    // Most of a case is waiting.
    await Promise.all(Array.from({ length: 3 }, worker));
  });
  after(async () => {
    await standIn.close();
  });

  const problemsOf = ({ outcomes }: Case): [string, string][] =>
    [...outcomes].flatMap(([what, problem]) => (problem === undefined ? [] : [[what, problem]]));

  it("the whole roles are enough for everything", () => {
    const whole = cases.filter(({ privilege }) => privilege === undefined);
    assert.equal(whole.length, kinds.length);
    for (const one of whole) {
      assert.deepEqual(problemsOf(one), [], one.kind.user);
      assert.ok(one.outcomes.size >= 3, `${one.kind.user}: only ${one.outcomes.size} things were tried`);
    }
  });

  it("without any one of them something fails", () => {
    for (const one of cases) {
      if (one.privilege === undefined) continue;
      assert.notDeepEqual(problemsOf(one), [], `${one.kind.user} does not need ${one.privilege}`);
    }
  });

  it("docs/elasticsearch-privileges.md says for each what fails without it", async () => {
    const seen = kinds.flatMap((kind) =>
      privilegesOf(kind.roleOf("any")).map((privilege): PrivilegeRow => {
        const one = cases.find((other) => other.kind === kind && other.privilege === privilege);
        return privilegeRow(kind.user, privilege, one === undefined ? [] : problemsOf(one));
      }),
    );
    if (process.env.UPDATE_DOCS !== undefined) await writeRows(docs, seen);
    assert.deepEqual(rowsOf(fs.readFileSync(docs, "utf8")), seen, "UPDATE_DOCS=1 writes what was seen");
  });

  it("Jaeger's user is refused what belongs to others, and with a lifecycle policy what ends an index", async () => {
    await node.ask("PUT", "/others-jaeger-span-000001");
    for (const mechanism of ["cleaner", "ilm"] as const) {
      const prefix = `limits-${mechanism}`;
      await node.ask("PUT", `/${prefix}-jaeger-span-000001`);
      const { username, password } = await giveRole(node, prefix, jaegerRole(prefix, mechanism));
      const own = mechanism === "ilm" ? ([["DELETE", `/${prefix}-jaeger-span-000001`]] as const) : [];
      const refused = [
        ...own,
        ["GET", "/others-jaeger-span-000001/_search"],
        ["POST", "/others-jaeger-span-000001/_doc", {}],
        ["DELETE", "/others-jaeger-span-000001"],
        ["PUT", `/${prefix}-jaeger-span-000001/_settings`, { "index.number_of_replicas": 0 }],
        ["PUT", "/_cluster/settings", { persistent: { "action.auto_create_index": "true" } }],
        ["PUT", `/_security/user/${prefix}-2`, { password, roles: ["superuser"] }],
      ] as const;
      for (const [method, where, body] of refused) {
        const { status } = await node.askAs(username, password)(method, where, body);
        assert.equal(status, 403, `${mechanism}: ${method} ${where}`);
      }
    }
  });
});
