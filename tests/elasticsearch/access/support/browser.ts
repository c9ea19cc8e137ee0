import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { sessionCookie } from "./cookies";
import { ensureDebianTree } from "./debianTree";
import type { Access } from "./site";

/**
 * Debian's Chromium, without a window. The hosts of the stacks are led to the loopback and no other can be reached; it
 * trusts the certificate of this run by its key, since nobody that it knows has signed it.
 */
async function startBrowser({ portOf, certificate }: Access): Promise<Browser> {
  const { chromium: executablePath, environment } = await ensureDebianTree();
  const key = new X509Certificate(certificate.certificate).publicKey.export({ type: "spki", format: "der" });
  const rules = Object.entries(portOf).map(([host, port]) => `MAP ${host}:443 127.0.0.1:${port}`);
  return chromium.launch({
    executablePath,
    env: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? ""])),
    args: [
      "--disable-gpu",
      `--host-resolver-rules=${[...rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"].join(", ")}`,
      `--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`,
    ],
  });
}

/** Opens a page in a window that knows nobody yet, and closes it after the visit. */
export type InBrowser = (
  visit: (page: Page, context: BrowserContext) => Promise<void>,
  options?: BrowserContextOptions,
) => Promise<void>;

/** A browser for the tests of a block. @param started asked when they run */
export function usesBrowser(started: () => Access): InBrowser {
  let browser: Browser | undefined;

  before(async () => {
    browser = await startBrowser(started());
  });
  after(async () => {
    await browser?.close();
  });

  return async (visit, options) => {
    assert.ok(browser !== undefined);
    const context = await browser.newContext({ viewport: { width: 800, height: 360 }, ...options });
    context.setDefaultTimeout(15_000);
    try {
      await visit(await context.newPage(), context);
    } finally {
      await context.close();
    }
  };
}

/** The UI's session, if there is one. */
export async function sessionsOf(context: BrowserContext): ReturnType<BrowserContext["cookies"]> {
  return (await context.cookies()).filter(({ name }) => name === sessionCookie);
}
