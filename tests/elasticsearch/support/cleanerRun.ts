import { retention } from "../../../components/elasticsearch/retention";
import { toolEnvironment } from "../../../components/elasticsearch/tool";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { run } from "../../../sandbox/support/process";
import { lineProgress } from "../../../sandbox/support/progress";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain";
import { connection } from "../../components/jaeger/support/distributed";
import { at, text } from "../../support/document";
import { refusal, setOutcome, type Outcomes, type Subject } from "./subject";

/**
 * Tries a run of the real index cleaner, as Jaeger's user. The date of an index is its creation's, and cannot be set: with
 * 0 days the cleaner takes all that is there. How far back it looks is for another test.
 */
export async function tryCleaner(subject: Subject, outcomes: Outcomes): Promise<void> {
  const { node, login, indexPrefix } = subject;
  const { esIndexCleaner } = await ensureToolchain(sandboxPaths(), lineProgress());
  const store = connection("cleaner", { indexPrefix, retention: retention(30, "cleaner") });
  const variables = toolEnvironment(
    { ...store, authoritySecret: undefined },
    { username: login.username, password: { secret: "jaeger", key: "password" } },
  ).map((one) => [text(one, "name"), at(one, "value") ?? login.password]);
  const { code, stdout, stderr } = await run(esIndexCleaner, ["0", node.url], {
    env: { PATH: process.env.PATH, ...(Object.fromEntries(variables) as Record<string, string>) },
    okCodes: [0, 1],
  });
  const { body } = await node.ask("GET", `/${indexPrefix}-jaeger-*?filter_path=*.settings.index.uuid`);
  const left = Object.keys(body as object).filter((name) => /-(span|service)-/.test(name)).length;
  const problem = refusal(stdout + stderr, `code ${code}, ${left} indices left`);
  setOutcome(outcomes, "index cleaner", "run", code === 0 && left === 0 ? undefined : problem);
}
