/** What Elasticsearch answered; a body that is no JSON comes as text. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks as one user. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

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
