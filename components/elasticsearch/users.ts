/**
 * Jaeger's user, one for each generation of its password. A new one gets a user of its own, so that pods with the old
 * password go on until the last of them has been replaced: nothing is refused in between.
 */
export function jaegerUser(generation: number): string {
  return generation === 1 ? "jaeger" : `jaeger-${generation}`;
}

/** How far back users are looked for that nobody needs any more. */
const longestHistory = 20;

/**
 * The users that go when a generation comes: all but its own and the one before it. So a password that has leaked is
 * worth nothing at once if the generation goes up by two, at the price of a short interruption.
 */
export function retiredUsers(generation: number): string[] {
  const first = Math.max(1, generation - longestHistory);
  const retired = Array.from({ length: Math.max(0, generation - 1 - first) }, (_, index) => first + index);
  return retired.map(jaegerUser);
}
