/** An attribute's value as OTLP has it in JSON. */
export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly bytesValue: string }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } }
  | { readonly kvlistValue: { readonly values: readonly OtlpAttribute[] } };

/** An attribute as OTLP has it in JSON. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** Where a value stands in what a service sends. */
export type Place =
  | "span attribute"
  | "event attribute"
  | "resource attribute"
  | "scope attribute"
  | "link attribute"
  | "span name"
  | "event name"
  | "scope name"
  | "status message"
  | "trace state"
  | "service name"
  | "key of a span attribute";

/** What must not be found in storage. */
export interface PersonalDataCase {
  readonly what: string;
  readonly place: Place;
  /** Of the attribute, where the place has keys. */
  readonly key?: string;
  /** The text as it is sent, or an attribute's value. */
  readonly value: string | OtlpValue;
  /** The part that is personal; each is unlike every other, so that a find says where it came from. */
  readonly secret: string;
  /** Other attributes of the same span. */
  readonly beside?: readonly OtlpAttribute[];
}

const text = (value: string): OtlpValue => ({ stringValue: value });
const list = (...values: string[]): OtlpValue => ({ arrayValue: { values: values.map(text) } });
const mapping = (key: string, value: OtlpValue): OtlpValue => ({ kvlistValue: { values: [{ key, value }] } });
const system = (name: string): OtlpAttribute[] => [{ key: "db.system", value: text(name) }];

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";

/** Nothing of these reaches storage; the same value again is another secret, or the first would hide it. */
export const personalDataCases: readonly PersonalDataCase[] = [
  // Names that tell what they hold, in each place that has names.
  {
    what: "a password",
    place: "span attribute",
    key: "user.password",
    value: "hunter-one",
    secret: "hunter-one",
  },
  {
    what: "an e-mail address by its name",
    place: "span attribute",
    key: "user.email",
    value: "a01@example.com",
    secret: "a01@example.com",
  },
  {
    what: "a full name by its name",
    place: "span attribute",
    key: "user.full_name",
    value: "Zelda Quickstep",
    secret: "Zelda Quickstep",
  },
  {
    what: "a header with a cookie",
    place: "span attribute",
    key: "http.request.header.cookie",
    value: list("sid=c0ffee-one"),
    secret: "c0ffee-one",
  },
  {
    what: "the subject of a message",
    place: "span attribute",
    key: "email.subject",
    value: "Your diagnosis two",
    secret: "diagnosis two",
  },
  {
    what: "a parameter of a statement",
    place: "span attribute",
    key: "db.query.parameter.name",
    value: "Quentin Parameter",
    secret: "Quentin Parameter",
  },
  {
    what: "a forwarded address",
    place: "span attribute",
    key: "http.request.header.x-forwarded-for",
    value: list("203.0.113.91, 10.0.0.1"),
    secret: "203.0.113.91",
  },
  {
    what: "a password of an event",
    place: "event attribute",
    key: "user.password",
    value: "hunter-two",
    secret: "hunter-two",
  },
  {
    what: "a full name of an event",
    place: "event attribute",
    key: "user.full_name",
    value: "Yvonne Eventful",
    secret: "Yvonne Eventful",
  },
  {
    what: "a token of the resource",
    place: "resource attribute",
    key: "deploy.token",
    value: "resource-t0ken",
    secret: "resource-t0ken",
  },
  {
    what: "a user of the resource",
    place: "resource attribute",
    key: "user.name",
    value: "xavier.resource",
    secret: "xavier.resource",
  },
  {
    what: "a key of the scope",
    place: "scope attribute",
    key: "api.key",
    value: "sc0pe-key",
    secret: "sc0pe-key",
  },
  ...(
    [
      ["a password by a short name", "db.pwd", "hunter-seven"],
      ["a security code of a card", "payment.cvv", "c0de-771"],
      ["a password that is good once", "login.otp", "0tp-551"],
      ["a session", "http.session_id", "sess10n-one"],
      ["a user by the name of an account", "app.username", "walter.account"],
      ["a key by its name", "storage.access_key", "acce55-key"],
      ["a customer by name", "order.customer_name", "Victor Customer"],
    ] as const
  ).map(([what, key, value]) => ({ what, place: "span attribute" as const, key, value, secret: value })),
  // Values that tell what they are, wherever they stand.
  {
    what: "an e-mail address in a text",
    place: "span attribute",
    key: "note",
    value: "sent to a02@example.com twice",
    secret: "a02@example.com",
  },
  {
    what: "an e-mail address with an umlaut",
    place: "span attribute",
    key: "note",
    value: "jürgen03@müller.de",
    secret: "jürgen03@m",
  },
  {
    what: "an e-mail address in a list",
    place: "span attribute",
    key: "recipients",
    value: list("ok", "a04@example.com"),
    secret: "a04@example.com",
  },
  {
    what: "an e-mail address in a mapping",
    place: "span attribute",
    key: "payload",
    value: mapping("to", mapping("address", text("a05@example.com"))),
    secret: "a05@example.com",
  },
  {
    what: "a password in a mapping",
    place: "span attribute",
    key: "payload",
    value: mapping("password", text("hunter-three")),
    secret: "hunter-three",
  },
  {
    what: "an e-mail address as a key",
    place: "key of a span attribute",
    value: "seen.a06@example.com",
    secret: "a06@example.com",
  },
  {
    what: "a bearer token",
    place: "span attribute",
    key: "note",
    value: "called with Bearer t0k3n-seven-of-nine",
    secret: "t0k3n-seven-of-nine",
  },
  {
    what: "basic authorization",
    place: "span attribute",
    key: "note",
    value: "Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l",
    secret: "YWxhZGRpbjpvcGVuc2VzYW1l",
  },
  {
    what: "a JSON web token",
    place: "span attribute",
    key: "note",
    value: `claims of ${jwt}`,
    secret: "eyJzdWIiOiIxMjM0NTY3ODkwIn0",
  },
  {
    what: "a card number",
    place: "span attribute",
    key: "note",
    value: "paid with 4111111111111111",
    secret: "4111111111111111",
  },
  {
    what: "a card number in groups",
    place: "span attribute",
    key: "note",
    value: "paid with 5500-0000-0000-0004.",
    secret: "5500-0000-0000-0004",
  },
  {
    what: "a card number as a number",
    place: "span attribute",
    key: "order.pan",
    value: { intValue: "6011000990139424" },
    secret: "6011000990139424",
  },
  {
    what: "a card of American Express",
    place: "span attribute",
    key: "note",
    value: "378282246310005",
    secret: "378282246310005",
  },
  {
    what: "an IBAN",
    place: "span attribute",
    key: "note",
    value: "from DE89370400440532013000",
    secret: "DE89370400440532013000",
  },
  {
    what: "an IBAN in groups",
    place: "span attribute",
    key: "note",
    value: "from GB29 NWBK 6016 1331 9268 19",
    secret: "GB29 NWBK 6016 1331 9268 19",
  },
  {
    what: "a social security number",
    place: "span attribute",
    key: "note",
    value: "ssn is 078-05-1120",
    secret: "078-05-1120",
  },
  {
    what: "a telephone number",
    place: "span attribute",
    key: "note",
    value: "call +49 170 1234567 now",
    secret: "170 1234567",
  },
  {
    what: "a key of AWS",
    place: "span attribute",
    key: "note",
    value: "with AKIAIOSFODNN7EXAMPLE",
    secret: "AKIAIOSFODNN7EXAMPLE",
  },
  {
    what: "a key of GitHub",
    place: "span attribute",
    key: "note",
    value: "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    secret: "ghp_abcdefghijklmnopqrstuvwxyz",
  },
  {
    what: "a private key",
    place: "span attribute",
    key: "note",
    value: "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----",
    secret: "MIIEvQIBADANBgkqhkiG",
  },
  {
    what: "a public address of a client",
    place: "span attribute",
    key: "note",
    value: "refused 198.51.100.23",
    secret: "198.51.100.23",
  },
  {
    what: "a public address of version 6",
    place: "span attribute",
    key: "note",
    value: "refused 2001:db8:85a3::8a2e:370:7334",
    secret: "2001:db8:85a3",
  },
  // URLs.
  {
    what: "an e-mail address in a query",
    place: "span attribute",
    key: "url.full",
    value: "https://shop.example.com/x?email=a07%40example.com&page=2",
    secret: "a07%40example.com",
  },
  {
    what: "a token in a query",
    place: "span attribute",
    key: "url.query",
    value: "reset_token=q9w8e7&lang=de",
    secret: "q9w8e7",
  },
  {
    what: "a password in a query",
    place: "span attribute",
    key: "http.target",
    value: "/login?user=x&password=hunter-four",
    secret: "hunter-four",
  },
  {
    what: "an e-mail address in a path",
    place: "span attribute",
    key: "url.path",
    value: "/users/a08@example.com/orders",
    secret: "a08@example.com",
  },
  {
    what: "user and password of a URL",
    place: "span attribute",
    key: "db.connection_string",
    value: "postgres://carol:hunter-five@db:5432/shop",
    secret: "carol:hunter-five",
  },
  // Statements.
  {
    what: "a literal of a statement",
    place: "span attribute",
    key: "db.statement",
    value: "SELECT id FROM users WHERE name = 'Walter Literal'",
    secret: "Walter Literal",
    beside: system("postgresql"),
  },
  {
    what: "a literal of a statement, by the newer name",
    place: "span attribute",
    key: "db.query.text",
    value: "INSERT INTO t VALUES ('Vera O''Literal', 1)",
    secret: "Literal', 1",
    beside: system("mysql"),
  },
  {
    what: "an argument of a Redis command",
    place: "span attribute",
    key: "db.statement",
    value: "SET session:77 uma-argument",
    secret: "uma-argument",
    beside: system("redis"),
  },
  {
    what: "a value of a MongoDB command",
    place: "span attribute",
    key: "db.statement",
    value: '{"find":"users","filter":{"name":"Tristan Document"}}',
    secret: "Tristan Document",
    beside: system("mongodb"),
  },
  // Events and exceptions.
  {
    what: "an e-mail address in an exception's message",
    place: "event attribute",
    key: "exception.message",
    value: "no user a09@example.com",
    secret: "a09@example.com",
  },
  {
    what: "an e-mail address in a stack trace",
    place: "event attribute",
    key: "exception.stacktrace",
    value: "Error: duplicate a10@example.com\n    at save (/app/users.js:10:3)",
    secret: "a10@example.com",
  },
  {
    what: "a password in an exception's message",
    place: "event attribute",
    key: "exception.message",
    value: "login failed: password=hunter-six",
    secret: "hunter-six",
  },
  {
    what: "an e-mail address as an event's name",
    place: "event name",
    value: "mailed a11@example.com",
    secret: "a11@example.com",
  },
  // What stands behind a name in a text, in the forms that it comes in.
  ...(
    [
      [
        "a password in a query that begins with an escaped sign",
        "/login?password=%40hunter-eight",
        "hunter-eight",
      ],
      ["a password with a dollar sign", "login with password=$hunter-nine", "hunter-nine"],
      ["a password with a comma", "login with password=abc,hunter-ten", "hunter-ten"],
      ["a password by a short name in a form", "user=4711&pass=hunter-eleven", "hunter-eleven"],
      [
        "a password in JSON, with a quotation mark in it",
        '{"password":"ab\\"hunter-twelve"}',
        "hunter-twelve",
      ],
      ["a password in JSON that was cut off", '{"user":4711,"password":"hunter-thirteen', "hunter-thirteen"],
      ["a cookie's second pair", "Cookie: theme=dark; sid=c0ffee-two", "c0ffee-two"],
      ["a client's address as Java writes it", "reset by /203.0.113.92:51234", "203.0.113.92"],
    ] as const
  ).map(([what, value, secret]) => ({ what, place: "span attribute" as const, key: "note", value, secret })),
  // The rest of a span.
  {
    what: "an e-mail address in a span's name",
    place: "span name",
    value: "GET /users/a12@example.com",
    secret: "a12@example.com",
  },
  {
    what: "a token in a span's name",
    place: "span name",
    value: "GET /reset?token=n4me-t0ken",
    secret: "n4me-t0ken",
  },
  {
    what: "an e-mail address in a status message",
    place: "status message",
    value: "cannot mail a13@example.com",
    secret: "a13@example.com",
  },
  {
    what: "an e-mail address in the trace state",
    place: "trace state",
    value: "vendor=a14@example.com",
    secret: "a14@example.com",
  },
  {
    what: "an e-mail address of the resource",
    place: "resource attribute",
    key: "owner",
    value: "a15@example.com",
    secret: "a15@example.com",
  },
  {
    what: "an e-mail address as a service's name",
    place: "service name",
    value: "job-of-a16@example.com",
    secret: "a16@example.com",
  },
  {
    what: "an e-mail address of the scope",
    place: "scope attribute",
    key: "author",
    value: "a17@example.com",
    secret: "a17@example.com",
  },
  {
    what: "an e-mail address as a scope's name",
    place: "scope name",
    value: "lib-of-a18@example.com",
    secret: "a18@example.com",
  },
  {
    what: "an e-mail address of a link",
    place: "link attribute",
    key: "sender",
    value: "a19@example.com",
    secret: "a19@example.com",
  },
];

/** What tells nothing of a person, and looks as if it might. It is stored as it was sent. */
export const harmlessValues: readonly { readonly key: string; readonly value: string | OtlpValue }[] = [
  ...[
    "550e8400-e29b-41d4-a716-446655440000",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "00f067aa0ba902b7",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "DE12CD34EF56AB12CD34EF56AB12CD34",
    "1700000000000",
    "1700000000000000000",
    "0.4532345678901234",
    "2024-01-01T00:00:00.123+02:00",
    "1.2.3",
    "v2.13.0-rc.1",
    "1.0.0+20130313144700",
    "https://api.example.com/v1/users/42?page=2&sort=asc",
    "http://jaeger-collector.observability:4317",
    "redis://cache:6379/0",
    "com.example.auth.TokenFilter",
    "java.lang.IllegalStateException: boom\n\tat com.example.Foo.bar(Foo.java:12)",
    "Foo@5e91993f",
    "@opentelemetry/api@1.9.0",
    "10.0.3.4:5432",
    "172.16.0.9",
    "192.168.1.1",
    "127.0.0.1",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "POST /api/v1/auth/login",
    "Basic authentication failed",
    "std::vector<int>",
    "arn:aws:s3:::bucket/key",
    "max_tokens: 4096",
    "bypass=true",
    "4 passed, 0 failed",
    "/usr/lib/node_modules/typescript/5.9.3/lib",
  ].map((value, index) => ({ key: `harmless.${index}`, value })),
  { key: "db.statement", value: "SELECT id FROM users_2024 WHERE email = $1 AND token = ? AND n = 7" },
  { key: "user.id", value: "4711" },
  { key: "http.response.status_code", value: { intValue: "500" } },
  { key: "messaging.batch", value: list("a", "b") },
];
