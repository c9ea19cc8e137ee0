import { ApiError, errorCauses } from "./apiErrors";
import { KindNotServed } from "./cluster";
import { apiVersionOf, type GroupVersionKind } from "./kinds";

/** What is said of every operation that needs a cluster which does not answer. */
export function unreachableMessage(reason: string): string {
  return `configured Kubernetes cluster is unreachable: ${reason}`;
}

/** Why a create failed, with what to do where that is known. */
export function createFailure(urn: string, kind: GroupVersionKind, error: unknown): Error {
  if (error instanceof KindNotServed) {
    return new Error(
      `creation of resource "${urn}" with kind ${apiVersionOf(kind)}/${kind.kind} failed because the Kubernetes API server ` +
        `does not have that kind: ${error.message}. Create its CustomResourceDefinition first.`,
    );
  }
  const hint =
    error instanceof ApiError && error.reason === "AlreadyExists"
      ? "\nTo take it over, import it (pulumi import). If the program renamed its resource, give it an alias with the old name. " +
        "To let creates take over whatever exists, set upsertExistingObjects on the provider."
      : "";
  return new Error(
    `resource "${urn}" was not successfully created by the Kubernetes API server: ${describe(error)}${hint}`,
  );
}

/** Why an update failed. */
export function updateFailure(urn: string, manager: string, error: unknown): Error {
  if (error instanceof KindNotServed) {
    return new Error(
      `update of resource "${urn}" failed because the Kubernetes API server does not have its kind: ${error.message}. ` +
        "Create its CustomResourceDefinition first.",
    );
  }
  if (error instanceof ApiError && error.reason === "Conflict") {
    return new Error(`update of resource "${urn}" failed: ${conflictMessage(manager, error)}`);
  }
  return new Error(`update of resource "${urn}" failed: ${describe(error)}`);
}

/** Which fields of which other owners an apply would overwrite, and how to let it. */
export function conflictMessage(manager: string, error: ApiError): string {
  const conflicts = errorCauses(error).filter((cause) => cause.reason === "FieldManagerConflict");
  if (conflicts.length === 0) return error.message;
  const lines = conflicts.map((cause) => `  ${cause.field}: ${cause.message}`);
  return (
    `fields that field manager "${manager}" wants to set belong to others:\n${lines.join("\n")}\n` +
    "Leave these fields out of the program, or name them in ignoreChanges; to take them over, set the annotation " +
    'pulumi.com/patchForce: "true" on the object, or enablePatchForce on the provider.'
  );
}

/** An error's message, with the fields that the API server names. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message;
}
