import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { at, isMapping, mapping } from "../../support/document";
import { noted, restore, templateWithoutSettings } from "./lifecycleSettings";
import type { Answer, RealNode } from "./node";

/** A proxy that answers for index lifecycle management. */
export interface LifecycleStandIn {
  readonly url: string;
  /** Requests that changed something and succeeded, in order: `PUT /_ilm/policy/x`. */
  readonly changes: string[];
  /** Lifecycle policies by name. */
  readonly policies: Map<string, unknown>;
  /** What ILM does at a rollover: a real `_rollover`, and the mark on the index that takes no writes any more. */
  readonly rollOver: (writeAlias: string) => Promise<void>;
  /** The `index.lifecycle` settings of an index. */
  readonly lifecycleOf: (index: string) => Promise<Record<string, unknown>>;
  readonly close: () => Promise<void>;
}

/**
 * A stand-in for the module of ILM, which the node of these tests lacks: it answers `_ilm/policy` and `_ilm/status`
 * itself, and keeps the `index.lifecycle.*` settings of templates and indices in the `_meta` of their mappings. Whether a user may ask for a
 * policy is the real node's to say; all else goes there unchanged. It does not prove that ILM takes a policy, that
 * Elasticsearch takes those settings, or that anything is rolled over or deleted.
 */
export async function startLifecycleStandIn(node: RealNode): Promise<LifecycleStandIn> {
  const changes: string[] = [];
  const policies = new Map<string, unknown>();

  const ask = async (request: Question, headers: http.IncomingHttpHeaders): Promise<Reply> =>
    forward(node.url, request, headers);

  /** What the real node says about a cluster privilege of whoever asks. */
  async function refusal(
    action: string,
    privilege: string,
    headers: http.IncomingHttpHeaders,
  ): Promise<Reply | undefined> {
    const reply = await ask(
      { method: "POST", path: "/_security/user/_has_privileges", body: { cluster: [privilege] } },
      headers,
    );
    if (reply.status !== 200) return reply;
    if (at(reply.body, "has_all_requested") === true) return undefined;
    const user = String(at(reply.body, "username"));
    const reason = `action [${action}] is unauthorized for user [${user}]: it takes ${privilege}`;
    return { status: 403, body: { error: { type: "security_exception", reason }, status: 403 } };
  }

  async function policyRequest(question: Question, headers: http.IncomingHttpHeaders): Promise<Reply> {
    const name = question.path.split("/").at(-1) ?? "";
    const isQuestion = question.method === "GET";
    const refused = isQuestion
      ? await refusal("cluster:admin/ilm/get", "read_ilm", headers)
      : await refusal("cluster:admin/ilm/put", "manage_ilm", headers);
    if (refused !== undefined) return refused;
    if (!isQuestion) {
      policies.set(name, at(question.body, "policy"));
      return { status: 200, body: { acknowledged: true } };
    }
    const policy = policies.get(name);
    if (policy !== undefined) return { status: 200, body: { [name]: { version: 1, policy } } };
    const error = { type: "resource_not_found_exception", reason: `Lifecycle policy not found: ${name}` };
    return { status: 404, body: { error, status: 404 } };
  }

  async function answer(question: Question, headers: http.IncomingHttpHeaders): Promise<Reply> {
    const { method, path, body } = question;
    const [place = "", query = ""] = path.split("?");
    if (place === "/_ilm/status") {
      const refused = await refusal("cluster:admin/ilm/operation_mode/get", "read_ilm", headers);
      return refused ?? { status: 200, body: { operation_mode: "RUNNING" } };
    }
    if (place.startsWith("/_ilm/policy/")) return policyRequest(question, headers);
    if (place.startsWith("/_index_template/") && method === "PUT") {
      return ask({ ...question, body: templateWithoutSettings(body) }, headers);
    }
    if (place.startsWith("/_index_template/") && method === "GET") {
      const reply = await ask(question, headers);
      for (const entry of (at(reply.body, "index_templates") as unknown[] | undefined) ?? []) {
        restore(mapping(entry, "index_template", "template"));
      }
      return reply;
    }
    if (place.endsWith("/_settings") && method === "PUT" && isMapping(body)) {
      return settingsRequest(place.slice(1, -"/_settings".length), body, headers);
    }
    if (method === "GET" && query.includes("settings.index.lifecycle")) {
      const reply = await ask(
        { ...question, path: path.replace("*.settings.index.lifecycle", "*.mappings._meta") },
        headers,
      );
      if (reply.status === 200 && isMapping(reply.body)) {
        for (const index of Object.values(reply.body)) if (isMapping(index)) restore(index);
      }
      return reply;
    }
    return ask(question, headers);
  }

  async function settingsRequest(
    target: string,
    settings: Record<string, unknown>,
    headers: http.IncomingHttpHeaders,
  ): Promise<Reply> {
    const prefix = "index.lifecycle.";
    const change = Object.entries(settings).filter(([key]) => key.startsWith(prefix));
    const rest = Object.entries(settings).filter(([key]) => !key.startsWith(prefix));
    for (const index of change.length === 0 ? [] : target.split(",")) {
      const reply = await ask({ method: "GET", path: `/${index}/_mapping` }, headers);
      if (reply.status !== 200) return reply;
      const own = Object.fromEntries(change.map(([key, value]) => [key.slice(prefix.length), value]));
      const body = { _meta: noted(at(reply.body, index, "mappings", "_meta"), own) };
      const put = await ask({ method: "PUT", path: `/${index}/_mapping`, body }, headers);
      if (put.status !== 200) return put;
    }
    if (rest.length === 0 && change.length > 0) return { status: 200, body: { acknowledged: true } };
    return ask({ method: "PUT", path: `/${target}/_settings`, body: Object.fromEntries(rest) }, headers);
  }

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "" } = request;
      const question: Question = { method, path, ...parsed(Buffer.concat(chunks)) };
      answer(question, request.headers).then(
        ({ status, body, headers = {} }) => {
          if (!["GET", "HEAD"].includes(method) && status < 300) changes.push(`${method} ${path}`);
          response.writeHead(status, {
            "content-type": "application/json",
            "x-elastic-product": "Elasticsearch",
            ...headers,
          });
          response.end(body === undefined ? "" : JSON.stringify(body));
        },
        // The node does not answer: nor does the stand-in.
        () => request.socket.destroy(),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authorization = `Basic ${Buffer.from(`elastic:${node.password}`).toString("base64")}`;
  const administrator = (question: Question): Promise<Reply> => answer(question, { authorization });
  return {
    url,
    changes,
    policies,
    rollOver: async (writeAlias) => {
      const reply = await administrator({ method: "POST", path: `/${writeAlias}/_rollover` });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
      await administrator({
        method: "PUT",
        path: `/${String(at(reply.body, "old_index"))}/_settings`,
        body: { "index.lifecycle.indexing_complete": "true" },
      });
    },
    lifecycleOf: async (index) => {
      const { body } = await administrator({
        method: "GET",
        path: `/${index}?filter_path=*.settings.index.lifecycle`,
      });
      return mapping(Object.values(mapping(body))[0], "settings", "index", "lifecycle");
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

interface Reply extends Answer {
  readonly headers?: Record<string, string>;
}

function parsed(bytes: Buffer): { readonly body?: unknown } {
  return bytes.length === 0 ? {} : { body: JSON.parse(bytes.toString("utf8")) as unknown };
}

async function forward(
  address: string,
  { method, path, body }: Question,
  { authorization }: http.IncomingHttpHeaders,
): Promise<Reply> {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    ...(text === "" ? { body: undefined } : { body: JSON.parse(text) as unknown }),
  };
}
