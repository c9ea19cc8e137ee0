import assert from "node:assert/strict";
import * as path from "node:path";
import type { RetentionMechanism } from "../../../components/elasticsearch/retention";
import { snapshotDocuments } from "../../../components/elasticsearch/snapshots";
import { run, until } from "../../../sandbox/support/process";
import { findTrace } from "../../../sandbox/trace/query";
import { at, mapping } from "../../support/document";
import { sendTrace } from "../../support/sentTrace";
import { startJaeger, type RunningJaeger } from "./jaeger";
import type { RealNode } from "./node";
import { RunbookShell, type CodeBlocks, type SectionRun } from "./runbook";

const dayMs = 24 * 3600 * 1000;
/** As a stack has them; a folder stands for the bucket, and nothing runs the schedule. */
const settings = {
  bucket: "nova-snapshots",
  schedule: "0 30 1 * * ?",
  accessKey: "unused",
  secretKey: "unused",
};

/** A Jaeger 2.13, whose indices a test loses and brings back by the runbook. */
export class LostJaeger {
  private collector: RunningJaeger | undefined;
  private query: RunningJaeger | undefined;
  readonly sectionsRun: string[] = [];
  private readonly shell: RunbookShell;

  constructor(
    private readonly node: RealNode,
    runbook: CodeBlocks,
    private readonly prefix: string,
    private readonly mechanism: RetentionMechanism,
  ) {
    const values = {
      "prefix=nova": `prefix=${prefix}`,
      "=nova-jaeger-span-000041": `=${prefix}-jaeger-span-000002`,
    };
    this.shell = new RunbookShell(node, runbook, values);
  }

  async startCollector(): Promise<void> {
    this.collector = await this.start("collector");
  }

  async startQuery(): Promise<void> {
    this.query = await this.start("query");
  }

  async stopCollector(): Promise<void> {
    await this.collector?.stop();
    this.collector = undefined;
  }

  async stop(): Promise<void> {
    await this.stopCollector();
    await this.query?.stop();
  }

  /** Sends a trace that began some days ago. @returns its ID, once the collector has taken it */
  async send(daysAgo = 0): Promise<string> {
    assert.ok(this.collector);
    const address = `127.0.0.1:${this.collector.portOf("otlpHttp")}`;
    const startMs = Date.now() - daysAgo * dayMs;
    const { traceId } = await sendTrace(address, { service: "a-service", spans: 3, startMs });
    return traceId;
  }

  /** Sends a trace, and waits until it is found. @returns its ID */
  async write(daysAgo = 0): Promise<string> {
    const traceId = await this.send(daysAgo);
    await this.assertFound(traceId);
    return traceId;
  }

  async assertFound(traceId: string): Promise<void> {
    const address = `http://127.0.0.1:${this.query?.portOf("queryHttp") ?? 0}`;
    const isFound = async (): Promise<boolean> => (await findTrace(address, traceId)).length === 3;
    assert.ok(await until(isFound, 20_000, 300), `trace ${traceId} was not found`);
  }

  /** One section of the runbook. @throws where Elasticsearch refuses one of its requests */
  async section(heading: string): Promise<SectionRun> {
    const done = await this.shell.run(heading);
    this.sectionsRun.push(heading);
    assert.ok(done.requests.length > 0);
    const refused = done.requests.filter(({ status }) => status >= 300);
    assert.deepEqual(refused, [], done.output);
    return done;
  }

  async ask(method: string, where: string, body?: unknown): Promise<unknown> {
    const answer = await this.node.ask(method, where, body);
    assert.ok(answer.status < 300, `${method} ${where}: ${JSON.stringify(answer)}`);
    return answer.body;
  }

  /** When each of the indices was made, by its name. */
  async indices(): Promise<Record<string, unknown>> {
    const found = mapping(await this.ask("GET", `/${this.prefix}-jaeger-*/_settings`));
    return Object.fromEntries(
      Object.entries(found).map(([name, index]) => [name, at(index, "settings", "index", "creation_date")]),
    );
  }

  /** A snapshot with the body that production's policy has, into a folder. */
  async takeSnapshot(name: string): Promise<unknown> {
    const { policy, repository } = snapshotDocuments(this.prefix, settings);
    const location = path.join(this.node.repository, this.prefix);
    await this.ask("PUT", `/_snapshot/${repository.name}`, { type: "fs", settings: { location } });
    const where = `/_snapshot/${repository.name}/${name}?wait_for_completion=true`;
    return at(await this.ask("PUT", where, mapping(policy.body, "config")), "snapshot");
  }

  /** Loses every index. */
  async wipe(): Promise<void> {
    for (const name of Object.keys(await this.indices())) await this.ask("DELETE", `/${name}`);
  }

  /** Runs one of Jaeger's tools. */
  async tool(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const own = { INDEX_PREFIX: this.prefix, ES_USERNAME: "elastic", ES_PASSWORD: this.node.password };
    const { stderr, stdout } = await run(command, [...args, this.node.url], {
      env: { ...process.env, ...own, ...env },
    });
    return stdout + stderr;
  }

  private async start(role: "collector" | "query"): Promise<RunningJaeger> {
    const { password, url } = this.node;
    const { mechanism, prefix: indexPrefix } = this;
    return startJaeger({ role, url, username: "elastic", password, indexPrefix, mechanism });
  }
}
