import * as http from "node:http";
import * as https from "node:https";
import { isMap, type PlainMap, type PlainValue } from "../shared/propertyValues";
import { ApiError, Unreachable } from "./apiErrors";
import type { ClusterAccess } from "./kubeconfig";
import { at, numberAt, textAt } from "./objects";

// What a caller of the client has to tell apart.
export { ApiError, isNotFound, Unreachable } from "./apiErrors";

/** How long one request may take; a request never waits for readiness, so a longer one is a lost one. */
const REQUEST_TIMEOUT_MILLISECONDS = 30_000;

/** As many as the engine runs operations at once, without swamping a small API server. */
const MAX_SOCKETS = 16;

class StaleConnection extends Error {}

interface Exchange {
  readonly status: number;
  readonly text: string;
}

/** One request; the body is JSON. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: PlainValue;
  /** Default application/json. */
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** A client of one API server, over connections that stay open. */
export class ApiClient {
  readonly #agent: http.Agent;
  readonly #headers: Record<string, string>;

  constructor(readonly access: ClusterAccess) {
    const shared = { keepAlive: true, maxSockets: MAX_SOCKETS };
    this.#agent =
      access.server.protocol === "http:"
        ? new http.Agent(shared)
        : new https.Agent({ ...shared, ...tlsOptions(access) });
    this.#headers = { "User-Agent": "pulumi-kubernetes-stand-in", ...authorization(access) };
  }

  /**
   * Sends one request.
   *
   * @throws ApiError when the server answers with an error; Unreachable when it does not answer.
   */
  async request(request: ApiRequest): Promise<PlainMap> {
    const { status, text } = await this.#exchange(request);
    const answer = parsed(text);
    if (status >= 200 && status < 300) return answer;
    const message = textAt(answer, "message") || text.slice(0, 500) || `HTTP status ${status}`;
    const details = at(answer, "details");
    throw new ApiError(
      message,
      numberAt(answer, "code") ?? status,
      textAt(answer, "reason"),
      isMap(details) ? details : {},
    );
  }

  /** The text that a request answers, such as a container's log. */
  async text(request: ApiRequest): Promise<string> {
    const { status, text } = await this.#exchange(request);
    if (status >= 200 && status < 300) return text;
    throw new ApiError(textAt(parsed(text), "message") || text, status, "", {});
  }

  /** Closes all connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #exchange(request: ApiRequest): Promise<Exchange> {
    try {
      return await this.#send(request);
    } catch (error) {
      // The server may close an idle connection at the moment it is used again: nothing was processed.
      if (error instanceof StaleConnection) return this.#send(request);
      throw error;
    }
  }

  #send(request: ApiRequest): Promise<Exchange> {
    const url = new URL(this.access.server);
    url.pathname = `${url.pathname.replace(/\/$/, "")}${request.path}`;
    url.search = new URLSearchParams(request.query ?? {}).toString();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const { request: send } = url.protocol === "http:" ? http : https;
    return new Promise((resolve, reject) => {
      const outgoing = send(
        url,
        {
          method: request.method,
          agent: this.#agent,
          timeout: REQUEST_TIMEOUT_MILLISECONDS,
          headers: {
            ...this.#headers,
            Accept: request.accept ?? "application/json",
            ...(body === undefined
              ? {}
              : {
                  "Content-Type": request.contentType ?? "application/json",
                  "Content-Length": Buffer.byteLength(body),
                }),
          },
          ...(request.signal === undefined ? {} : { signal: request.signal }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
          });
        },
      );
      outgoing.on("timeout", () => {
        outgoing.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MILLISECONDS / 1000} s`));
      });
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && error.code === "ECONNRESET") {
          reject(new StaleConnection());
          return;
        }
        const aborted = request.signal?.aborted === true;
        reject(
          aborted
            ? error
            : new Unreachable(`${request.method} ${url.origin}: ${error.message || String(error.code)}`),
        );
      });
      outgoing.end(body);
    });
  }
}

/** How to be sure of the server, and to show who asks, for any client of Node.js' TLS. */
export function tlsOptions(access: ClusterAccess): https.AgentOptions {
  return {
    ...(access.certificateAuthority === undefined ? {} : { ca: access.certificateAuthority }),
    ...(access.clientCertificate === undefined ? {} : { cert: access.clientCertificate }),
    ...(access.clientKey === undefined ? {} : { key: access.clientKey }),
    ...(access.tlsServerName === undefined ? {} : { servername: access.tlsServerName }),
    rejectUnauthorized: !access.insecureSkipTlsVerify,
  };
}

/** The headers that say who asks; none where a certificate does. */
export function authorization(access: ClusterAccess): Record<string, string> {
  if (access.token !== undefined) return { Authorization: `Bearer ${access.token}` };
  if (access.basicAuthentication === undefined) return {};
  const { username, password } = access.basicAuthentication;
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

function parsed(text: string): PlainMap {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}
