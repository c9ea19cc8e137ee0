import assert from "node:assert/strict";
import { basic } from "../../../e2e/support/ui";
import { attempts } from "./attempts";
import { holdSection } from "../../../support/accessPage";
import { sessionsOf, usesBrowser } from "./browser";
import { sessionCookie } from "./cookies";
import { reader } from "./people";
import type { Access, Site } from "./site";
import { isLeak, learn, questionsOf, tryOne } from "./trial";

const stacks = ["production", "staging"] as const;

/** The guide's annotations, where the edge acts by them. @param started asked when the tests run */
export function describeAnnotations(started: () => Access): void {
  const inBrowser = usesBrowser(started);
  const question = (): string => `/api/traces/${started().trace.traceId}`;

  it("production: the edge leads to the identity provider and back to the very trace, without another question", async () => {
    const { sites, issuerUrl, visitor } = started();
    const address = `https://${sites.production.host}${question()}`;
    const first = await visitor().step(address);
    const { host, pathname, searchParams } = new URL(first.headers.location ?? "");
    assert.deepEqual([first.status, host, pathname], [302, sites.production.host, "/oauth2/start"]);
    assert.equal(
      searchParams.get("rd"),
      address,
      "where the proxy alone would have led to the provider itself",
    );
    await inBrowser(async (page, context) => {
      await page.goto(address);
      assert.ok(page.url().startsWith(issuerUrl), page.url());
      await page.fill("input[name=login]", reader);
      await page.fill("input[name=password]", "any");
      await page.click("button[type=submit]");
      await page.click("button[type=submit]");
      await page.waitForURL(address);
      assert.ok(isLeak(started(), await page.innerText("body")));
      assert.equal((await sessionsOf(context)).length, 1);
    });
  });

  it("staging: the browser asks for the password once, and the proxy takes it from the edge", async () => {
    const { staging } = started().sites;
    const address = `https://${staging.host}${question()}`;
    const refused = await started().visitor().step(address);
    assert.deepEqual([refused.status, refused.headers["www-authenticate"]], [401, 'Basic realm="Jaeger"']);
    const httpCredentials = { username: "nova", password: staging.proxy.passwords.nova ?? "" };
    await inBrowser(
      async (page, context) => {
        await page.goto(address);
        assert.ok(isLeak(started(), await page.innerText("body")));
        assert.deepEqual(
          await sessionsOf(context),
          [],
          "each request has the password, and there is no session",
        );
        // So nothing that the server does signs such a browser out.
        await page.goto(`https://${staging.host}/oauth2/sign_out`);
        await page.goto(address);
        assert.ok(isLeak(started(), await page.innerText("body")));
      },
      { httpCredentials },
    );
  });

  it("nothing else gets anything of the trace; docs/access.md says of how many requests", async () => {
    const access = started();
    const known = await learn(access);
    const asks = (site: Site, header: readonly [string, string]): ReturnType<typeof tryOne> =>
      tryOne(access, site.ingress, known[site.stack], {
        what: "",
        request: ({ question: target }) => ({ target, headers: [header] }),
      });
    // What shows that the questions are good ones.
    const { production, staging } = access.sites;
    const { authorization = "" } = basic({ username: "nova", password: staging.proxy.passwords.nova ?? "" });
    const good = [
      await asks(production, ["Cookie", `${sessionCookie}=${known.production.session}`]),
      await asks(staging, ["Authorization", authorization]),
    ];
    for (const { leaks } of good) assert.deepEqual(leaks, questionsOf(access));

    let requests = 0;
    const leaks: string[] = [];
    for (const attempt of Object.values(attempts).flat()) {
      for (const stack of stacks) {
        const trial = await tryOne(access, access.sites[stack].ingress, known[stack], attempt);
        requests += trial.requests;
        leaks.push(...trial.leaks.map((leaked) => `${attempt.what} (${stack}): ${leaked}`));
      }
    }
    assert.deepEqual(leaks, [], "answered with data");
    await holdSection(
      "annotations",
      `All of it once more through the Ingress with the guide's annotations: ${requests} requests, ${leaks.length} of them answered with anything of the trace.`,
    );
  });
}
