import type { Attempt } from "../attempts";

function opened(path: string, query: (question: string) => string = () => ""): Attempt {
  return { what: `\`${path}\``, request: ({ question }) => ({ target: path + query(question) }) };
}

const leadingTo = (question: string): string => `?rd=${encodeURIComponent(question)}`;

function form(what: string, fields: Readonly<Record<string, string>>): Attempt {
  const body = new URLSearchParams(fields).toString();
  return {
    what,
    request: ({ question }) => ({
      method: "POST",
      target: `/oauth2/sign_in${leadingTo(question)}`,
      headers: [
        ["Content-Type", "application/x-www-form-urlencoded"],
        ["Content-Length", `${body.length}`],
      ],
      body,
    }),
  };
}

export const endpointAttempts: readonly Attempt[] = [
  opened("/ping"),
  opened("/ready"),
  opened("/robots.txt"),
  opened("/metrics"),
  opened("/oauth2/auth", leadingTo),
  opened("/oauth2/userinfo"),
  opened("/oauth2/start", leadingTo),
  opened("/oauth2/sign_in", leadingTo),
  opened("/oauth2/sign_out", leadingTo),
  opened("/oauth2/callback"),
  ...["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"].map(
    (elsewhere): Attempt => ({
      what: `\`/oauth2/sign_out\` that is to lead to \`${elsewhere}\``,
      request: () => ({ target: `/oauth2/sign_out?rd=${encodeURIComponent(elsewhere)}` }),
    }),
  ),
  {
    what: "`/oauth2/callback` with a made-up code and state",
    request: ({ question }) => ({
      target: `/oauth2/callback?code=forged&state=forged%3A${encodeURIComponent(question)}`,
    }),
  },
  {
    what: "`/oauth2/callback` with a made-up code and the cookie of a sign-in that was begun",
    request: ({ question, csrfCookie }) => ({
      target: `/oauth2/callback?code=forged&state=forged%3A${encodeURIComponent(question)}`,
      headers: [["Cookie", `_oauth2_proxy_csrf=${csrfCookie}`]],
    }),
  },
  form("`/oauth2/sign_in` with a wrong password", { username: "nova", password: "wrong" }),
  form("`/oauth2/sign_in` as probe with a wrong password", { username: "probe", password: "wrong" }),
  form("`/oauth2/sign_in` with no password", { username: "nova", password: "" }),
  form("`/oauth2/sign_in` as nobody", { username: "", password: "" }),
];
