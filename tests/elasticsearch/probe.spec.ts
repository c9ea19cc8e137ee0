// The probe's own program against a real Jaeger 2.13 with the rendered configurations, before a real Elasticsearch and
// behind the real oauth2-proxy with the rendered arguments, all on the loopback: what it tells while all is well, for
// each fault, and after each repair. Only its times are shorter than in the pod. With 2.13, which acknowledges what it
// holds in memory, an Elasticsearch that is away is `storage`; that it is `ingest` from 2.22 on is not shown here.
import assert from "node:assert/strict";
import { until } from "../../sandbox/support/process";
import { basicAccess, oauth2Access } from "../components/jaeger/support/distributed";
import { freePort } from "./support/freePort";
import { startIdentityProvider, type IdentityProviderStandIn } from "./support/identityProvider";
import { counter, startJaeger, type RunningJaeger } from "./support/jaeger";
import { startNode, type RealNode } from "./support/node";
import { startProbe, type RunningProbe } from "./support/probe";
import { startProxy, type RunningProxy } from "./support/proxy";

const indexPrefix = "probed";
const users = { nova: "a-person", probe: "a-machine" };
// A second or two are what a trace takes, as Elasticsearch shows new documents once a second; a loaded machine is slower.
const times = { intervalSeconds: 1, readPauseSeconds: 1, readDeadlineSeconds: 8, readTimeoutSeconds: 4 };
const reasons = ["ingest", "storage", "query", "auth"] as const;
type Reason = (typeof reasons)[number];

/** What the probe has counted. */
type Counts = Readonly<Record<Reason | "rounds" | "successes" | "acknowledged" | "open", number>>;

function countsOf(metrics: string): Counts {
  const of = (name: string, ...labels: string[]): number =>
    counter(metrics, `tracing_probe_${name}`, ...labels);
  const [rounds, failures] = [of("rounds_total"), of("failures_total")];
  const byReason = reasons.map((reason) => [reason, of("failures_total", `reason="${reason}"`)] as const);
  return {
    ...(Object.fromEntries(byReason) as Record<Reason, number>),
    rounds,
    successes: rounds - failures,
    acknowledged: of("acknowledged_spans_total"),
    open: of("open_answers_total"),
  };
}

describe("the probe", () => {
  let node: RealNode;
  let collector: RunningJaeger;
  let query: RunningJaeger;
  let proxy: RunningProxy;
  let probe: RunningProbe;
  let proxyPort: number;

  const jaeger = (role: "collector" | "query", inPlaceOf?: RunningJaeger): Promise<RunningJaeger> =>
    startJaeger({
      role,
      url: node.url,
      username: "elastic",
      password: node.password,
      indexPrefix,
      ...(inPlaceOf === undefined ? {} : { inPlaceOf }),
    });
  const startOwnProxy = (): Promise<RunningProxy> =>
    startProxy({ access: basicAccess, users, upstreamPort: query.portOf("queryHttp"), port: proxyPort });

  before(async () => {
    node = await startNode();
    proxyPort = await freePort();
    [collector, query] = await Promise.all([jaeger("collector"), jaeger("query")]);
    proxy = await startOwnProxy();
    const collectorPort = collector.portOf("otlpHttp");
    probe = await startProbe({ collectorPort, queryPort: proxyPort, password: users.probe, times });
  });
  after(async () => {
    // What an earlier step did not start is not there.
    for (const one of [probe, proxy, collector, query] as ({ stop: () => Promise<unknown> } | undefined)[]) {
      await one?.stop();
    }
    await (node as RealNode | undefined)?.close();
  });

  const counts = async (): Promise<Counts> => countsOf(await probe.metrics());

  /** Waits until so many more rounds have ended like that. */
  async function more(what: keyof Counts, number: number): Promise<void> {
    const before = await counts();
    const enough = async (): Promise<boolean> => (await counts())[what] >= before[what] + number;
    assert.ok(
      await until(enough, 120_000, 200),
      `${what}: ${JSON.stringify(await counts())}\n${probe.log().slice(-1500)}`,
    );
  }

  /**
   * Breaks something, and waits until rounds fail for the reason and for no other; repairs it, and waits until they
   * succeed again.
   */
  async function failsWith(
    reason: Reason,
    word: RegExp,
    fault: () => Promise<void> | void,
    repair: () => Promise<void> | void,
  ): Promise<void> {
    try {
      await fault();
      await more(reason, 1);
      // What had begun before has ended by then.
      await more("rounds", times.readDeadlineSeconds / times.intervalSeconds + 2);
      const [before, logBefore] = [await counts(), probe.log().length];
      await more("rounds", 3);
      const after = await counts();
      for (const other of reasons.filter((one) => one !== reason)) assert.equal(after[other], before[other]);
      assert.equal(after.successes, before.successes);
      assert.ok(after[reason] >= before[reason] + 3);
      const lines = probe.log().slice(logBefore).trim().split("\n");
      assert.match(lines[0] ?? "", new RegExp(`^round failed \\(${reason}\\): (POST|GET) http://127`));
      assert.match(lines[0] ?? "", word);
    } finally {
      await repair();
    }
    const logFailed = probe.log().length;
    await more("successes", 2);
    // What failed before the repair has ended by then.
    await more("rounds", times.readDeadlineSeconds / times.intervalSeconds + 2);
    const well = await counts();
    await more("successes", 2);
    const afterwards = await counts();
    for (const one of reasons) assert.equal(afterwards[one], well[one]);
    assert.match(probe.log().slice(logFailed), /^a round succeeds again, after \d+ that failed$/m);
  }

  it("succeeds round after round, measures how fresh traces are, is refused without a login, and logs nothing", async () => {
    const logged = probe.log();
    await more("successes", 5);
    const metrics = await probe.metrics();
    const { rounds, successes, open } = countsOf(metrics);
    assert.equal(successes, rounds);
    assert.equal(open, 0);
    const freshness = (part: string, ...labels: string[]): number =>
      counter(metrics, `tracing_probe_freshness_seconds_${part}`, ...labels);
    const [seconds, count] = [freshness("sum"), freshness("count")];
    assert.equal(count, successes);
    assert.equal(freshness("bucket", 'le="30"'), successes);
    // Elasticsearch makes documents visible after a second: a mean near 0 would be a trace that was not waited for.
    assert.ok(seconds / count > 0.05 && seconds / count < times.readDeadlineSeconds);
    assert.equal(counter(metrics, "tracing_probe_write_seconds_count"), countsOf(metrics).acknowledged);
    const last = counter(metrics, "tracing_probe_last_success_timestamp_seconds");
    assert.ok(Math.abs(Date.now() / 1000 - last) < 10);
    assert.equal(probe.log(), logged);
    process.stdout.write(
      `      ${count} traces could be read after ${(seconds / count).toFixed(2)} s in the mean\n`,
    );
  });

  it("is no error in Jaeger's own metrics while its traces are not there yet", async () => {
    // While the very first span makes the index, reads of it may fail.
    const before = await query.metrics();
    await more("successes", 5);
    const after = await query.metrics();
    const growth = (name: string, label: string): number =>
      counter(after, name, label) - counter(before, name, label);
    assert.ok(growth("jaeger_storage_requests_total", 'operation="get_trace') >= 5);
    assert.equal(growth("jaeger_storage_requests_total", 'result="err"'), 0);
    assert.equal(growth("http_server_request_duration_seconds_count", 'status_code="5'), 0);
  });

  it("is the service nova-tracing-probe, with a span without attributes", async () => {
    const ask = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${query.portOf("queryHttp")}${path}`);
    assert.deepEqual(await (await ask("/api/v3/services")).json(), { services: ["nova-tracing-probe"] });
    const found = await ask("/api/traces?service=nova-tracing-probe&limit=1");
    const { data } = (await found.json()) as {
      data: { spans: { operationName: string; tags: { key: string }[] }[] }[];
    };
    const [span] = data[0]?.spans ?? [];
    assert.equal(span?.operationName, "write and read back");
    // Jaeger adds some of its own.
    const own = span.tags.map(({ key }) => key).filter((key) => !/^(otel|span|internal)\./.test(key));
    assert.deepEqual(own, []);
  });

  it("tells of a collector that is away: ingest", async () => {
    await failsWith(
      "ingest",
      /\/v1\/traces: connect ECONNREFUSED/,
      () => collector.stop(),
      async () => {
        collector = await jaeger("collector", collector);
      },
    );
  });

  it("tells of an Elasticsearch that is away: storage", async () => {
    await failsWith(
      "storage",
      /\/api\/v3\/traces\/[0-9a-f]{32}: 500 \{"error":/,
      () => node.kill(),
      () => node.start(),
    );
  });

  it("tells of a jaeger-query that is away behind its proxy: query", async () => {
    await failsWith(
      "query",
      /\/api\/v3\/traces\/[0-9a-f]{32}: 502 /,
      () => query.stop(),
      async () => {
        query = await jaeger("query", query);
      },
    );
  });

  it("tells of a proxy that is away: query", async () => {
    await failsWith(
      "query",
      /: connect ECONNREFUSED/,
      () => proxy.stop(),
      async () => {
        proxy = await startOwnProxy();
      },
    );
  });

  it("tells of a password that is refused, and reads it anew: auth", async () => {
    await failsWith(
      "auth",
      /: 401 /,
      () => {
        probe.setPassword("another");
      },
      () => {
        probe.setPassword(`${users.probe}\n`);
      },
    );
    assert.equal((await counts()).open, 0);
  });

  it("ends at once when it is told to, with a round under way", async () => {
    const another = await startProbe({
      collectorPort: collector.portOf("otlpHttp"),
      queryPort: proxyPort,
      password: users.probe,
    });
    const begun = Date.now();
    assert.equal(await another.stop(), 0);
    assert.ok(Date.now() - begun < 2000);
  });

  it("counts the answers that come without a login, where the query API itself is in the proxy's place", async () => {
    const open = await startProbe({
      collectorPort: collector.portOf("otlpHttp"),
      queryPort: query.portOf("queryHttp"),
      password: users.probe,
      times,
    });
    try {
      const isCounted = async (): Promise<boolean> => countsOf(await open.metrics()).open >= 3;
      assert.ok(await until(isCounted, 30_000, 200), open.log());
      const { rounds, successes } = countsOf(await open.metrics());
      assert.equal(successes, rounds, "whoever is let in without a password is let in with one");
      assert.match(open.log(), /^Jaeger answers without a login: GET http:/m);
      // Also while there is no trace to read: it says so, and should not.
      await collector.stop();
      const before = countsOf(await open.metrics());
      const isOpenStill = async (): Promise<boolean> => {
        const now = countsOf(await open.metrics());
        return now.ingest >= before.ingest + 3 && now.open >= before.open + 3;
      };
      assert.ok(await until(isOpenStill, 30_000, 200), open.log());
    } finally {
      await open.stop();
      collector = await jaeger("collector", collector);
    }
    await more("successes", 3);
  });

  // The identity provider is a stand-in (support/identityProvider.ts): nobody signs in there.
  describe("beside single sign-on, with production's arguments of the proxy", () => {
    let provider: IdentityProviderStandIn;
    let signOn: RunningProxy;
    let port: number;
    before(async () => {
      [provider, port] = await Promise.all([startIdentityProvider(), freePort()]);
      signOn = await startProxy({
        access: { ...oauth2Access, issuerUrl: provider.issuerUrl },
        users: { probe: users.probe },
        upstreamPort: query.portOf("queryHttp"),
        port,
      });
    });
    after(async () => {
      await (signOn as RunningProxy | undefined)?.stop();
      await (provider as IdentityProviderStandIn | undefined)?.stop();
    });

    const services = "/api/v3/services";
    const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${signOn.url}${path}`, { redirect: "manual", ...init });
    const login = (user: string, password: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
    });
    const form = (username: string, password: string): Promise<Response> =>
      ask("/oauth2/sign_in", { method: "POST", body: new URLSearchParams({ username, password }) });
    const leadsToTheProvider = (answer: Response): void => {
      assert.equal(answer.status, 302);
      const location = new URL(answer.headers.get("location") ?? "");
      assert.equal(`${location.origin}${location.pathname}`, `${provider.issuerUrl}/authorize`);
      assert.equal(location.searchParams.get("client_id"), oauth2Access.clientId);
    };

    it("the probe comes in by its password, though it has no e-mail address of the domains", async () => {
      assert.equal((await ask(services, { headers: login("probe", users.probe) })).status, 200);
      const another = await startProbe({
        collectorPort: collector.portOf("otlpHttp"),
        queryPort: port,
        password: users.probe,
        times,
      });
      try {
        const works = async (): Promise<boolean> => countsOf(await another.metrics()).successes >= 3;
        assert.ok(await until(works, 30_000, 200), another.log());
        another.setPassword("another");
        const refused = async (): Promise<boolean> => countsOf(await another.metrics()).auth >= 2;
        assert.ok(await until(refused, 30_000, 200), another.log());
        const { rounds, successes, auth, open } = countsOf(await another.metrics());
        assert.deepEqual([rounds, open], [successes + auth, 0]);
      } finally {
        await another.stop();
      }
    });

    it("people are sent to the identity provider: without a password, with a wrong one, and for the form", async () => {
      for (const path of ["/", "/search", services]) leadsToTheProvider(await ask(path));
      leadsToTheProvider(await ask(services, { headers: login("probe", "another") }));
      leadsToTheProvider(await ask(services, { headers: login("nova", users.nova) }));
      leadsToTheProvider(await ask("/oauth2/sign_in"));
      leadsToTheProvider(await form("probe", "another"));
      leadsToTheProvider(await form("nova", users.nova));
    });

    it("a program without a password is refused", async () => {
      assert.equal((await ask(services, { headers: { accept: "application/json" } })).status, 401);
    });

    // docs/probe.md says so. The form is hidden, and what it posts to is not.
    it("who has the probe's password gets a cookie for it too", async () => {
      const answer = await form("probe", users.probe);
      assert.equal(answer.status, 302);
      const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
      assert.ok(cookies.some((cookie) => /^_oauth2_proxy=./.test(cookie)));
      assert.equal((await ask(services, { headers: { cookie: cookies.join("; ") } })).status, 200);
    });
  });
});
