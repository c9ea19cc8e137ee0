import { scrubText } from "./scrub/text";

/** A line on standard error; replaced in tests. */
export type WriteLine = (line: string) => void;

const writeToStandardError: WriteLine = (line) => {
  process.stderr.write(`${line}\n`);
};

/** At most one line in this time, so that a collector that is away for a day costs 1,440 lines, not a disk. */
export const QUIET_MS = 60_000;

/** Longer messages are cut: a line is for reading. */
const MAX_CHARACTERS = 300;

/**
 * Says what goes wrong while spans are exported: one line a minute at the most, whatever the number of
 * problems, each line telling how many were passed over since the last.
 */
export class ProblemLog {
  #lastAt = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  constructor(
    private readonly write: WriteLine = writeToStandardError,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Reports a problem that may recur; it is shown only if nothing was shown in the last minute. */
  report(message: string): void {
    const now = this.now();
    if (now - this.#lastAt < QUIET_MS) {
      this.#unsaid += 1;
      return;
    }
    const more = this.#unsaid === 0 ? "" : ` (${this.#unsaid} more since the last line)`;
    this.#lastAt = now;
    this.#unsaid = 0;
    this.say(`${oneLine(message)}${more}`);
  }

  /** Says something once and at once: for what can only happen at start-up. */
  say(message: string): void {
    this.write(`tracing: ${oneLine(message)}`);
  }
}

function oneLine(message: string): string {
  const line = scrubText(message.replace(/\s+/g, " ").trim());
  return line.length <= MAX_CHARACTERS ? line : `${line.slice(0, MAX_CHARACTERS)}...`;
}
