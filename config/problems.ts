/** One thing that is wrong with the settings of a stack. */
export interface Problem {
  /** Full key as it stands in the stack file: `nova-tracing:sampling.defaultRate`. */
  readonly key: string;
  /** What stands there; undefined if nothing does. */
  readonly value?: unknown;
  /** What is wrong with it, the limit, and what to write instead. */
  readonly message: string;
}

const longestValue = 80;

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}...` : text;
}

/** All problems of one stack file, one a line, each naming file, key and value. */
export function formatProblems(file: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(({ key, value, message }) =>
    value === undefined ? `  ${file}, ${key} ${message}` : `  ${file}, ${key} = ${show(value)}: ${message}`,
  );
  return [`${count} in the settings; nothing was changed.`, ...lines].join("\n");
}

/** The known word that a misspelt one most likely means; undefined if none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}

/** Insertions, deletions and replacements from one word to another. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
