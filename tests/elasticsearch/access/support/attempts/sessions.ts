import type { Attempt, Knowledge } from "../attempts";
import { partsOf, sessionCookie, signed } from "../cookies";

const hour = 3600;

function withCookie(what: string, cookie: (knowledge: Knowledge) => string): Attempt {
  return {
    what,
    request: (knowledge) => ({ target: knowledge.question, headers: [["Cookie", cookie(knowledge)]] }),
  };
}

function withSession(what: string, value: (knowledge: Knowledge) => string): Attempt {
  return withCookie(what, (knowledge) => `${sessionCookie}=${value(knowledge)}`);
}

/** Another character in one place. */
function spoiled(text: string): string {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}${text[middle] === "A" ? "B" : "A"}${text.slice(middle + 1)}`;
}

export const sessionAttempts: readonly Attempt[] = [
  { what: "no session", request: ({ question }) => ({ target: question }) },
  withSession("an empty session", () => ""),
  withSession("a made-up session", () => "dHJ1ZQ==|1700000000|c2lnbmF0dXJl"),
  withSession("a session with one character changed", ({ session }) => {
    const { value } = partsOf(session);
    return session.replace(value, spoiled(value));
  }),
  withSession("a session without its signature", ({ session }) => session.slice(0, session.lastIndexOf("|"))),
  withSession("a session signed with another key", ({ session }) => signed(session, "0".repeat(32), 0)),
  withSession("the other stack's session", ({ otherSession }) => otherSession),
  withSession("a session of 12 hours and a second ago", ({ session, cookieSecret }) =>
    signed(session, cookieSecret, 12 * hour + 1),
  ),
  withSession("a session from 6 minutes ahead", ({ session, cookieSecret }) =>
    signed(session, cookieSecret, -360),
  ),
  withSession("the cookie of a sign-in that was begun, as a session", ({ csrfCookie }) => csrfCookie),
  withCookie("a session under another name", ({ session }) => `session=${session}`),
  withCookie("a session in a piece that is not the first", ({ session }) => `${sessionCookie}_1=${session}`),
  {
    what: "a session in the query",
    request: ({ question, session }) => ({
      target: `${question}?${sessionCookie}=${encodeURIComponent(session)}`,
    }),
  },
  {
    what: "a session as a bearer token",
    request: ({ question, session }) => ({
      target: question,
      headers: [["Authorization", `Bearer ${session}`]],
    }),
  },
];
