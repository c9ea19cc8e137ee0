import { genSaltSync, hashSync } from "bcryptjs";

/** The vendor's: about 70 ms for each hash on one core. */
const COST = 10;

/**
 * The bcrypt hash of a password, as the vendor's plugin makes it: of its first 72 bytes, which are all that the
 * algorithm reads.
 */
export function bcryptHash(password: string): string {
  // The same algorithm under the older of its two names, which is the one that Go's library writes.
  const salt = genSaltSync(COST).replace(/^\$2b\$/, "$2a$");
  return hashSync(password, salt);
}
