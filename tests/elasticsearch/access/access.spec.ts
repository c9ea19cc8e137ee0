import { claimsByName } from "./support/people";
import { describeRefusals } from "./support/refusals";
import { describeSigningIn } from "./support/signingIn";
import { startAccess, type Access } from "./support/site";

// What is real and what stands in for what: support/site.ts, support/edge.ts, support/identityProvider.ts.

describe("access to the UI", () => {
  let access: Access | undefined;

  before(async function () {
    // A cold machine builds the proxy and fetches a browser first.
    this.timeout(45 * 60_000);
    access = await startAccess(claimsByName);
  });
  after(async () => {
    await access?.stop();
  });

  const started = (): Access => {
    if (access === undefined) throw new Error("nothing was started");
    return access;
  };
  describe("signing in", () => {
    describeSigningIn(started);
  });
  describe("requests that must not get a trace", () => {
    describeRefusals(started);
  });
});
