import assert from "node:assert/strict";
import { list } from "../../../support/document";
import { sessionsOf, usesBrowser } from "./browser";
import type { Access } from "./site";

/** Where the menu's entry to sign out leads. @param uiConfig a JSON text */
export function signOutEntry(uiConfig: string): string {
  const menu = list(JSON.parse(uiConfig), "menu") as { readonly label: string; readonly url?: string }[];
  const url = menu.find(({ label }) => label === "Sign out")?.url;
  if (url === undefined) throw new Error("the menu has no entry to sign out");
  return url;
}

/**
 * How people leave production's UI by its menu.
 *
 * @param started asked when the tests run
 * @param name who signs in
 * @param endsAtProvider whether the stack knows the provider's sign-out
 */
export function describeSigningOut(started: () => Access, name: string, endsAtProvider: boolean): void {
  const inBrowser = usesBrowser(started);
  const where = endsAtProvider ? "and of the provider" : "and shows that it did";

  it(`production: the menu's entry signs out of the UI, ${where}`, async () => {
    const { sites, issuerUrl } = started();
    const address = `https://${sites.production.host}`;
    await inBrowser(async (page, context) => {
      const signIn = async (): Promise<void> => {
        await page.fill("input[name=login]", name);
        await page.fill("input[name=password]", "any");
        await page.click("button[type=submit]");
        await page.click("button[type=submit]");
        await page.waitForURL(`${address}/search`);
      };
      await page.goto(`${address}/search`);
      await signIn();
      assert.equal((await sessionsOf(context)).length, 1);
      assert.ok((await page.innerText("nav")).includes("Website / Docs"), "Jaeger's own entries");

      await page.click("text=Sign out");
      if (endsAtProvider) {
        await page.waitForURL(`${issuerUrl}/session/end`);
        assert.deepEqual(await sessionsOf(context), []);
        await page.click("button[name=logout]");
        await page.waitForURL(/success/);
      } else {
        await page.waitForURL(`${address}/ping`);
        assert.deepEqual(await sessionsOf(context), []);
      }
      // The provider knows who this is where nobody signed out of it: it leads back at once.
      await page.goto(`${address}/search`);
      const end = endsAtProvider ? issuerUrl : `${address}/search`;
      assert.ok(page.url().startsWith(end), page.url());
    });
  });
}
