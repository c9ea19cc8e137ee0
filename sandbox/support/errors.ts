/** A failure that the user can act on: printed as its message alone, never with a stack trace. */
export class SandboxError extends Error {
  /**
   * @param message what happened, where, and what to do
   * @param exitCode 1 for a failure, 2 where this machine cannot run the sandbox and nothing was changed
   */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
    this.name = "SandboxError";
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
