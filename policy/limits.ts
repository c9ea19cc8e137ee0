/**
 * What each environment promises, in numbers: the one table that the program reads for its defaults and bounds, and
 * that the policy pack holds the result to. Data only, no imports: the pack shares these numbers with the program and
 * no code, so that a fault in the program's checks cannot blind the pack too.
 *
 * Changing a number here is a decision about every environment: tests/policy/limits.spec.ts holds the same table as
 * literals, so that a change has to be made twice, and policy/CHANGELOG.md says why (tightening is a major version).
 */

/** The environments there are. The environment is the name of the stack; there is no other. */
export const environments = ["dev", "staging", "production"] as const;

/** Name of an environment, and of its stack. */
export type Environment = (typeof environments)[number];

/** Where spans are kept. */
export type StorageType = "memory" | "elasticsearch";

/** Who removes spans that are past their age: the store itself, Jaeger's index cleaner, or Elasticsearch's ILM. */
export type RetentionMechanism = "store" | "cleaner" | "ilm";

/** How people get to the trace UI: `none` is loopback only (port-forward), the others stand behind a proxy. */
export type UiAuthentication = "none" | "basic" | "oauth2";

/** Share of root spans that is recorded, 0 to 1. */
export interface SampleRateLimits {
  /** Less than this and the environment does not show what it is for. */
  readonly floor: number;
  /** What a service gets that says nothing. */
  readonly default: number;
  /** More than this costs more than the environment has. */
  readonly ceiling: number;
}

/** What one environment promises. */
export interface EnvironmentLimits {
  /** Value of `APP_ENV` and of `deployment.environment.name`. */
  readonly appEnv: string;
  /** Bounds of the sample rate, 0 to 1. */
  readonly sampleRate: SampleRateLimits;
  /** Highest sample rate of a service that `highTrafficServices` lists, 0 to 1. */
  readonly highTrafficCeiling: number;
  /** Days that a span is kept. In dev a maximum; elsewhere exact, plus one index period and one cleaner or ILM poll. */
  readonly retentionDays: number;
  /** Where spans are kept. */
  readonly storage: StorageType;
  /** What enforces `retentionDays`. */
  readonly retentionMechanism: RetentionMechanism;
  /** How people get to the UI. */
  readonly uiAuthentication: UiAuthentication;
  /** Pods that each of collector and query must have at least. */
  readonly minimumReplicas: number;
  /** Whether a gateway takes personal data out of all of a span before Jaeger gets it. */
  readonly redactionGateway: boolean;
}

const dev = Object.freeze({
  appEnv: "development",
  // Every request is traced: one developer's load, and a missing trace is a missing bug.
  sampleRate: Object.freeze({ floor: 1, default: 1, ceiling: 1 }),
  highTrafficCeiling: 1,
  retentionDays: 7,
  // Never on disk: development data is thrown away, and nothing outlives the pod by more than its node.
  storage: "memory",
  retentionMechanism: "store",
  uiAuthentication: "none",
  minimumReplicas: 1,
  // A developer's own data, in memory for days; Jaeger's own step has to do.
  redactionGateway: false,
} as const) satisfies EnvironmentLimits;

const staging = Object.freeze({
  appEnv: "staging",
  // Half of the requests: enough to see a release, at half of the load of all.
  sampleRate: Object.freeze({ floor: 0.5, default: 0.5, ceiling: 0.5 }),
  highTrafficCeiling: 0.5,
  retentionDays: 30,
  storage: "elasticsearch",
  // Dated indices and Jaeger's own cleaner: memory cannot keep 30 days.
  retentionMechanism: "cleaner",
  uiAuthentication: "basic",
  minimumReplicas: 1,
  redactionGateway: true,
} as const) satisfies EnvironmentLimits;

const production = Object.freeze({
  appEnv: "production",
  // A tenth still shows every pattern; a hundredth is the least that does for a service with ordinary traffic.
  sampleRate: Object.freeze({ floor: 0.01, default: 0.1, ceiling: 0.1 }),
  highTrafficCeiling: 0.01,
  retentionDays: 90,
  storage: "elasticsearch",
  retentionMechanism: "ilm",
  uiAuthentication: "oauth2",
  // One node may go away without spans being refused.
  minimumReplicas: 2,
  redactionGateway: true,
} as const) satisfies EnvironmentLimits;

/** The limits by environment. */
export const limits = Object.freeze({ dev, staging, production }) satisfies Readonly<
  Record<Environment, EnvironmentLimits>
>;

/**
 * Days that a snapshot of the storage is kept at most. A snapshot holds spans that may be as old as the retention, so
 * each of these days is one that a span outlives the promise by: a week is what it takes to notice a loss, and as much
 * as the smallest retention.
 */
export const snapshotDays = 7;

/** Services whose traffic is so high that they are held to `highTrafficCeiling`, by the name in their ConfigMap. */
export const highTrafficServices: readonly string[] = Object.freeze(["messaging-service"]);

/**
 * Span attributes that never reach storage: what the guide forbids, what its examples nearly leak, and the headers
 * and statements that instrumentation copies. Every traces pipeline must delete or hash each of them; a pattern that
 * covers a whole family of names does for all of its members.
 */
export const personalDataAttributes: readonly string[] = Object.freeze([
  "user.password",
  "user.email",
  "email.to",
  "email.subject",
  "password",
  "client_secret",
  "authorization",
  "http.request.header.authorization",
  "http.request.header.cookie",
]);

/**
 * What personal data looks like where its name does not tell: one example of each kind, none of them anybody's. Where a
 * gateway is demanded, its redaction has to find each of them in any value and in the texts of a span.
 */
export const personalDataExamples: Readonly<Record<string, string>> = Object.freeze({
  "an e-mail address": "jane.doe@example.com",
  "an e-mail address in a URL": "/find?who=jane.doe%40example.com",
  "a password in a text": "password=correct-horse",
  "a token in a query": "/reset?token=q9w8e7",
  "a bearer token": "Bearer abcdef0123456789abcdef",
  "a JSON web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
  "the credentials of a URL": "postgres://jane:correct-horse@db:5432/shop",
  "a card number": "4111 1111 1111 1111",
  "an IBAN": "DE89370400440532013000",
  "a social security number": "078-05-1120",
  "a telephone number": "+49 170 1234567",
  "a public IPv4 address": "203.0.113.7",
  "a public IPv6 address": "2001:db8:85a3::8a2e:370:7334",
  "a key of AWS": "AKIAIOSFODNN7EXAMPLE",
  "a private key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----",
});
