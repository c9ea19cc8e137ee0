import type { RawRequest } from "./exchange";
import { connectionAttempts } from "./attempts/connection";
import { endpointAttempts } from "./attempts/endpoints";
import { headerAttempts } from "./attempts/headers";
import { pathAttempts } from "./attempts/paths";
import { requestAttempts } from "./attempts/requests";
import { sessionAttempts } from "./attempts/sessions";

/** What somebody who tries to get in may know or have. */
export interface Knowledge {
  readonly host: string;
  /** Path of a question that is answered with data to whoever may ask. */
  readonly question: string;
  /** A session that is valid, for attempts that spoil it. */
  readonly session: string;
  /** One of the other stack's. */
  readonly otherSession: string;
  /** A password of the other stack's user `probe`. */
  readonly otherPassword: string;
  /** Key of the stack's cookies, for sessions that are what the proxy would have made at another time. */
  readonly cookieSecret: string;
  /** A cookie that the proxy sets before anybody has signed in. */
  readonly csrfCookie: string;
}

/** One thing that is tried, in a request for each question. */
export interface Attempt {
  /** What docs/access.md calls it. */
  readonly what: string;
  /** One request, or several that go over one connection at once, or bytes. */
  readonly request: (knowledge: Knowledge) => RawRequest | readonly RawRequest[] | string;
}

/** Everything that is tried, by its heading in docs/access.md. */
export const attempts: Readonly<Record<string, readonly Attempt[]>> = {
  "Without a session, or with one that is not good": sessionAttempts,
  "Headers that claim to be somebody": headerAttempts,
  "Paths that look like others": pathAttempts,
  "Methods and hosts": requestAttempts,
  "Connections and smuggled requests": connectionAttempts,
  "The proxy's own addresses": endpointAttempts,
};
