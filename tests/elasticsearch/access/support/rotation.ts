import assert from "node:assert/strict";
import { proxyFiles } from "../../../../components/jaeger/uiProxy";
import { until } from "../../../../sandbox/support/process";
import { basic } from "../../../e2e/support/ui";
import { sessionOf, signInAtProvider } from "./signIn";
import type { Access } from "./site";
import { isLeak } from "./trial";
import { userLine } from "./uiProxy";

/**
 * What docs/access.md says of new secrets while the proxy runs, which then has another one to its end.
 * @param started asked when the tests run @param name who signs in
 */
export function describeRotation(started: () => Access, name: string): void {
  const question = (): string => `/api/traces/${started().trace.traceId}`;
  const signIn = async (): Promise<boolean> => {
    const page = await signInAtProvider(started(), started().visitor(), name, question());
    return isLeak(started(), page.text);
  };

  it("the client's secret is read anew at each sign-in, without a restart", async () => {
    const { proxy } = started().sites.production;
    proxy.changeSecret({ [proxyFiles.clientSecret]: "wrong" });
    assert.equal(await signIn(), false);
    proxy.changeSecret({ [proxyFiles.clientSecret]: started().clientSecret });
    assert.equal(await signIn(), true);
  });

  it("a new password of the probe counts within seconds, and the old one no longer", async () => {
    const { proxy, service } = started().sites.production;
    const opens = async (password: string): Promise<boolean> => {
      const headers = { ...basic({ username: "probe", password }), accept: "application/json" };
      const address = `http://${service.address}:${service.port}${question()}`;
      return isLeak(started(), await (await fetch(address, { headers })).text());
    };
    assert.equal(await opens(proxy.passwords.probe ?? ""), true);
    proxy.changeSecret({ [proxyFiles.users]: userLine("probe", "another") });
    assert.ok(await until(() => opens("another"), 10_000, 200));
    assert.equal(await opens(proxy.passwords.probe ?? ""), false);
  });

  it("a new key of the cookies ends all sessions at once", async () => {
    const access = started();
    const { production } = access.sites;
    const visitor = access.visitor();
    await signInAtProvider(access, visitor, name, question());
    sessionOf(visitor, production);
    const ask = async (): Promise<boolean> =>
      isLeak(access, (await visitor.step(`https://${production.host}${question()}`)).text);
    assert.equal(await ask(), true);
    production.proxy.changeSecret({ [proxyFiles.cookieSecret]: "0123456789abcdef0123456789abcdef" });
    assert.equal(await ask(), false);
  });
}
