import { type Value } from "../engine/snapshot";

/** Whether something is found in a name or a text. */
export type Matcher = (text: string) => boolean;

/** What a collector finds by a regular expression of its configuration; none where it cannot be told for sure. */
export function patternMatcher(pattern: Value | undefined): Matcher[] {
  if (typeof pattern !== "string") return [];
  // The collector reads $$ as a dollar sign, and any other $ as a substitution from elsewhere.
  if (/\$/.test(pattern.replaceAll("$$", ""))) return [];
  // Go writes "ignore case" into the pattern, JavaScript beside it; a pattern that only Go reads covers nothing here.
  const [, ignoreCase, body = ""] = /^(\(\?i\))?(.*)$/s.exec(pattern.replaceAll("$$", "$")) ?? [];
  try {
    const expression = new RegExp(body, ignoreCase === undefined ? "" : "i");
    return [(name) => expression.test(name)];
  } catch {
    return [];
  }
}
