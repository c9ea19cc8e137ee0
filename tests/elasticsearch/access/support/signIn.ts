import { sessionCookie } from "./cookies";
import type { Access, Site } from "./site";
import { Visitor, type Page } from "./visitor";

/** Asks for a path of production's UI, and signs in where it leads. @returns what is there at the end */
export async function signInAtProvider(
  access: Access,
  visitor: Visitor,
  name: string,
  path: string,
): Promise<Page> {
  return vouch(access, visitor, name, `https://${access.sites.production.host}${path}`);
}

/** Signs in where an address leads, and goes on from there. */
async function vouch({ issuerUrl }: Access, visitor: Visitor, name: string, address: string): Promise<Page> {
  let page = await visitor.submit(await visitor.open(address), { login: name, password: "any" });
  // The provider asks whether the UI may know who this is.
  while (page.status === 200 && page.url.startsWith(issuerUrl)) page = await visitor.submit(page, {});
  return page;
}

/**
 * Begins a sign-in in one browser, and signs in at the provider in another, which goes no further.
 * @returns the address with the code that the provider gave
 */
export async function codeFor(access: Access, begins: Visitor, name: string, path: string): Promise<string> {
  const { host } = access.sites.production;
  const { headers } = await begins.step(`https://${host}${path}`);
  const elsewhere = Object.fromEntries(Object.entries(access.portOf).filter(([known]) => known !== host));
  const signsIn = new Visitor({ portOf: elsewhere, certificate: access.certificate.certificate });
  return (await vouch(access, signsIn, name, headers.location ?? "")).url;
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
