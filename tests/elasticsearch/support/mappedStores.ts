import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { spanTemplate, type SpanTemplate } from "../../../components/elasticsearch/spanMapping";
import { retention, type RetentionMechanism } from "../../../components/elasticsearch/retention";
import type { NamedDocument } from "../../../components/elasticsearch/bootstrap/plan";
import type { Span } from "../../../bench/storage/spans";
import { sendSpans } from "../../../bench/storage/otlp";
import { until } from "../../../sandbox/support/process";
import { at } from "../../support/document";
import { countDocuments } from "./ask";
import { startJaeger, type RunningJaeger } from "./jaeger";
import type { RealNode } from "./node";
import type { Login } from "./roles";

const script = path.resolve(__dirname, "../../../components/elasticsearch/bootstrap/script");
const load = createRequire(__filename);
const { Client } = load(path.join(script, "client.js")) as {
  Client: new (
    url: string,
    login: { username: string; passwordFile: string },
    patience: { deadline: number; pauseMilliseconds: number },
  ) => unknown;
};
const { putSpanTemplate } = load(path.join(script, "spanTemplate.js")) as {
  putSpanTemplate: (client: unknown, template: NamedDocument<SpanTemplate>) => Promise<void>;
};

/** Our template, for one shard and no further copy. */
export function templateFor(
  indexPrefix: string,
  mechanism: RetentionMechanism = "cleaner",
): NamedDocument<SpanTemplate> {
  return spanTemplate({
    indexPrefix,
    shards: 1,
    copies: 0,
    retention: retention(30, mechanism),
    lifecyclePolicy: `${indexPrefix}-jaeger-ilm-policy`,
  });
}

/** Puts a template with the step of the bootstrap's own program, as the administrator. */
export async function bootstrapTemplate(
  node: RealNode,
  template: NamedDocument<SpanTemplate>,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-template-"));
  try {
    const passwordFile = path.join(folder, "password");
    fs.writeFileSync(passwordFile, node.password);
    const patience = { deadline: Date.now() + 20_000, pauseMilliseconds: 200 };
    await putSpanTemplate(new Client(node.url, { username: "elastic", passwordFile }, patience), template);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A collector and a query on the same indices. */
export interface Store {
  readonly indexPrefix: string;
  /** Has the collector write spans, and waits until all are there. */
  readonly write: (spans: readonly Span[]) => Promise<void>;
  /** What Jaeger's HTTP API answers: its `data`. */
  readonly query: (path: string) => Promise<unknown[]>;
  readonly stop: () => Promise<void>;
}

/** Starts Jaeger 2.13 on indices of a prefix. @param settings by default dated indices, as the administrator */
export async function openStore(
  node: RealNode,
  indexPrefix: string,
  settings: { readonly mechanism?: RetentionMechanism; readonly login?: Login } = {},
): Promise<Store> {
  const { login = { username: "elastic", password: node.password }, mechanism = "cleaner" } = settings;
  const access = { url: node.url, ...login, indexPrefix, mechanism };
  const running: RunningJaeger[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((jaeger) => jaeger.stop()));
  };
  const start = async (role: "collector" | "query"): Promise<RunningJaeger> => {
    const jaeger = await startJaeger({ ...access, role });
    running.push(jaeger);
    return jaeger;
  };
  let collector: RunningJaeger;
  let query: RunningJaeger;
  try {
    collector = await start("collector");
    query = await start("query");
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    indexPrefix,
    stop,
    async write(spans) {
      await sendSpans(`127.0.0.1:${collector.portOf("otlpHttp")}`, spans);
      const all = async (): Promise<boolean> =>
        (await countDocuments(node.ask, `${indexPrefix}-jaeger-span-*`)) === spans.length;
      if (!(await until(all, 20_000, 200))) throw new Error(`${indexPrefix}: spans are missing`);
    },
    async query(where) {
      const url = `http://127.0.0.1:${query.portOf("queryHttp")}${where}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      const body = await response.text();
      if (!response.ok) throw new Error(`${where}: ${response.status} ${body}`);
      return (at(JSON.parse(body), "data") ?? []) as unknown[];
    },
  };
}
