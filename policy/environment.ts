import { type Environment, environments } from "./limits";

/** The environment of a resource, or why there is none. */
export type EnvironmentAnswer =
  | { readonly known: true; readonly environment: Environment }
  | { readonly known: false; readonly stack: string; readonly problem: string };

/**
 * The environment that a resource belongs to: the stack in its URN (`urn:pulumi:<stack>::<project>::<types>::<name>`).
 *
 * The URN comes from the engine, so nothing that the program says can change it; `getStack()` would be empty under
 * `pulumi policy analyze`. An unknown stack is an answer of its own: no environment stands in for it.
 */
export function environmentOf(urn: string): EnvironmentAnswer {
  const stack = /^urn:pulumi:([^:]+)::[^:]+::/.exec(urn)?.[1];
  if (stack === undefined) {
    return { known: false, stack: "", problem: `the URN "${urn}" names no stack` };
  }
  const environment = environments.find((name) => name === stack);
  if (environment === undefined) {
    return {
      known: false,
      stack,
      problem: `the stack "${stack}" is none of ${environments.join(", ")}, so no limit can be chosen for it`,
    };
  }
  return { known: true, environment };
}
