import { randomUUID } from "node:crypto";
import type { Claims } from "./identityProvider";
import type { Person } from "./people";

/** The group that may, in the stack whose groups count. */
const group = "tracing-readers";

const of = (groups: unknown): Claims => ({
  email: "reader@nova.com",
  email_verified: true,
  ...(groups !== undefined && { groups }),
});

/** The group, and others whose names nothing makes shorter. */
function crowd(others: number): string[] {
  return [...Array.from({ length: others }, () => randomUUID()), group];
}

/** People of a provider that says their groups, by the name that is typed in. */
export const groupPeople: Readonly<Record<string, Person>> = {
  member: { what: "the group", claims: of([group]), mayEnter: true },
  other: { what: "another allowed group, with a blank in its name", claims: of(["On call"]), mayEnter: true },
  several: { what: "the group among others", claims: of(["developers", group, "admins"]), mayEnter: true },
  many: { what: "the group and 40 more, of 36 characters each", claims: of(crowd(40)), mayEnter: true },
  // The session in the cookie has all of them, and nginx takes no answer with more than 4 KiB of headers.
  crowd: { what: "the group and 150 more, of 36 characters each", claims: of(crowd(150)), mayEnter: false },
  alone: { what: "the group as a text instead of a list", claims: of(group), mayEnter: true },
  listed: {
    what: "a text with the group and another, by a comma",
    claims: of(`developers,${group}`),
    mayEnter: false,
  },
  spaced: {
    what: "a text with the group and another, by a blank",
    claims: of(`developers ${group}`),
    mayEnter: false,
  },
  none: { what: "an empty list of groups", claims: of([]), mayEnter: false },
  missing: { what: "no word about groups", claims: of(undefined), mayEnter: false },
  empty: { what: "a group without a name", claims: of([""]), mayEnter: false },
  another: { what: "another group", claims: of(["developers"]), mayEnter: false },
  longer: { what: "a group whose name begins like it", claims: of([`${group}-of-logs`]), mayEnter: false },
  shorter: { what: "a group with which its name begins", claims: of(["tracing"]), mayEnter: false },
  capitals: { what: "its name in capitals", claims: of([group.toUpperCase()]), mayEnter: false },
  blank: { what: "its name and a blank", claims: of([`${group} `]), mayEnter: false },
  path: { what: "its name below another group", claims: of([`/${group}`]), mayEnter: false },
  object: { what: "an object that has its name", claims: of([{ name: group }]), mayEnter: false },
  elsewhere: {
    what: "its name in another claim",
    claims: { ...of(undefined), roles: [group] },
    mayEnter: false,
  },
  stranger: {
    what: "the group, and an address of another domain",
    claims: { ...of([group]), email: "reader@example.com" },
    mayEnter: false,
  },
  unverified: {
    what: "the group, and an address that is not verified",
    claims: { ...of([group]), email_verified: false },
    mayEnter: false,
  },
};
