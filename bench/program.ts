import { messageOf } from "../sandbox/support/errors";

/**
 * Runs a benchmark as a program of its own: exit code 0 if what it measured is within its limit, 1 if not, 2 for an
 * error. Ended by the user, it is to take everything down first.
 */
export function runProgram(work: (signal: AbortSignal) => Promise<boolean>): void {
  const ended = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  for (const [name, code] of Object.entries(codes)) {
    process.once(name, () => {
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
