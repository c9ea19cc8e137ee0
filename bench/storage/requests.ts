import { createHash } from "node:crypto";
import type { Draw } from "./draw";

/** Attributes of a span or an event, as an SDK has them. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One step of a request: a span, and the steps that it waits for. */
export interface Step {
  readonly service: string;
  readonly kind: "internal" | "server" | "client";
  readonly name: string;
  /** Instrumentation that makes the span. */
  readonly scope: string;
  readonly attributes: Attributes;
  /** What an answer adds; a step that has failed says so in them. */
  readonly answer: (failed: boolean) => Attributes;
  /** Milliseconds of its own, in the middle. */
  readonly ownMs: number;
  readonly steps: readonly Step[];
}

/** Who asks, and for what. */
interface Asker {
  readonly draw: Draw;
  readonly user: string;
  readonly client: string;
}

const scopes = {
  http: "@opentelemetry/instrumentation-http",
  grpc: "@opentelemetry/instrumentation-grpc",
  own: "@nova/opentelemetry-config",
} as const;

// The attributes are those that the demo services (sandbox/demo) sent when they ran: the current names of the
// conventions, addresses as checksums, queries of URLs redacted. SQL and Redis spans are as the conventions have them.
const checksum = (text: string): string => createHash("sha256").update(text).digest("hex");
const podAddress = (draw: Draw): string => `10.42.${draw.below(12)}.${draw.below(250) + 1}`;
const nothing = (): Attributes => ({});

function served(
  { draw, client }: Asker,
  service: string,
  method: string,
  route: string,
  path: string,
  steps: readonly Step[],
  ownMs = 4,
): Step {
  return {
    service,
    kind: "server",
    name: `${method} ${route}`,
    scope: scopes.http,
    attributes: {
      "http.request.method": method,
      "url.scheme": "http",
      "server.address": service,
      "network.peer.address": podAddress(draw),
      "network.peer.port": 32_768 + draw.below(28_000),
      "network.protocol.version": "1.1",
      "url.path": path,
      "user_agent.original": draw.oneOf(agents),
      "client.address": client,
      "server.port": 8080,
      "http.route": route,
    },
    answer: (failed) => ({
      "http.response.status_code": failed
        ? draw.oneOf([500, 502, 503])
        : draw.oneOf([200, 200, 200, 201, 204]),
      ...(failed && { "error.type": "500" }),
    }),
    ownMs,
    steps,
  };
}

const agents = [
  "Nova/4.12.0 (iOS 18.2; iPhone16,1)",
  "Nova/4.12.1 (Android 15; Pixel 9)",
  "Nova/4.11.3 (Android 14; SM-S921B)",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
] as const;

/** A call over gRPC: a span of the caller and one of the called. */
function called(
  from: string,
  to: string,
  api: string,
  method: string,
  steps: readonly Step[],
  ownMs = 3,
): Step {
  const name = `grpc.nova.${api}/${method}`;
  const common = { "rpc.system": "grpc", "rpc.method": method, "rpc.service": `nova.${api}` };
  const answer = (failed: boolean): Attributes => ({ "rpc.grpc.status_code": failed ? 14 : 0 });
  const there: Step = {
    service: to,
    kind: "server",
    name,
    scope: scopes.grpc,
    attributes: common,
    answer,
    ownMs,
    steps,
  };
  const attributes = { ...common, "server.address": to, "server.port": 50_051 };
  return { ...there, service: from, kind: "client", attributes, ownMs: 1, steps: [there] };
}

/** A call over HTTP; its two spans. */
function fetched(
  asker: Asker,
  from: string,
  to: string,
  route: string,
  path: string,
  steps: readonly Step[],
): Step {
  const { draw } = asker;
  return {
    service: from,
    kind: "client",
    name: "GET",
    scope: scopes.http,
    attributes: {
      "http.request.method": "GET",
      "server.address": to,
      "server.port": 8080,
      "url.full": `http://${to}:8080${path}?user=REDACTED`,
      "network.peer.address": podAddress(draw),
      "network.peer.port": 8080,
      "network.protocol.version": "1.1",
    },
    answer: (failed) => ({ "http.response.status_code": failed ? 500 : 200 }),
    ownMs: 1,
    steps: [served(asker, to, "GET", route, path, steps)],
  };
}

function query(service: string, verb: string, table: string, text: string, more: Attributes = {}): Step {
  return {
    service,
    kind: "client",
    name: `${verb} ${table}`,
    scope: scopes.own,
    attributes: {
      "db.system.name": "postgresql",
      "db.namespace": service.replace("-service", ""),
      "db.collection.name": table,
      "db.operation.name": verb,
      "db.query.text": text,
      "server.address": "postgresql",
      "server.port": 5432,
      ...more,
    },
    answer: nothing,
    ownMs: 6,
    steps: [],
  };
}

function redis(service: string, verb: string, key: string): Step {
  return {
    service,
    kind: "client",
    name: `${verb} ${key.split(":")[0] ?? key}`,
    scope: scopes.own,
    attributes: { "db.system.name": "redis", "db.operation.name": verb, "db.query.text": `${verb} ${key}` },
    answer: nothing,
    ownMs: 1,
    steps: [],
  };
}

const [auth, user, content, messaging] = [
  "auth-service",
  "user-service",
  "content-service",
  "messaging-service",
];

const listMessages = (from: string, id: string): Step =>
  called(from, messaging, "messaging.MessagingService", "ListMessages", [
    redis(messaging, "LRANGE", `inbox:${id}`),
  ]);

const login = (asker: Asker): Step =>
  served(asker, auth, "POST", "/api/v1/auth/login", "/api/v1/auth/login", [
    called(auth, user, "user.UserService", "GetUser", [
      query(user, "SELECT", "users", "SELECT id, name, locale, created_at FROM users WHERE email = $1", {
        "user.id": asker.user,
        "user.email": checksum(`${asker.user}@nova.example`),
      }),
      fetched(asker, user, content, "/api/v1/feed", "/api/v1/feed", [listMessages(content, asker.user)]),
    ]),
    redis(auth, "SET", `session:${asker.draw.hex(32)}`),
  ]);

const refresh = (asker: Asker): Step =>
  served(asker, auth, "POST", "/api/v1/auth/refresh", "/api/v1/auth/refresh", [
    redis(auth, "GET", `session:${asker.draw.hex(32)}`),
    called(auth, user, "user.UserService", "GetUser", [redis(user, "GET", `user:${asker.user}`)]),
  ]);

const feed = (asker: Asker): Step =>
  served(asker, content, "GET", "/api/v1/feed", "/api/v1/feed", [
    redis(content, "GET", `feed:${asker.user}`),
    query(
      content,
      "SELECT",
      "posts",
      "SELECT id, author, title, body FROM posts WHERE feed = $1 ORDER BY id DESC LIMIT 20",
    ),
    listMessages(content, asker.user),
  ]);

const post = (asker: Asker): Step => {
  const id = asker.draw.below(5_000_000);
  return served(asker, content, "GET", "/api/v1/posts/:id", `/api/v1/posts/${id}`, [
    query(content, "SELECT", "posts", "SELECT id, author, title, body, likes FROM posts WHERE id = $1", {
      "post.id": id,
    }),
    called(content, user, "user.UserService", "GetAuthors", [redis(user, "MGET", `user:${asker.user}`)]),
  ]);
};

const send = (asker: Asker): Step => {
  const id = asker.draw.hex(32);
  return served(asker, messaging, "POST", "/api/v1/messages", "/api/v1/messages", [
    called(messaging, user, "user.UserService", "GetUser", [redis(user, "GET", `user:${asker.user}`)]),
    query(
      messaging,
      "INSERT",
      "messages",
      "INSERT INTO messages (id, sender, recipient, body) VALUES ($1, $2, $3, $4)",
      {
        "message.id": id,
        "user.id": asker.user,
      },
    ),
    redis(messaging, "LPUSH", `inbox:${asker.user}`),
  ]);
};

const profile = (asker: Asker): Step =>
  served(asker, user, "PUT", "/api/v1/users/:id", `/api/v1/users/${asker.user}`, [
    query(user, "UPDATE", "users", "UPDATE users SET name = $2, locale = $3 WHERE id = $1", {
      "user.id": asker.user,
    }),
    redis(user, "DEL", `user:${asker.user}`),
  ]);

/** A request of somebody, through the services of the guide. */
export function drawRequest(draw: Draw): Step {
  const id = draw.skewed(200_000);
  const asker = { draw, user: String(id), client: checksum(`client ${id}`) };
  return draw.oneOf([login, refresh, feed, feed, feed, post, post, send, send, profile])(asker);
}
