import assert from "node:assert/strict";
import { basic } from "../../../e2e/support/ui";
import { holdEntering } from "./entering";
import { groupPeople } from "./groups";
import type { Access } from "./site";
import { isLeak } from "./trial";

/** Who comes in where groups count. @param started asked when the tests run */
export function describeGroups(started: () => Access): void {
  it("who is in an allowed group comes in, and nobody else; docs/access.md says who", async () => {
    await holdEntering(started(), groupPeople, "groups");
  });

  it("so does the probe's user by its password, who is in no group of the provider's", async () => {
    const access = started();
    const { service, proxy } = access.sites.production;
    const ask = async (password: string): Promise<string> => {
      const address = `http://${service.address}:${service.port}/api/traces/${access.trace.traceId}`;
      const headers = { ...basic({ username: "probe", password }), accept: "application/json" };
      return (await fetch(address, { headers, redirect: "manual" })).text();
    };
    assert.ok(isLeak(access, await ask(proxy.passwords.probe ?? "")));
    assert.ok(!isLeak(access, await ask("wrong")));
  });
}
