import assert from "node:assert/strict";
import * as path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { browserHeaders } from "../../../../components/jaeger/sharedConfig";
import { projectFolder } from "../../../../sandbox/support/paths";
import { holdSection, table } from "../../../support/accessPage";
import { sessionsOf, usesBrowser } from "./browser";
import { sessionCookie } from "./cookies";
import { holdEntering } from "./entering";
import { reader, people } from "./people";
import { codeFor, signInAtProvider } from "./signIn";
import { uiConfigOf } from "./rendered";
import { signOutEntry } from "./signingOut";
import type { Access, Site } from "./site";
import { isLeak } from "./trial";
import type { Visitor } from "./visitor";

// Jaeger built from Go's module proxy has a placeholder in place of the UI's page, so what people see of a trace is the API's JSON.

const images = path.join(projectFolder, "docs/images");

/** How people sign in, and out. @param started asked when the tests run */
export function describeSigningIn(started: () => Access): void {
  let access: Access;
  let question: string;
  const inBrowser = usesBrowser(started);

  before(() => {
    access = started();
    question = `/api/traces/${access.trace.traceId}`;
  });

  async function picture(page: Page, name: string): Promise<void> {
    if (process.env.UPDATE_DOCS !== undefined)
      await page.screenshot({ path: path.join(images, `${name}.png`) });
  }

  async function seesTrace(page: Page): Promise<boolean> {
    return isLeak(access, await page.innerText("body"));
  }

  async function holdCookie(context: BrowserContext, { host }: Site): Promise<void> {
    const [cookie] = await sessionsOf(context);
    assert.ok(cookie !== undefined, "no session");
    const { httpOnly, secure, sameSite, domain, expires } = cookie;
    assert.deepEqual([httpOnly, secure, sameSite, domain], [true, true, "Lax", host]);
    const hours = (expires - Date.now() / 1000) / 3600;
    assert.ok(hours > 11.9 && hours <= 12, `${hours} h`);
  }

  it("production: a browser is led to the identity provider, signs in there, sees the trace, and signs out", async () => {
    const { production } = access.sites;
    const address = `https://${production.host}`;
    await inBrowser(async (page, context) => {
      await page.goto(address + question);
      assert.ok(page.url().startsWith(access.issuerUrl), page.url());
      await page.fill("input[name=login]", reader);
      await page.fill("input[name=password]", "any");
      await picture(page, "sign-in-at-provider");
      await page.click("button[type=submit]");
      // The provider asks whether the UI may know who this is.
      await page.click("button[type=submit]");
      await page.waitForURL(address + question);
      assert.ok(await seesTrace(page));
      await picture(page, "trace-after-sign-in");
      await holdCookie(context, production);

      // As docs/access.md tells: by way of the provider, which asks once more.
      const discovery = await access.visitor().open(`${access.issuerUrl}/.well-known/openid-configuration`);
      const { end_session_endpoint: end } = JSON.parse(discovery.text) as {
        readonly end_session_endpoint: string;
      };
      await page.goto(`${address}/oauth2/sign_out?rd=${encodeURIComponent(end)}`);
      assert.equal(page.url(), end);
      assert.deepEqual(await sessionsOf(context), []);
      await page.click("button[name=logout]");
      await page.waitForURL(/success/);
      await page.goto(address + question);
      assert.ok(page.url().startsWith(access.issuerUrl), page.url());
      assert.ok(!(await seesTrace(page)));
    });
  });

  it("staging: a browser gets a form, is refused with a wrong password, signs in, sees the trace, and signs out", async () => {
    const { staging } = access.sites;
    const address = `https://${staging.host}`;
    await inBrowser(async (page, context) => {
      const fill = async (password: string): Promise<void> => {
        await page.fill("input[name=username]", "nova");
        await page.fill("input[name=password]", password);
        await page.press("input[name=password]", "Enter");
      };
      await page.goto(address + question);
      assert.equal(page.url(), address + question);
      // Nothing that leads to a provider, which would know nobody.
      assert.equal(await page.locator("button, a").count(), 1);
      await picture(page, "sign-in-with-password");
      await fill("wrong");
      await page.waitForURL(`${address}/oauth2/sign_in`);
      assert.match(await page.innerText("[role=alert]"), /password is wrong/);
      assert.deepEqual(await sessionsOf(context), []);

      await page.goto(address + question);
      await fill(staging.proxy.passwords.nova ?? "");
      await page.waitForFunction("document.contentType === 'application/json'");
      assert.equal(page.url(), address + question);
      assert.ok(await seesTrace(page));
      await holdCookie(context, staging);

      // Where staging's menu leads; that the entry is there and does so is shown with production's, in signingOut.ts.
      await page.goto(address + signOutEntry(uiConfigOf(["staging"])));
      assert.deepEqual(await sessionsOf(context), []);
      await page.goto(address + question);
      assert.ok(!(await seesTrace(page)));
    });
  });

  it("staging: the form shows nothing in a frame of another page, and neither does an error", async () => {
    const { host } = access.sites.staging;
    await inBrowser(async (page) => {
      for (const shown of [question, "/oauth2/callback"]) {
        const address = `https://${host}${shown}`;
        await page.goto(address);
        assert.ok(await page.locator("h1").isVisible(), shown);
        await page.setContent(`<h2>another page</h2><iframe src="${address}"></iframe>`);
        const framed = page.frameLocator("iframe").locator("h1");
        await framed.waitFor({ state: "attached" });
        assert.ok(!(await framed.isVisible()), `${shown} in a frame`);
      }
    });
  });

  it("production: with the trace comes the word to show it in no frame, and to guess no type", async () => {
    const { headers, text } = await signInAtProvider(access, access.visitor(), reader, question);
    assert.ok(isLeak(access, text));
    for (const [name, value] of Object.entries(browserHeaders)) {
      assert.equal(headers[name.toLowerCase()], value, name);
    }
  });

  it("production: whom the identity provider vouches for comes in, or not; docs/access.md says who", async () => {
    await holdEntering(access, people, "people");
  });

  it("production: the provider's code is good once, in the browser that asked for it; docs/access.md says so", async () => {
    const begun = async (): Promise<Visitor> => {
      const visitor = access.visitor();
      await visitor.step(`https://${access.sites.production.host}${question}`);
      return visitor;
    };
    const owner = access.visitor();
    const tries: readonly (readonly [string, Visitor, Visitor])[] = [
      ["in a browser that began no sign-in", access.visitor(), access.visitor()],
      ["in a browser that began a sign-in of its own", access.visitor(), await begun()],
      ["in the browser that began this one", owner, owner],
    ];
    const rows: string[][] = [];
    let code = "";
    for (const [what, begins, ends] of tries) {
      code = await codeFor(access, begins, reader, question);
      const page = await ends.open(code);
      const mayEnter = begins === ends;
      assert.equal(isLeak(access, JSON.stringify(page)), mayEnter, `${what}: ${page.status}`);
      rows.push([what, mayEnter ? "the trace" : `${page.status}`]);
    }
    const again = await owner.step(code);
    assert.ok(!isLeak(access, JSON.stringify(again)));
    rows.push(["there once more", `${again.status}`]);
    await holdSection("codes", table(["A code of the provider, used", "Got"], rows));
  });

  it("what signing out of the UI alone does not do: end the provider's session, or a copy of the UI's", async () => {
    const { host } = access.sites.production;
    const visitor = access.visitor();
    await signInAtProvider(access, visitor, reader, question);
    const copy = visitor.cookie(host, sessionCookie) ?? "";
    await visitor.open(`https://${host}/oauth2/sign_out?rd=/ping`);
    assert.equal(visitor.cookie(host, sessionCookie), undefined);

    const thief = access.visitor();
    thief.setCookie(host, sessionCookie, copy);
    assert.ok(isLeak(access, (await thief.open(`https://${host}${question}`)).text), "the copy");
    assert.ok(
      isLeak(access, (await visitor.open(`https://${host}${question}`)).text),
      "the provider's session",
    );
  });
}
