import type { Attempt, Knowledge } from "./attempts";
import { sessionCookie } from "./cookies";
import { bytesOf, exchange, summaryOf, type Way } from "./exchange";
import { sessionOf, signInAtProvider } from "./signIn";
import type { Access, Site } from "./site";
import { reader } from "./people";

/** What an attempt got. */
export interface Trial {
  /** In few words, for the table. */
  readonly got: string;
  readonly requests: number;
  /** Questions that were answered with data. */
  readonly leaks: readonly string[];
}

/** Questions that are each answered with the canary to whoever may ask. */
export function questionsOf({ trace: { traceId } }: Access): readonly string[] {
  return [
    `/api/traces/${traceId}`,
    `/api/traces?traceID=${traceId}`,
    `/api/v3/traces/${traceId}`,
    "/api/services",
    "/api/v3/services",
  ];
}

/** Tries something with each question. */
export async function tryOne(
  access: Access,
  way: Way,
  known: Knowledge,
  { request }: Attempt,
): Promise<Trial> {
  const questions = questionsOf(access);
  const answers = await Promise.all(
    questions.map(async (question) => {
      const knowledge = { ...known, question };
      const made = request(knowledge);
      const bytes =
        typeof made === "string"
          ? made
          : [made]
              .flat()
              .map((one) => bytesOf(one, known.host))
              .join("");
      return { question, text: await exchange(way, bytes) };
    }),
  );
  return {
    got: [...new Set(answers.map(({ question, text }) => summaryOf(text, question)))].sort().join(", "),
    requests: answers.length,
    leaks: answers.filter(({ text }) => isLeak(access, text)).map(({ question }) => question),
  };
}

/** Whether an answer has anything of the trace that no request has. */
export function isLeak({ canary, trace }: Access, text: string): boolean {
  return [canary, ...trace.spanIds].some((secret) => text.includes(secret));
}

/** What is known to somebody who tries to get in, for each stack. */
export async function learn(access: Access): Promise<Record<Site["stack"], Knowledge>> {
  const { staging, production } = access.sites;
  const visitor = access.visitor();
  await signInAtProvider(access, visitor, reader, "/search");
  // At the Service, since the Ingress controller may ask for the password itself.
  const { nova = "" } = staging.proxy.passwords;
  const form = new URLSearchParams({ username: "nova", password: nova });
  const sessions = {
    production: sessionOf(visitor, production),
    staging: await cookieOf(staging, sessionCookie, "/oauth2/sign_in", { method: "POST", body: form }),
  };
  const of = async (site: Site, another: Site): Promise<Knowledge> => ({
    host: site.host,
    question: "",
    session: sessions[site.stack],
    otherSession: sessions[another.stack],
    otherPassword: another.proxy.passwords.probe ?? "",
    cookieSecret: site.proxy.cookieSecret,
    csrfCookie: await cookieOf(site, `${sessionCookie}_csrf`, "/oauth2/start"),
  });
  return {
    production: await of(production, staging),
    staging: await of(staging, production),
  };
}

/** A cookie that the proxy sets. @throws where it does not */
async function cookieOf({ service }: Site, name: string, path: string, init?: RequestInit): Promise<string> {
  const address = `http://${service.address}:${service.port}${path}`;
  const { headers } = await fetch(address, { ...init, redirect: "manual" });
  const line = headers.getSetCookie().find((one) => one.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`${address} sets no ${name}`);
  return line.slice(name.length + 1).split(";")[0] ?? "";
}
