import { setOutcome, place, refusal, type Outcomes, type Subject } from "./subject";

type Request = readonly [method: string, path: string, body?: unknown];

/**
 * A stand-in for spark-dependencies, whose image comes from no registry that can be reached: the requests that its
 * source, and the source of the connector that it uses (elasticsearch-hadoop), show, in their order. It proves that
 * Jaeger's user may make these requests, not that the job works.
 */
export async function tryDependencyJob(subject: Subject, outcomes: Outcomes): Promise<void> {
  const now = Date.now();
  const spans = place(subject, "span", now - 48 * 3600 * 1000, "read");
  const target = place(subject, "dependencies", now, "write");
  const timestamp = new Date(now).toISOString();
  const document = { timestamp, dependencies: [{ parent: "a", child: "b", callCount: 1 }] };
  await run(subject, outcomes, "reads the spans of a day", [
    ["GET", "/"],
    // The job asks for the head alone. The whole answer takes the same privilege, and says what was refused.
    ["GET", `/${spans}`],
    ["GET", `/${spans}/_mapping`],
    ["GET", `/${spans}/_search_shards`],
    ["POST", `/${spans}/_search?scroll=1m`, { size: 10, query: { match_all: {} } }],
  ]);
  const isThere = (await subject.node.ask("HEAD", `/${target}`)).status === 200;
  await run(subject, outcomes, "stores the graph of the day", [
    ...(isThere ? ([["GET", `/${target}`]] as const) : ([["PUT", `/${target}`]] as const)),
    ["GET", `/_cluster/health/${target}?wait_for_status=yellow&timeout=10s`],
    ["POST", `/${target}/_bulk`, `{"index":{}}\n${JSON.stringify(document)}\n`],
  ]);
}

async function run(
  { login, node }: Subject,
  outcomes: Outcomes,
  what: string,
  requests: readonly Request[],
): Promise<void> {
  const ask = node.askAs(login.username, login.password);
  let problem: string | undefined;
  for (const [method, path, body] of requests) {
    const answer = await ask(method, path, body);
    const text = JSON.stringify(answer.body);
    // A bulk has its refusals inside. At the first one the job ends.
    const works = answer.status < 300 && !text.includes('"errors":true');
    problem ??= works ? undefined : refusal(text, `${method} ${answer.status}`);
    if (!works) break;
  }
  setOutcome(outcomes, "dependency job", what, problem);
}
