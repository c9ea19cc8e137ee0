/** Pieces of Markdown whose content is another's: nothing in it may become markup. */

/** A text as code on one line. @param longest characters; what is over is cut. @default 160 */
export function code(text: string, longest = 160): string {
  const line = cut(text.replace(/\s+/g, " ").trim(), longest);
  if (line === "") return "(empty)";
  const fence = "`".repeat(longestRun(line) + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** {@link code} for the cell of a table, where a bar would end the cell even in code. */
export function cell(text: string, longest?: number): string {
  return code(text, longest).replaceAll("|", "\\|");
}

/** A text as a block of code. */
export function block(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

/** A part that is closed until the reader opens it. @param title trusted text */
export function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

/**
 * As many pieces as fit, and a line that tells how many do not.
 * @param longest characters for all of them
 */
export function fitting(
  pieces: readonly string[],
  longest: number,
  separator = "\n",
): { text: string; left: number } {
  const taken: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    length += piece.length + separator.length;
    if (length > longest) break;
    taken.push(piece);
  }
  return { text: taken.join(separator), left: pieces.length - taken.length };
}

/** A text of at most so many characters: its end is kept where `end` is true, since errors stand there. */
export function cut(text: string, longest: number, end = false): string {
  if (text.length <= longest) return text;
  if (longest < 1) return "";
  // Never half of a character that takes two units.
  return end
    ? `…${text.slice(text.length - longest + 1).replace(/^[\udc00-\udfff]/, "")}`
    : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
