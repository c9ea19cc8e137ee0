import { createHmac } from "node:crypto";

/** Name of the session's cookie, oauth2-proxy's own default. */
export const sessionCookie = "_oauth2_proxy";

/** The proxy's cookie for a session: what it holds (encrypted), seconds since 1970, signature. */
export function partsOf(session: string): { readonly value: string; readonly signature: string } {
  const [value = "", , signature = ""] = session.split("|");
  return { value, signature };
}

/** A session's cookie signed anew, as oauth2-proxy 7.15 does it. @param secret the key of its cookies */
export function signed(session: string, secret: string, secondsAgo: number): string {
  const { value } = partsOf(session);
  const seconds = `${Math.floor(Date.now() / 1000) - secondsAgo}`;
  const signature = createHmac("sha256", secret).update(sessionCookie + value + seconds);
  return `${value}|${seconds}|${signature.digest("base64").replaceAll("+", "-").replaceAll("/", "_")}`;
}
