import { until } from "../../../sandbox/support/process";
import { sendTrace, type SentTrace } from "../../support/sentTrace";
import { countDocuments, type Answer } from "./ask";
import { tryCleaner } from "./cleanerRun";
import { tryDependencyJob } from "./dependencyJob";
import { startJaeger, type RunningJaeger } from "./jaeger";
import { tryMonitor } from "./monitorUse";
import { place, refusal, setOutcome, type Outcomes, type Subject } from "./subject";

const dayMs = 24 * 3600 * 1000;

/**
 * Tries everything that Jaeger's user does, with the real Jaeger and the real index cleaner, on top of what an
 * administrator's Jaeger stored two days ago.
 */
export async function tryAll(subject: Subject): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  const old = await seed(subject);
  await tryCollector(subject, outcomes);
  await tryQuery(subject, old, outcomes);
  await tryDependencyJob(subject, outcomes);
  await tryMonitor(subject, outcomes);
  if (subject.mechanism === "cleaner") await tryCleaner(subject, outcomes);
  return outcomes;
}

interface Seed {
  readonly trace: SentTrace;
  readonly ms: number;
}

async function seed(subject: Subject): Promise<Seed> {
  const { node } = subject;
  const ms = Date.now() - 2 * dayMs;
  const administrator = { username: "elastic", password: node.password };
  const collector = await start({ ...subject, login: administrator }, "collector");
  try {
    const trace = await sendTrace(addressOf(collector), { service: "old-service", spans: 3, startMs: ms });
    if ((await storedSpans(subject, trace)) < 3) throw new Error(collector.log());
    await expectOk(
      node.ask("POST", `/${place(subject, "dependencies", ms, "write")}/_doc?refresh=true`, {
        timestamp: new Date(ms).toISOString(),
        dependencies: [{ parent: "old-service", child: "older-service", callCount: 1 }],
      }),
    );
    return { trace, ms };
  } finally {
    await collector.stop();
  }
}

async function tryCollector(subject: Subject, outcomes: Outcomes): Promise<void> {
  const { node, indexPrefix, mechanism } = subject;
  const collector = await tryStart(subject, "collector", outcomes);
  if (collector === undefined) return;
  const failed: string[] = [];
  const keep = async (what: string, kind: "span" | "service", works: boolean): Promise<void> => {
    if (!works) failed.push(what);
    setOutcome(outcomes, "collector", what, works ? undefined : await refusedBulk(subject, kind));
  };
  const trySpans = async (what: string): Promise<void> => {
    const before = collector.log().length;
    const spans = { service: "new-service", spans: 2, startMs: Date.now() - 1000 };
    const trace = await sendTrace(addressOf(collector), spans);
    // Where Elasticsearch refuses a whole bulk, Jaeger says so only after half a minute.
    const patienceMs = failed.length > 0 ? 3000 : 30_000;
    const isRefused = (): boolean => refusal(collector.log().slice(before), "") !== "";
    await keep(what, "span", (await storedSpans(subject, trace, patienceMs, isRefused)) === 2);
  };
  try {
    await trySpans(mechanism === "ilm" ? "spans" : "spans of a new day");
    const services = `${indexPrefix}-jaeger-service-*`;
    const isKnown = async (): Promise<boolean> =>
      (await countDocuments(node.ask, services, "serviceName:new-service")) > 0;
    await keep("a new service", "service", await until(isKnown, failed.length > 0 ? 1000 : 5000, 200));
    if (mechanism === "cleaner") return;
    const actions = [{ remove: { index: "*", alias: place(subject, "span", 0, "write") } }];
    await expectOk(node.ask("POST", "/_aliases", { actions }));
    await trySpans("spans while the write alias is missing");
  } finally {
    // One that cannot get rid of its spans would take a minute to end in order.
    await collector.stop(failed.length > 0 ? "SIGKILL" : "SIGTERM");
  }
}

/** What Elasticsearch refuses where Jaeger's user writes; Jaeger's own word of it comes late, or never. */
async function refusedBulk(subject: Subject, kind: "span" | "service"): Promise<string> {
  const { login, node } = subject;
  const ask = node.askAs(login.username, login.password);
  const path = `/${place(subject, kind, Date.now(), "write")}/_bulk`;
  const { body } = await ask("POST", path, '{"index":{}}\n{"traceID":"made-up"}\n');
  return refusal(JSON.stringify(body), "not stored, though Elasticsearch takes the like");
}

async function tryQuery(subject: Subject, { trace, ms }: Seed, outcomes: Outcomes): Promise<void> {
  const query = await tryStart(subject, "query", outcomes);
  if (query === undefined) return;
  const look = async (what: string, where: string, expected: string): Promise<void> => {
    const before = query.log().length;
    const response = await fetch(`http://127.0.0.1:${query.portOf("queryHttp")}${where}`);
    const answer = await response.text();
    const problem = refusal(answer + query.log().slice(before), `${response.status}, and not there`);
    setOutcome(outcomes, "query", what, response.ok && answer.includes(expected) ? undefined : problem);
  };
  const iso = (value: number): string => encodeURIComponent(new Date(value).toISOString());
  const range = `query.start_time_min=${iso(ms - dayMs)}&query.start_time_max=${iso(ms + dayMs)}`;
  const byService = `query.service_name=old-service&query.search_depth=5&${range}`;
  const [firstSpan = ""] = trace.spanIds;
  try {
    await look("services", "/api/v3/services", "old-service");
    await look("operations", "/api/v3/operations?service=old-service", "span 0");
    await look("search", `/api/v3/traces?${byService}`, firstSpan);
    await look("trace by ID", `/api/v3/traces/${trace.traceId}`, firstSpan);
    await look(
      "dependencies",
      `/api/dependencies?endTs=${Date.now()}&lookback=${3 * dayMs}`,
      "older-service",
    );
  } finally {
    await query.stop();
  }
}

async function tryStart(
  subject: Subject,
  role: "collector" | "query",
  outcomes: Outcomes,
): Promise<RunningJaeger | undefined> {
  try {
    const jaeger = await start(subject, role);
    setOutcome(outcomes, role, "start", undefined);
    return jaeger;
  } catch (error) {
    // The last words of its last line.
    const words = String(error).trim().split(": ").at(-1) ?? "";
    setOutcome(outcomes, role, "start", refusal(String(error), words));
    return undefined;
  }
}

function start(
  { node, login, indexPrefix, mechanism }: Subject,
  role: "collector" | "query",
): Promise<RunningJaeger> {
  return startJaeger({ role, url: node.url, ...login, indexPrefix, mechanism });
}

/** How many spans of a trace are stored, once they all are or it is over. */
async function storedSpans(
  { node, indexPrefix }: Subject,
  { traceId, spanIds }: SentTrace,
  patienceMs = 20_000,
  isOver: () => boolean = () => false,
): Promise<number> {
  let count = 0;
  const isDone = async (): Promise<boolean> => {
    count = await countDocuments(node.ask, `${indexPrefix}-jaeger-span-*`, `traceID:${traceId}`);
    return count === spanIds.length || isOver();
  };
  await until(isDone, patienceMs, 200);
  return count;
}

async function expectOk(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
}

const addressOf = (collector: RunningJaeger): string => `127.0.0.1:${collector.portOf("otlpHttp")}`;
