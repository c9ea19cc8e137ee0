// Proves what is taken out of a span's copy. That it is so on the wire is proved in tracing.spec.ts.
import assert from "node:assert/strict";
import { type Attributes, createTraceState, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { REDACTED, scrubAttributes, scrubText } from "@nova/opentelemetry-config";
import { scrubSpan } from "../src/scrub/span";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";

describe("scrubbing", () => {
  const texts: [rule: string, text: string, expected: string][] = [
    ["an e-mail address", "no user alice@example.com", "no user REDACTED"],
    ["an e-mail address in an encoded path", "/users/alice%40example.co.uk/feed", "/users/REDACTED/feed"],
    ["an e-mail address with a tag", "<alice.b+news@mail.example.org>", "<REDACTED>"],
    ["an e-mail address beyond ASCII", "jürgen@müller.example", "REDACTED"],
    [
      "a bearer token",
      "got Authorization header Bearer abc.def-123",
      "got Authorization header Bearer REDACTED",
    ],
    ["a basic login", "Basic dXNlcjpwYXNzd29yZA==", "Basic REDACTED"],
    ["a JSON web token", `token is ${JWT}.`, "token is REDACTED."],
    ["a named password", "login failed: password=hunter2, retry", "login failed: password=REDACTED, retry"],
    ["a password in JSON", '{"user":7,"password":"hun\\"ter2"}', '{"user":7,"password":"REDACTED"}'],
    ["a prefixed secret", "AWS_SECRET_ACCESS_KEY=abcd/efgh", "AWS_SECRET_ACCESS_KEY=REDACTED"],
    ["an API key", "api-key: 12ab34cd", "api-key: REDACTED"],
    ["a phone number", "call +49 170 1234567 now", "call REDACTED now"],
    ["a named phone number", "phone: 0170 123 45 67", "phone: REDACTED"],
    ["a card number", "card 4111 1111 1111 1111 declined", "card REDACTED declined"],
    ["a bank account", "from DE89 3704 0044 0532 0130 00 paid", "from REDACTED paid"],
    ["a social security number", "ssn 078-05-1120 found", "ssn REDACTED found"],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----", "REDACTED"],
    ["a private key that was cut off", "x -----BEGIN PRIVATE KEY-----\nMIIBabc", "x REDACTED"],
    [
      "an address's query",
      "GET https://a.example/x?q=alice&page=2",
      "GET https://a.example/x?q=REDACTED&page=REDACTED",
    ],
    ["an address's login", "redis://admin:hunter2@cache:6379/0", "redis://cache:6379/0"],
    ["an address's fragment", "https://a.example/x#access_token=1", "https://a.example/x"],
    ["a path's query", "GET /reset?code=123456", "GET /reset?code=REDACTED"],
  ];
  for (const [rule, text, expected] of texts) {
    it(`text: ${rule} goes`, () => {
      assert.equal(scrubText(text), expected);
    });
  }

  const kept = [
    "connect ECONNREFUSED 10.0.0.12:4317",
    "at handler (/app/node_modules/.pnpm/grpc-js@1.14.7/build/src/server.js:10:5)",
    "POST /api/v1/auth/login",
    "grpc.nova.demo.UserService/GetUser",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "1763900000123",
    "2025-11-09T12:00:00.000+0100",
    "1234 5678 9012 3456",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "took 120ms (p99 300ms), 3 retries; is it slow?",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
  ];
  for (const text of kept) {
    it(`text: "${text.slice(0, 40)}" stays`, () => {
      assert.equal(scrubText(text), text);
    });
  }

  const attributes: [rule: string, key: string, value: unknown, expected: unknown][] = [
    ["the guide's bad example", "user.password", "hunter2", REDACTED],
    ["the guide's user.email", "user.email", "alice@example.com", REDACTED],
    ["the guide's email.to", "email.to", "Alice", REDACTED],
    ["the guide's safe user.id", "user.id", "42", "42"],
    ["camel case", "userPassword", "hunter2", REDACTED],
    ["upper case with hyphens", "X-Api-Key", "k", REDACTED],
    ["a request header", "http.request.header.authorization", ["Bearer x"], REDACTED],
    ["a cookie", "http.response.header.set_cookie", ["sid=1; HttpOnly"], REDACTED],
    ["a session id", "session.id", "abc", REDACTED],
    ["a numeric phone number", "contact.phone", 491701234567, REDACTED],
    ["a one-time code", "login.otp", 123456, REDACTED],
    ["a person's name", "user.full_name", "Alice B", REDACTED],
    ["a service's name", "peer.service", "user-service", "user-service"],
    ["a postal address", "billing.address.line1", "1 High Street", REDACTED],
    ["a server's address", "server.address", "user-service", "user-service"],
    ["a body", "http.request.body", "{}", REDACTED],
    ["the size of a body", "http.request.body.size", 120, 120],
    ["a flag about an e-mail address", "email.verified", true, true],
    ["a measure that is text", "token.count", "abc", REDACTED],
    ["a number of tokens", "token.count", 12, 12],
    ["a position", "geo.location.lat", 48.1, REDACTED],
    ["a parameter of a statement", "db.query.parameter.0", "Alice", REDACTED],
    [
      "a statement's literals",
      "db.query.text",
      "SELECT * FROM users2 WHERE name = 'O''Brien' AND age > 30 AND id = $1",
      "SELECT * FROM users2 WHERE name = ? AND age > ? AND id = $1",
    ],
    ["a whole address", "url.full", "https://u:p@a.example/p?t=1#f", "https://a.example/p?t=REDACTED"],
    ["a query", "url.query", "a=1&alice@example.com&b=&=x", "a=REDACTED&REDACTED&b=REDACTED&REDACTED"],
    ["a target", "http.target", "/x?token=1", "/x?token=REDACTED"],
    ["a client's public address", "client.address", "203.0.113.7", REDACTED],
    ["a client's public IPv6 address", "network.peer.address", "2001:db8::1", REDACTED],
    ["a mapped public address", "net.peer.ip", "::ffff:203.0.113.7", REDACTED],
    ["a pod's address", "client.address", "10.244.1.7", "10.244.1.7"],
    ["a pod's mapped address", "client.address", "::ffff:10.244.1.7", "::ffff:10.244.1.7"],
    ["a private IPv6 address", "network.peer.address", "fd00::1", "fd00::1"],
    ["each text of a list", "recent", ["ok", "alice@example.com"], ["ok", REDACTED]],
    ["a number", "http.response.status_code", 500, 500],
    [
      "a nested value",
      "request",
      { user: { password: "x", id: 7 } },
      { user: { password: REDACTED, id: 7 } },
    ],
    ["bytes", "blob", new Uint8Array([1, 2]), REDACTED],
  ];
  for (const [rule, key, value, expected] of attributes) {
    it(`attribute: ${rule} (${key}) ${expected === value ? "stays" : "goes"}`, () => {
      assert.deepEqual(scrubAttributes({ [key]: value } as Attributes), { [key]: expected });
    });
  }

  it("attribute: a key that is itself an e-mail address goes", () => {
    assert.deepEqual(scrubAttributes({ "seen.alice@example.com": true }), { REDACTED: true });
  });

  it("reaches name, attributes, events, links, status and trace state, and leaves the original alone", () => {
    const secret = "alice@example.com";
    const context = {
      traceId: "1".repeat(32),
      spanId: "2".repeat(16),
      traceFlags: 1,
      traceState: createTraceState(`vendor=${secret}`),
    };
    const span: ReadableSpan = {
      name: `GET /users/${secret}`,
      kind: SpanKind.SERVER,
      spanContext: () => context,
      parentSpanContext: { traceId: "1".repeat(32), spanId: "3".repeat(16), traceFlags: 1 },
      startTime: [1, 0],
      endTime: [2, 0],
      duration: [1, 0],
      ended: true,
      status: { code: SpanStatusCode.ERROR, message: `no ${secret}` },
      attributes: { a: secret },
      links: [{ context, attributes: { b: secret } }],
      events: [
        {
          name: `seen ${secret}`,
          time: [1, 5],
          attributes: {
            "exception.type": "Error",
            "exception.message": `no ${secret}`,
            "exception.stacktrace": `Error: no ${secret}\n    at f (/app/x.js:1:1)`,
          },
        },
      ],
      resource: emptyResource(),
      instrumentationScope: { name: "test" },
      droppedAttributesCount: 1,
      droppedEventsCount: 2,
      droppedLinksCount: 3,
    };
    const original = JSON.stringify(span);
    const clean = scrubSpan(span);
    const everything = JSON.stringify([
      clean,
      clean.spanContext(),
      clean.links.map((link) => link.context.traceState),
    ]);
    assert.ok(!everything.includes("alice"), everything);
    assert.equal(clean.spanContext().traceState, undefined);
    const event = clean.events[0]!;
    assert.equal(clean.name, "GET /users/REDACTED");
    assert.deepEqual(clean.status, { code: SpanStatusCode.ERROR, message: "no REDACTED" });
    assert.equal(event.attributes!["exception.stacktrace"], "Error: no REDACTED\n    at f (/app/x.js:1:1)");
    assert.equal(event.attributes!["exception.type"], "Error");

    assert.equal(JSON.stringify(span), original);
    assert.equal(clean.resource, span.resource, "the very resource, by which the exporter groups");
    assert.equal(clean.instrumentationScope, span.instrumentationScope);
    for (const same of ["kind", "startTime", "endTime", "duration", "ended", "parentSpanContext"] as const) {
      assert.deepEqual(clean[same], span[same], same);
    }
    assert.deepEqual(
      [clean.droppedAttributesCount, clean.droppedEventsCount, clean.droppedLinksCount],
      [1, 2, 3],
    );
    assert.equal(clean.spanContext().traceId, context.traceId);
    assert.equal(clean.spanContext().spanId, context.spanId);
  });

  it("a trace state without personal data stays", () => {
    const context = {
      traceId: "1".repeat(32),
      spanId: "2".repeat(16),
      traceFlags: 1,
      traceState: createTraceState("ot=th:8"),
    };
    const span = {
      status: { code: 0 },
      attributes: {},
      links: [],
      events: [],
      name: "x",
      spanContext: () => context,
    };
    assert.equal(
      scrubSpan(span as unknown as ReadableSpan)
        .spanContext()
        .traceState?.serialize(),
      "ot=th:8",
    );
  });

  it("no e-mail address survives, wherever it stands in a text", () => {
    const around = fc.string({
      unit: fc.constantFrom(..."ab 1/=?&:;,.\"'<>(){}[]#%\n\\".split("")),
      maxLength: 40,
    });
    const email = fc.stringMatching(/^[a-z0-9._+-]{1,30}@([a-z0-9-]{1,10}\.){1,3}[a-z]{2,8}$/);
    fc.assert(
      fc.property(around, around, email, (before, after, address) => {
        const result = scrubText(`${before} ${address} ${after}`);
        assert.ok(!result.includes("@"), result);
      }),
    );
  });

  it("scrubbing twice changes nothing more", () => {
    const pieces = fc.array(fc.constantFrom(...texts.map(([, text]) => text), ...kept, " ", "=", "?", "\n"), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(pieces, (list) => {
        const once = scrubText(list.join(" "));
        assert.equal(scrubText(once), once);
      }),
    );
  });

  it("the time for a value grows with its length and not with its square, however it is made", () => {
    const [short, long] = [2_048, 8_192];
    const hard = [
      "a",
      "a.",
      "a@",
      "1",
      "1 ",
      "-",
      "=",
      "?a=",
      "eyJ-",
      "eyJabcdefgh.",
      "password",
      'token="',
      "+1",
      "A1 ",
      "://",
      "a://",
      "%40",
      "AB12",
      "'\\",
      "-----BEGIN PRIVATE KEY-----",
    ];
    // Processor time, and the least of several, so that a machine that is busy with other things decides nothing.
    const milliseconds = (piece: string, length: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
      const tries = Array.from({ length: 3 }, () => {
        const started = process.cpuUsage();
        scrubText(text);
        scrubAttributes({ "db.query.text": text, "url.full": text, [text]: 1 });
        const { user, system } = process.cpuUsage(started);
        return (user + system) / 1000;
      });
      return Math.min(...tries);
    };
    for (const piece of hard) {
      const [less, more] = [milliseconds(piece, short), milliseconds(piece, long)];
      // Four times the length: four times the time, where a square would be sixteen. The rest is for short times.
      assert.ok(
        more < 9 * less + 20,
        `${JSON.stringify(piece)}: ${less} ms, and ${more} ms for four times as much`,
      );
    }
  });
});
