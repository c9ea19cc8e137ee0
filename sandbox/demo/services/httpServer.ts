import { setHttpRoute } from "@nova/opentelemetry-config";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Close } from "./lifecycle";

/** Answers one request; what it returns is sent as JSON with status 200, what it throws as 502. */
export type Handler = (body: string, url: URL) => Promise<object> | object;

/** `POST /path` -> handler. */
export type Routes = Readonly<Record<string, Handler>>;

const MAX_BODY_CHARACTERS = 64 * 1024;

/** Serves the routes and GET /healthz, which makes no span. */
export async function serveHttp(
  host: string,
  port: number,
  routes: Routes,
): Promise<{ port: number; close: Close }> {
  let stopping = false;
  const server = http.createServer((request, response) => {
    const send = (status: number, value: object): void => {
      response.writeHead(status, {
        "content-type": "application/json",
        // A kept connection would hold up the end of the process.
        ...(stopping ? { connection: "close" } : {}),
      });
      response.end(`${JSON.stringify(value)}\n`);
    };
    void answer(request, routes).then(
      ({ status, value }) => {
        send(status, value);
      },
      (error: unknown) => {
        send(502, { error: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        stopping = true;
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(
  request: http.IncomingMessage,
  routes: Routes,
): Promise<{ status: number; value: object }> {
  const url = new URL(request.url ?? "/", "http://service");
  const method = request.method ?? "GET";
  if (method === "GET" && url.pathname === "/healthz") return { status: 200, value: { status: "ok" } };
  const handler = routes[`${method} ${url.pathname}`];
  if (handler === undefined) return { status: 404, value: { error: `no route ${method} ${url.pathname}` } };
  setHttpRoute(url.pathname);
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_BODY_CHARACTERS)
      return { status: 413, value: { error: "the body is over 64 KiB" } };
  }
  return { status: 200, value: await handler(body, url) };
}
