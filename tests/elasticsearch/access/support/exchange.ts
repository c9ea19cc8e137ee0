import * as net from "node:net";
import * as tls from "node:tls";

/** A way to the UI for requests that are written byte by byte. */
export interface Way {
  readonly address: string;
  readonly port: number;
  /** With TLS, for this host. @default plain */
  readonly host?: string;
}

/** A request, as it stands on the wire. */
export interface RawRequest {
  /** @default GET */
  readonly method?: string;
  /** What follows the method: mostly a path. */
  readonly target: string;
  /** @default that of the UI; none where it is undefined */
  readonly host?: string | undefined;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** @default 1.1 */
  readonly version?: string;
  /** Whether the server is asked to close the connection after its answer. @default true */
  readonly closes?: boolean;
}

/** The bytes of a request. @param defaultHost where it names none itself */
export function bytesOf(request: RawRequest, defaultHost: string): string {
  const { method = "GET", target, headers = [], body = "", version = "1.1", closes = true } = request;
  const host = "host" in request ? request.host : defaultHost;
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(closes ? ["Connection: close"] : []),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** How long to wait for an answer, and how long for more of it where the server keeps the connection open; milliseconds. */
const patienceMs = { first: 10_000, more: 2500 };

/** Sends bytes and returns all that comes back: until the server closes, or is silent. Empty where nobody answers. */
export function exchange(way: Way, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const { address, port, host } = way;
    const socket =
      host === undefined
        ? net.connect(port, address)
        : tls.connect({ port, host: address, servername: host, rejectUnauthorized: false });
    let text = "";
    const done = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket
      .setEncoding("latin1")
      .on(host === undefined ? "connect" : "secureConnect", () => socket.write(bytes, "latin1"))
      .on("data", (part: string) => {
        text += part;
        socket.setTimeout(patienceMs.more);
      })
      .on("error", done)
      .on("close", done)
      .setTimeout(patienceMs.first, done);
  });
}

/** What came back in few words: each status, and the host or path that a redirect leads to. @param question as asked */
export function summaryOf(text: string, question: string): string {
  const answers = [...text.matchAll(/HTTP\/\d(?:\.\d)? (\d{3})[^]*?\r\n\r\n/g)].map(([head, status = ""]) => {
    const location = /^location: *(.*)\r$/im.exec(head)?.[1];
    return location === undefined ? status : `${status} to ${shortened(location, question)}`;
  });
  if (answers.length === 0) return text === "" ? "no answer" : "no HTTP";
  return answers.join(" + ");
}

function shortened(location: string, question: string): string {
  const host = /^https?:\/\/([^/:?]+)/.exec(location)?.[1];
  if (host !== undefined) return host;
  return withoutQuery(location) === withoutQuery(question) ? "the plain path" : withoutQuery(location);
}

const withoutQuery = (path: string): string => path.split("?")[0] ?? "";
