import assert from "node:assert/strict";
import { at, list, text } from "../../support/document";

/** What Elasticsearch answered; a body that is no JSON comes as text. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks as one user. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

/**
 * How many documents of some indices are found, those too that came just now; none where no index is there.
 * @param query such as `traceID:1`
 */
export async function countDocuments(ask: Ask, indices: string, query?: string): Promise<number> {
  await ask("POST", `/${indices}/_refresh`);
  const { body } = await ask("GET", `/${indices}/_count${query === undefined ? "" : `?q=${query}`}`);
  return Number(at(body, "count") ?? 0);
}

/** The ids of the spans of some indices, one for each time that they are stored. @param query @default all of them */
export async function storedSpanIds(
  ask: Ask,
  indices: string,
  query: object = { match_all: {} },
): Promise<string[]> {
  await ask("POST", `/${indices}/_refresh`);
  const ids: string[] = [];
  // An answer has 10,000 at the most.
  for (let last: unknown; ;) {
    const { status, body } = await ask("POST", `/${indices}/_search`, {
      size: 10_000,
      _source: ["spanID"],
      query,
      sort: [{ spanID: "asc" }],
      ...(last === undefined ? {} : { search_after: last }),
    });
    assert.equal(status, 200, JSON.stringify(body));
    const hits = list(body, "hits", "hits");
    if (hits.length === 0) return ids;
    ids.push(...hits.map((hit) => text(hit, "_source", "spanID")));
    last = at(hits.at(-1), "sort");
  }
}

/** Asks a node. A body that is text goes as newline-delimited JSON, any other as JSON. */
export function asker(url: string, username: string, password: string): Ask {
  return async (method, path, body) => {
    const isText = typeof body === "string";
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
        "content-type": isText ? "application/x-ndjson" : "application/json",
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      body: isJson && answer !== "" ? (JSON.parse(answer) as unknown) : answer,
    };
  };
}
