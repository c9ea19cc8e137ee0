import * as pulumi from "@pulumi/pulumi";

/**
 * Errors that say what the user has to change. Pulumi prints their message alone; the frames are taken off here as
 * well, because Pulumi formats every error that ends a program, and Node.js 20 takes a quarter of a minute to format
 * a frame of Pulumi's own (`node_modules/@pulumi/resource.ts`: util.inspect looks for the end of a package's name
 * after the scope, and never finds one).
 */

function withoutFrames<Kind extends Error>(error: Kind): Kind {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** The program cannot run with what it was given. */
export function refusal(message: string): pulumi.RunError {
  return withoutFrames(new pulumi.RunError(message));
}

/** A component cannot be made from what it was given. */
export function argumentRefusal(message: string, component: pulumi.Resource): pulumi.ResourceError {
  return withoutFrames(new pulumi.ResourceError(message, component, true));
}
