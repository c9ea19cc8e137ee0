import { at } from "../../support/document";

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
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, body: isJson && text !== "" ? (JSON.parse(text) as unknown) : text };
  };
}
