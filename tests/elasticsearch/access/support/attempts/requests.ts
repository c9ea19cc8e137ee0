import type { Attempt } from "../attempts";

function method(name: string): Attempt {
  return { what: `method ${name}`, request: ({ question }) => ({ method: name, target: question }) };
}

function host(what: string, value: string | undefined, version = "1.1"): Attempt {
  return { what, request: ({ question }) => ({ target: question, host: value, version }) };
}

export const requestAttempts: readonly Attempt[] = [
  ...["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "PRI"].map(method),
  {
    what: "method POST, with another method in a header",
    request: ({ question }) => ({
      method: "POST",
      target: question,
      headers: [
        ["X-HTTP-Method-Override", "GET"],
        ["Content-Length", "0"],
      ],
    }),
  },
  {
    what: "method CONNECT to Jaeger",
    request: ({ question }) => [
      { method: "CONNECT", target: "127.0.0.1:16686", host: "127.0.0.1:16686", closes: false },
      { target: question, host: "127.0.0.1:16686" },
    ],
  },
  host("Host: Jaeger's own", "127.0.0.1:16686"),
  host("Host: localhost", "localhost"),
  host("Host: the Service", "jaeger-query.observability.svc"),
  host("Host: empty", ""),
  host("Host: none, HTTP/1.0", undefined, "1.0"),
  {
    what: "Host twice",
    request: ({ question }) => ({ target: question, headers: [["Host", "127.0.0.1:16686"]] }),
  },
  {
    what: "an absolute address of Jaeger's",
    request: ({ question }) => ({ target: `http://127.0.0.1:16686${question}` }),
  },
  {
    what: "an absolute address of the UI",
    request: ({ host: own, question }) => ({ target: `https://${own}${question}`, host: "127.0.0.1:16686" }),
  },
];
