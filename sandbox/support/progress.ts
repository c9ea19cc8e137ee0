/** Tells what is going on, and for how long, on standard error; results go to standard output. */
export interface Progress {
  /** Runs one named step; a step that takes long says every few seconds that it still runs. */
  step<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
  /** One line by itself. */
  say(text: string): void;
}

const heartbeatSeconds = 15;

/** `42 s`, or `3 min 12 s` from two minutes on. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Progress as lines: readable in a terminal and in a log alike.
 * @param write where the lines go
 */
export function lineProgress(
  write: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Progress {
  return {
    say: write,
    async step(title, work) {
      const start = process.hrtime.bigint();
      const elapsed = (): string => formatSeconds(Number(process.hrtime.bigint() - start) / 1e9);
      let latest = "";
      const timer = setInterval(() => {
        write(`  … ${title}${latest && `: ${latest}`} (${elapsed()})`);
      }, heartbeatSeconds * 1000);
      try {
        const result = await work((text) => {
          latest = text;
        });
        write(`  ✓ ${title}${latest && `: ${latest}`} (${elapsed()})`);
        return result;
      } catch (error) {
        write(`  ✗ ${title} (${elapsed()})`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
