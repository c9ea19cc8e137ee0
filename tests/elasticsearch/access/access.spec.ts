import { withAnnotations, withGroups } from "../../support/variants";
import { describeAnnotations } from "./support/annotations";
import { groupPeople } from "./support/groups";
import { describeGroups } from "./support/groupsCount";
import { claimsByName, people, reader, type Person } from "./support/people";
import { describeRefusals } from "./support/refusals";
import type { Variants } from "./support/rendered";
import { describeRotation } from "./support/rotation";
import { describeSigningIn } from "./support/signingIn";
import { describeSigningOut } from "./support/signingOut";
import { startAccess, type Access } from "./support/site";

// What is real and what stands in for what: support/site.ts, support/edge.ts, support/identityProvider.ts.

/** Everything that stands for one set of tests. @returns what is there when the tests run */
function whileStarted(who: Readonly<Record<string, Person>>, variants?: Variants): () => Access {
  let access: Access | undefined;

  before(async function () {
    // A cold machine builds the proxy and fetches a browser first.
    this.timeout(45 * 60_000);
    access = await startAccess(claimsByName(who), variants);
  });
  after(async () => {
    await access?.stop();
  });

  return () => {
    if (access === undefined) throw new Error("nothing was started");
    return access;
  };
}

describe("access to the UI", () => {
  const started = whileStarted(people);
  describe("signing in", () => {
    describeSigningIn(started);
    describeSigningOut(started, reader, false);
  });
  describe("requests that must not get a trace", () => {
    describeRefusals(started);
  });
});

describe("access to the UI, where groups count and sign-out ends at the provider", () => {
  const started = whileStarted(groupPeople, { production: withGroups });
  describeGroups(started);
  describeSigningOut(started, "member", true);
  describeRotation(started, "member");
});

describe("access to the UI, where the Ingress controller acts by the guide's annotations", () => {
  describeAnnotations(whileStarted(people, { production: withAnnotations, staging: withAnnotations }));
});
