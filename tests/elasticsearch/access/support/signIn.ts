import { sessionCookie } from "./cookies";
import type { Access, Site } from "./site";
import type { Page, Visitor } from "./visitor";

/** Asks for a path of production's UI, and signs in where it leads. @returns what is there at the end */
export async function signInAtProvider(
  { sites, issuerUrl }: Access,
  visitor: Visitor,
  name: string,
  path: string,
): Promise<Page> {
  let page = await visitor.open(`https://${sites.production.host}${path}`);
  page = await visitor.submit(page, { login: name, password: "any" });
  // The provider asks whether the UI may know who this is.
  while (page.status === 200 && page.url.startsWith(issuerUrl)) page = await visitor.submit(page, {});
  return page;
}

/** Asks for a path of staging's UI, and fills its form in. @returns what is there at the end */
export async function signInByForm({ host, proxy }: Site, visitor: Visitor, path: string): Promise<Page> {
  const page = await visitor.open(`https://${host}${path}`);
  return visitor.submit(page, { username: "nova", password: proxy.passwords.nova ?? "" });
}

/** The session that somebody has. @throws where there is none */
export function sessionOf(visitor: Visitor, { host }: Site): string {
  const session = visitor.cookie(host, sessionCookie);
  if (session === undefined) throw new Error(`nobody is signed in at ${host}`);
  return session;
}
