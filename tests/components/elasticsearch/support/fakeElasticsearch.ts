import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { isMapping } from "../../../support/document";

/**
 * A stand-in for Elasticsearch: the few answers that the bootstrap's program asks for, in memory and without TLS. What
 * it answers follows Elasticsearch's documentation; it does not prove that a real node agrees.
 */

export interface FakeAlias {
  is_write_index?: boolean;
}

export interface FakeIndex {
  readonly aliases: Record<string, FakeAlias>;
  /** `index.lifecycle` */
  readonly lifecycle: Record<string, string>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Template {
  readonly index_patterns: readonly string[];
  /** @default 0 */
  readonly priority?: number;
  readonly _meta?: Readonly<Record<string, unknown>>;
  readonly template: {
    readonly aliases?: Record<string, FakeAlias>;
    readonly settings: { readonly index: Record<string, unknown> };
    readonly mappings?: unknown;
  };
}

export class FakeElasticsearch {
  readonly indices = new Map<string, FakeIndex>();
  readonly templates = new Map<string, Template>();
  readonly policies = new Map<string, unknown>();
  readonly roles = new Map<string, unknown>();
  readonly users = new Map<string, { password: string; roles: string[] }>();
  readonly repositories = new Map<string, unknown>();
  readonly snapshotPolicies = new Map<string, unknown>();
  /** Every request that changed something, as `PUT /_ilm/policy/x`. */
  readonly changes: string[] = [];
  /** Answers to give before it is itself: a slow start. */
  readonly startingAnswers: number[] = [];
  /** Statuses to answer first when a path is asked for. */
  readonly stumbles = new Map<string, number[]>();
  version = "8.19.13";
  administratorPassword = "administrator-password";
  #server: http.Server | undefined;

  async listen(): Promise<string> {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const { status, body } = this.#answer(
          request,
          text === "" ? undefined : (JSON.parse(text) as unknown),
        );
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** An index as a template would make it, and then as the test wants it. */
  addIndex(name: string, aliases: Record<string, FakeAlias>, lifecycle: Record<string, string> = {}): void {
    this.indices.set(name, { aliases: structuredClone(aliases), lifecycle: { ...lifecycle } });
  }

  /** The one template that a new index is made by. */
  #templateFor(name: string): Template | undefined {
    return [...this.templates.values()]
      .filter(({ index_patterns: patterns }) => patterns.some((pattern) => fits(pattern, name)))
      .sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0))[0];
  }

  /** What `PUT /<index>` does: the template that fits, and on top what the request says. */
  createIndex(name: string, aliases: Record<string, FakeAlias> = {}): Answer {
    if (this.indices.has(name) || this.#holders(name).length > 0) {
      return refused(400, "resource_already_exists_exception", name);
    }
    const own: FakeIndex = { aliases: {}, lifecycle: {} };
    const template = this.#templateFor(name)?.template;
    Object.assign(own.aliases, structuredClone(template?.aliases ?? {}));
    Object.assign(own.lifecycle, template?.settings.index.lifecycle ?? {});
    this.indices.set(name, own);
    return this.alias(
      Object.entries(aliases).map(([alias, more]) => ({ add: { index: name, alias, ...more } })),
    );
  }

  /** What `POST /_aliases` does: all of it or nothing. */
  alias(
    actions: readonly Record<string, { index: string; alias: string; is_write_index?: boolean }>[],
  ): Answer {
    const before = structuredClone(Object.fromEntries(this.indices)) as Record<string, FakeIndex>;
    for (const action of actions) {
      const [[verb, { index, alias, is_write_index: flag }] = ["", { index: "", alias: "" }]] =
        Object.entries(action);
      const target = this.indices.get(index);
      if (target === undefined) return refused(404, "index_not_found_exception", `no such index [${index}]`);
      if (this.indices.has(alias)) {
        return refused(400, "invalid_alias_name_exception", `an index exists with the name [${alias}]`);
      }
      if (verb === "remove") Reflect.deleteProperty(target.aliases, alias);
      else target.aliases[alias] = flag === undefined ? {} : { is_write_index: flag };
      const writers = this.#holders(alias).filter((name) => this.writes(name, alias));
      if (writers.length > 1) {
        this.indices.clear();
        for (const [name, old] of Object.entries(before)) this.indices.set(name, old);
        return refused(400, "illegal_state_exception", `alias [${alias}] has more than one write index`);
      }
    }
    return acknowledged;
  }

  /** What ILM does: a new write index, and the old one is never written to again. */
  rollOver(family: string): void {
    const alias = `${family}-write`;
    const old = this.#holders(alias).find((name) => this.writes(name, alias));
    if (old === undefined) throw new Error(`${alias} has no write index`);
    const next = `${family}-${String(Number(old.slice(-6)) + 1).padStart(6, "0")}`;
    const index = this.indices.get(old);
    if (index === undefined) throw new Error(old);
    index.aliases[alias] = { is_write_index: false };
    index.lifecycle.indexing_complete = "true";
    this.createIndex(next, { [alias]: { is_write_index: true } });
  }

  writes(index: string, alias: string): boolean {
    return this.indices.get(index)?.aliases[alias]?.is_write_index === true;
  }

  #holders(alias: string): string[] {
    return [...this.indices].filter(([, { aliases }]) => alias in aliases).map(([name]) => name);
  }

  #answer(request: http.IncomingMessage, body: unknown): Answer {
    const { method = "", url = "" } = request;
    const starting = this.startingAnswers.shift();
    if (starting !== undefined) return refused(starting, "starting", "not yet");
    const user = this.#userOf(request.headers.authorization ?? "");
    if (user === undefined) return refused(401, "security_exception", "unable to authenticate user");
    const [path = "", query = ""] = url.split("?");
    const [, first = "", ...rest] = path.split("/").map(decodeURIComponent);
    const stumble = this.stumbles.get(path)?.shift();
    if (stumble !== undefined) return refused(stumble, "stumbled", path);
    if (method !== "GET") this.changes.push(`${method} ${path}`);
    const change = isMapping(body) ? body : {};
    if (path === "/") return found({ version: { number: this.version }, cluster_name: "fake" });
    if (path === "/_cluster/health") return found({ status: "green" });
    if (path === "/_security/_authenticate") return found({ username: user });
    if (user !== "elastic") return refused(403, "security_exception", `${method} ${path} is unauthorized`);
    const name = rest.at(-1) ?? "";
    switch (rest.length === 0 ? first : `${first}/${rest.slice(0, -1).join("/")}`) {
      case "_security/role":
        return this.#put(this.roles, name, body);
      case "_security/user":
        if (method === "DELETE") return this.users.delete(name) ? found({}) : refused(404, "missing", name);
        return this.#put(this.users, name, change as { password: string; roles: string[] });
      case "_ilm/policy":
        if (method === "PUT") return this.#put(this.policies, name, change.policy);
        return found({ [name]: { version: 1, policy: this.policies.get(name) } });
      case "_snapshot/":
        return this.#put(this.repositories, name, body);
      case "_slm/policy":
        return this.#put(this.snapshotPolicies, name, body);
      case "_index_template/":
        return this.#template(method, name, change);
      case "_index_template/_simulate_index":
        return found({ template: this.#templateFor(name)?.template, overlapping: [] });
      case "_index_template":
        return found({
          index_templates: [...this.templates].map(([one, template]) => ({
            name: one,
            index_template: template,
          })),
        });
      case "_alias/":
        return this.#aliasAnswer(name);
      case "_aliases":
        return this.alias(change.actions as never);
    }
    if (name === "_settings") return this.#settings(first.split(","), change);
    if (method === "PUT")
      return this.createIndex(first, change.aliases as Record<string, FakeAlias> | undefined);
    return this.#list(first, query);
  }

  #userOf(authorization: string): string | undefined {
    const [user = "", password = ""] = Buffer.from(authorization.slice(6), "base64").toString().split(":");
    const expected = user === "elastic" ? this.administratorPassword : this.users.get(user)?.password;
    return password === expected ? user : undefined;
  }

  #put<Value>(map: Map<string, Value>, name: string, value: Value): Answer {
    map.set(name, value);
    return acknowledged;
  }

  #template(method: string, name: string, body: unknown): Answer {
    if (method === "PUT") return this.#put(this.templates, name, body as Template);
    const template = this.templates.get(name);
    if (template === undefined) return refused(404, "resource_not_found_exception", name);
    // Newer releases add this, and refuse it when it comes back.
    return found({ index_templates: [{ name, index_template: { ...template, created_date_millis: 1 } }] });
  }

  #aliasAnswer(name: string): Answer {
    const holders = this.#holders(name).map((index): [string, unknown] => {
      const flags = this.indices.get(index)?.aliases[name];
      return [index, { aliases: { [name]: flags } }];
    });
    if (holders.length === 0) return { status: 404, body: { error: `alias [${name}] missing`, status: 404 } };
    return found(Object.fromEntries(holders));
  }

  #settings(names: readonly string[], change: Record<string, unknown>): Answer {
    for (const name of names) {
      const index = this.indices.get(name);
      if (index === undefined) return refused(404, "index_not_found_exception", name);
      for (const [key, value] of Object.entries(change)) {
        index.lifecycle[key.replace("index.lifecycle.", "")] = String(value);
      }
    }
    return acknowledged;
  }

  /** Indices and their aliases, with what is empty left out, as `filter_path` does. */
  #list(pattern: string, query: string): Answer {
    const wanted = new URLSearchParams(query).get("filter_path") ?? "";
    const entries = [...this.indices].flatMap(([name, { aliases, lifecycle }]): [string, unknown][] => {
      const hit = fits(pattern, name) || Object.keys(aliases).some((alias) => fits(pattern, alias));
      if (!hit) return [];
      const settings = {
        ...(Object.keys(lifecycle).length > 0 ? { lifecycle } : {}),
        ...(wanted.includes("settings.index.uuid") ? { uuid: "u" } : {}),
      };
      const body = {
        ...(Object.keys(aliases).length > 0 ? { aliases } : {}),
        ...(Object.keys(settings).length > 0 ? { settings: { index: settings } } : {}),
      };
      return Object.keys(body).length > 0 ? [[name, body]] : [];
    });
    return found(Object.fromEntries(entries));
  }
}

const acknowledged: Answer = { status: 200, body: { acknowledged: true } };

function found(body: unknown): Answer {
  return { status: 200, body };
}

function refused(status: number, type: string, reason: string): Answer {
  return { status, body: { error: { type, reason }, status } };
}

function fits(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name);
}

/**
 * A stand-in for `es-rollover init` with ILM, step for step as the tool's source has it (cmd/es-rollover/app/init, the
 * same in 2.13 and 2.20): templates always, `-000001` unless an index or alias of that name exists, aliases that nobody
 * has.
 */
export function rolloverInit(
  server: FakeElasticsearch,
  {
    families,
    policy,
    shards,
    copies,
  }: { families: readonly string[]; policy: string; shards: number; copies: number },
): void {
  if (!server.policies.has(policy)) throw new Error(`ILM policy ${policy} doesn't exist`);
  for (const family of families) {
    const [read, write, first] = [`${family}-read`, `${family}-write`, `${family}-000001`];
    server.templates.set(family, {
      index_patterns: [`${family}-*`],
      template: {
        aliases: { [read]: {} },
        settings: {
          index: {
            number_of_shards: String(shards),
            number_of_replicas: String(copies),
            lifecycle: { name: policy, rollover_alias: write },
          },
        },
      },
    });
    const taken = (name: string): boolean =>
      server.indices.has(name) || [...server.indices.values()].some(({ aliases }) => name in aliases);
    if (!taken(first)) server.createIndex(first);
    const add = [];
    if (!taken(read)) add.push({ add: { index: first, alias: read } });
    if (!taken(write)) add.push({ add: { index: first, alias: write, is_write_index: true } });
    const { status, body } = server.alias(add);
    if (status !== 200) throw new Error(JSON.stringify(body));
  }
}
