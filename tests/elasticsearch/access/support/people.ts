import type { Claims } from "./identityProvider";

/** Somebody who signs in at the identity provider, by the name that is typed in. */
export interface Person {
  readonly what: string;
  readonly claims: Claims;
  readonly mayEnter: boolean;
}

const verified = (email: string): Claims => ({ email, email_verified: true });

/** The one who may. */
export const reader = "reader@nova.com";

export const people: Readonly<Record<string, Person>> = {
  [reader]: { what: "an address of an allowed domain, verified", claims: verified(reader), mayEnter: true },
  capitals: { what: "the same in capitals", claims: verified("READER@NOVA.COM"), mayEnter: true },
  unsaid: {
    what: "an address of which the provider does not say whether it is verified",
    claims: { email: "another@nova.com" },
    mayEnter: true,
  },
  unverified: {
    what: "an address that is not verified",
    claims: { email: "another@nova.com", email_verified: false },
    mayEnter: false,
  },
  other: { what: "another domain", claims: verified("somebody@example.com"), mayEnter: false },
  below: {
    what: "a domain below the allowed one",
    claims: verified("somebody@mail.nova.com"),
    mayEnter: false,
  },
  ending: { what: "a domain that ends like it", claims: verified("somebody@evilnova.com"), mayEnter: false },
  beginning: {
    what: "a domain that begins like it",
    claims: verified("somebody@nova.com.example.com"),
    mayEnter: false,
  },
  before: { what: "its name before the @", claims: verified("nova.com@example.com"), mayEnter: false },
  twice: { what: "two @", claims: verified("somebody@nova.com@example.com"), mayEnter: false },
  "somebody@nova.com": {
    what: "no address, and a user's name that looks like one",
    claims: { preferred_username: "somebody@nova.com" },
    mayEnter: false,
  },
};

/** What the identity provider says of each. */
export function claimsByName(all: Readonly<Record<string, Person>>): Readonly<Record<string, Claims>> {
  return Object.fromEntries(Object.entries(all).map(([name, { claims }]) => [name, claims]));
}
