import type { Attempt } from "../attempts";

function before(prefix: string): Attempt {
  return {
    what: `\`${prefix}\` before the path`,
    request: ({ question }) => ({ target: `${prefix}${question}` }),
  };
}

function changed(what: string, change: (question: string) => string): Attempt {
  return { what, request: ({ question }) => ({ target: change(question) }) };
}

export const pathAttempts: readonly Attempt[] = [
  ...[
    "/",
    "/.",
    "/%2e",
    "/x/..",
    "/oauth2/..",
    "/oauth2/%2e%2e",
    "/oauth2/static/../..",
    "/oauth2/static/%2e%2e/%2e%2e",
    "/oauth2/static/..%2f..",
    "/oauth2/sign_in/../..",
    "/oauth2/auth/../..",
    "/oauth2",
    "/ping",
    "/ping/..",
    "/ping/%2e%2e",
    "/ping/..;",
    "/ping;",
    "/ping%00",
    "/ping#",
    "/ready/..",
    "/robots.txt/..",
    "\\",
    "/oauth2\\..",
  ].map(before),
  changed("`%2f` for the first `/`", (question) => `/%2f${question.slice(1)}`),
  changed("`%61pi` for `api`", (question) => question.replace("api", "%61pi")),
  changed("`API` for `api`", (question) => question.replace("api", "API")),
  changed("`%2f` for every other `/`", (question) => `/${question.slice(1).replaceAll("/", "%2f")}`),
  changed("`;` and a parameter behind `api`", (question) => question.replace("api", "api;x=y")),
  changed("`%00` behind the path", (question) => `${question}%00`),
  changed("`?/ping` behind the path", (question) => `${question}?/ping`),
  changed("`/../../ping` behind the path, encoded", (question) => `${question}/%2e%2e/%2e%2e/ping`),
  changed("`/ping?` before the path", (question) => `/ping?${question}`),
  changed("no `/` at all", (question) => question.slice(1)),
];
