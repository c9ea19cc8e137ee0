import type { Attempt } from "../attempts";

function withHeaders(what: string, ...headers: readonly (readonly [string, string])[]): Attempt {
  return { what, request: ({ question }) => ({ target: question, headers }) };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const person = "reader@nova.com";

/** A token that says of itself that nobody has signed it. */
const unsignedToken = [
  { alg: "none", typ: "JWT" },
  { iss: "https://sso.nova.com", aud: "jaeger", sub: person, email: person, exp: 4_000_000_000 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");

export const headerAttempts: readonly Attempt[] = [
  withHeaders(
    "X-Forwarded-User, -Email, -Groups, -Access-Token",
    ["X-Forwarded-User", "reader"],
    ["X-Forwarded-Email", person],
    ["X-Forwarded-Preferred-Username", "reader"],
    ["X-Forwarded-Groups", "admin"],
    ["X-Forwarded-Access-Token", unsignedToken],
  ),
  withHeaders(
    "X-Auth-Request-User, -Email, -Access-Token",
    ["X-Auth-Request-User", "reader"],
    ["X-Auth-Request-Email", person],
    ["X-Auth-Request-Access-Token", unsignedToken],
    ["X-Auth-Request-Redirect", "/ping"],
  ),
  withHeaders(
    "Remote-User and the like",
    ["Remote-User", "reader"],
    ["X-Remote-User", "reader"],
    ["X-User", "reader"],
  ),
  withHeaders(
    "X-Forwarded-For and the like: the pod's loopback",
    ["X-Forwarded-For", "127.0.0.1"],
    ["X-Real-IP", "127.0.0.1"],
    ["X-Client-IP", "127.0.0.1"],
    ["Forwarded", "for=127.0.0.1;host=127.0.0.1;proto=https"],
  ),
  withHeaders(
    "X-Forwarded-Host, -Proto, -Port: Jaeger's own",
    ["X-Forwarded-Host", "127.0.0.1:16686"],
    ["X-Forwarded-Proto", "http"],
    ["X-Forwarded-Port", "16686"],
  ),
  withHeaders("X-Forwarded-Uri: a path that needs no login", ["X-Forwarded-Uri", "/ping"]),
  withHeaders(
    "X-Original-URL and the like: a path that needs no login",
    ["X-Original-URL", "/ping"],
    ["X-Original-URI", "/ping"],
    ["X-Rewrite-URL", "/ping"],
    ["X-Original-Method", "OPTIONS"],
  ),
  withHeaders("Authorization: Basic with no user", ["Authorization", `Basic ${base64(":")}`]),
  withHeaders("Authorization: Basic admin:admin", ["Authorization", `Basic ${base64("admin:admin")}`]),
  withHeaders("Authorization: Basic nova with a wrong password", [
    "Authorization",
    `Basic ${base64("nova:nova")}`,
  ]),
  withHeaders("Authorization: Basic probe with a wrong password", [
    "Authorization",
    `Basic ${base64("probe:probe")}`,
  ]),
  {
    what: "Authorization: Basic probe with the other stack's password",
    request: ({ question, otherPassword }) => ({
      target: question,
      headers: [["Authorization", `Basic ${base64(`probe:${otherPassword}`)}`]],
    }),
  },
  withHeaders("Authorization: Basic that is no base64", ["Authorization", "Basic %%%"]),
  withHeaders("Authorization: Bearer junk", ["Authorization", "Bearer junk"]),
  withHeaders("Authorization: Bearer with an unsigned token", ["Authorization", `Bearer ${unsignedToken}.`]),
  withHeaders("Authorization twice", ["Authorization", "Bearer junk"], ["Authorization", "Basic Og=="]),
  withHeaders("User-Agent of kubelet's probes", ["User-Agent", "kube-probe/1.37"]),
  withHeaders("User-Agent of a cloud's health check", ["User-Agent", "GoogleHC/1.0"]),
  withHeaders("Connection that names the cookie's header", ["Connection", "close, Cookie, Authorization"]),
  withHeaders(
    "a preflight's headers",
    ["Origin", "https://elsewhere.example"],
    ["Access-Control-Request-Method", "GET"],
  ),
  withHeaders("Accept of a script", ["Accept", "application/json"], ["X-Requested-With", "XMLHttpRequest"]),
];
