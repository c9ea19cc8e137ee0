import type { PlainMap } from "../shared/propertyValues";
import { mapsAt, textAt } from "./objects";

/** An error that the API server answered, as a Kubernetes Status. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: number,
    /** Such as NotFound, AlreadyExists, Conflict, Invalid, Forbidden. */
    readonly reason: string,
    readonly details: PlainMap,
  ) {
    super(message);
  }
}

/** The API server could not be reached at all. */
export class Unreachable extends Error {}

/** True when an error says that an object, or its kind, is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** The causes that the server gives for an invalid object or a conflict: field and message. */
export function errorCauses(error: ApiError): { field: string; message: string; reason: string }[] {
  return mapsAt(error.details, "causes").map((cause) => ({
    field: textAt(cause, "field"),
    message: textAt(cause, "message"),
    reason: textAt(cause, "reason"),
  }));
}
