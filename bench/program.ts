import { messageOf } from "../sandbox/support/errors";

/** A terminal's Ctrl-C comes several times at once: from the terminal, and from each npm in between. */
const oneCtrlCMs = 1000;

/**
 * Runs a benchmark or a drill as a program of its own: exit code 0 if what it measured is within its limit, 1 if not, 2
 * for an error. Ended by the user, it is to take everything down first; a later second signal does not wait.
 */
export function runProgram(work: (signal: AbortSignal) => Promise<boolean>): void {
  const ended = new AbortController();
  let endedMs = 0;
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  for (const [name, code] of Object.entries(codes)) {
    process.on(name, () => {
      if (ended.signal.aborted && Date.now() - endedMs < oneCtrlCMs) return;
      if (ended.signal.aborted) process.exit(code);
      endedMs = Date.now();
      process.exitCode = code;
      ended.abort();
    });
  }
  work(ended.signal).then(
    (isWithin) => {
      process.exitCode ??= isWithin ? 0 : 1;
    },
    (error: unknown) => {
      if (ended.signal.aborted) return;
      process.stderr.write(`${error instanceof Error ? (error.stack ?? "") : messageOf(error)}\n`);
      process.exitCode = 2;
    },
  );
}
