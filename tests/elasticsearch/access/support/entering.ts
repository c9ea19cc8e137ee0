import assert from "node:assert/strict";
import { holdSection, table } from "../../../support/accessPage";
import type { Person } from "./people";
import { signInAtProvider } from "./signIn";
import type { Access } from "./site";
import { isLeak } from "./trial";

/** Lets each of them sign in at the provider and ask for the trace; docs/access.md says in a section what they got. */
export async function holdEntering(
  access: Access,
  people: Readonly<Record<string, Person>>,
  section: string,
): Promise<void> {
  const question = `/api/traces/${access.trace.traceId}`;
  const rows: string[][] = [];
  for (const [name, { what, mayEnter }] of Object.entries(people)) {
    const visitor = access.visitor();
    const page = await signInAtProvider(access, visitor, name, question);
    assert.equal(isLeak(access, JSON.stringify(page)), mayEnter, `${what}: ${page.status} ${page.url}`);
    // Not only where the sign-in ends: with the session that it left, too.
    const again = await visitor.step(`https://${access.sites.production.host}${question}`);
    assert.equal(isLeak(access, JSON.stringify(again)), mayEnter, `${what}, once more: ${again.status}`);
    rows.push([what, mayEnter ? "the trace" : `${page.status}`]);
  }
  await holdSection(section, table(["Signed in at the provider with", "Got"], rows));
}
