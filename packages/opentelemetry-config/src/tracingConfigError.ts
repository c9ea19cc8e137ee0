/** What is wrong with one variable. The reader fills in which one it was, and the value it held. */
export interface Problem {
  readonly variable?: string;
  readonly value?: string;
  /** The allowed values, as a phrase. */
  readonly allowed: string;
  /** What to write instead. */
  readonly write: string;
}

export function isAcceptable<T>(result: T | Problem): result is T {
  return !(typeof result === "object" && result !== null && "allowed" in result);
}

/** Longer values are cut in the message: whoever pastes a key into the wrong variable should not log it whole. */
const SHOWN_CHARACTERS = 80;

/** Every bad tracing variable of an environment in one error; its message is meant to be shown as it is. */
export class TracingConfigError extends Error {
  override readonly name = "TracingConfigError";

  constructor(readonly problems: readonly Problem[]) {
    const count =
      problems.length === 1 ? "1 tracing variable is" : `${problems.length} tracing variables are`;
    super([`${count} wrong:`, ...problems.map(describe)].join("\n"));
    // Uncaught, Node prints the stack; whoever wrote a bad value has no use for our lines of code.
    this.stack = `${this.name}: ${this.message}`;
  }
}

function describe({ variable = "?", value = "", allowed, write }: Problem): string {
  return `  ${variable}=${JSON.stringify(show(value))}: allowed is ${allowed}; write ${write}.`;
}

function show(value: string): string {
  const withoutLogin = value.replace(/\/\/[^/@\s]*@/, "//REDACTED@");
  return withoutLogin.length <= SHOWN_CHARACTERS
    ? withoutLogin
    : `${withoutLogin.slice(0, SHOWN_CHARACTERS)}...`;
}
