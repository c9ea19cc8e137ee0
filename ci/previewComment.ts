import * as fs from "node:fs";
import { parseArgs } from "node:util";
import { block, cell, code, cut, fitting, folded } from "./preview/markdown";
import { readReport, type Change, type PreviewReport, type Violation } from "./preview/report";
import { scrub, secretsIn, stripColours } from "./preview/scrub";
import { watchedChanges, type WatchedChange } from "./preview/watched";

/** Turns one `pulumi preview` into the comment on its pull request: what a reviewer has to know comes first. */
export interface Preview {
  readonly stack: string;
  /** Whether the command ended with 0. */
  readonly succeeded: boolean;
  /** Its event log (`--event-log`); empty where it came to none. */
  readonly events: string;
  /** What it printed. */
  readonly output: string;
  /** Values that must not be shown, whatever printed them. */
  readonly secrets: readonly string[];
}

/** GitHub takes 65,536 characters; the rest is for what {@link cut} and fences add. */
export const longestComment = 65_000;

/** Characters for each part, so that one long part never costs the others; what is left is the output's. */
const room = { violations: 16_000, errors: 6_000, watched: 14_000, lost: 8_000, changes: 8_000 } as const;

/** The first line of a comment, by which the next run finds it. */
export function marker(stack: string): string {
  return `<!-- nova-tracing preview: ${stack} -->`;
}

/** The comment, as Markdown. */
export function previewComment(preview: Preview): string {
  const clean = (text: string): string => scrub(stripColours(text), preview.secrets);
  const report = readReport(preview.events, clean);
  const parts = [
    `${marker(preview.stack)}\n### ${headline(preview, report)}`,
    ...watchedPart(watchedChanges(report), preview.succeeded),
    ...violationsPart(report, preview.succeeded),
    ...errorsPart(report),
    ...lostPart(report.changes),
    ...changesPart(report.changes),
  ];
  const used = parts.join("\n\n").length;
  const output = clean(preview.output).trim();
  if (output !== "") {
    // Fences and title; a fence is as long as the longest run of backticks, so runs are counted twice.
    const runs = (output.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 3);
    const left = longestComment - used - 200 - 2 * runs;
    if (left > 500)
      parts.push(folded("Output of <code>pulumi preview</code>", block(cut(output, left, true))));
  }
  return `${parts.join("\n\n")}\n`;
}

const verbs = ["create", "update", "replace", "delete"] as const;

function headline({ stack, succeeded }: Preview, { counts, violations }: PreviewReport): string {
  const of = `Preview of ${code(stack)}`;
  const refused = violations.some(({ level }) => level === "mandatory");
  if (!succeeded && refused) return `❌ ${of}: refused by the policy pack`;
  if (!succeeded) return `❌ ${of}: failed`;
  if (counts === undefined) return `⚠️ ${of}: passed, but left no report`;
  const others = Object.keys(counts).filter(
    (verb) => verb !== "same" && !(verbs as readonly string[]).includes(verb),
  );
  const told = [...verbs, ...others].flatMap((verb) => (counts[verb] ? [`${counts[verb]} to ${verb}`] : []));
  const sign = (counts.replace ?? 0) + (counts.delete ?? 0) > 0 ? "⚠️" : "✅";
  return `${sign} ${of}: ${told.length > 0 ? told.join(", ") : "no changes"}`;
}

function violationsPart({ violations, packs }: PreviewReport, succeeded: boolean): string[] {
  if (violations.length === 0) {
    // A preview that failed before its end may not have been judged as a whole.
    const judged = succeeded && packs.length > 0;
    return judged ? [`Policy pack ${packs.map((pack) => code(pack)).join(", ")}: nothing found.`] : [];
  }
  const { text, left } = fitting(violationGroups(violations), room.violations);
  return [`#### Policy pack: ${violations.length} found`, text + more(left)];
}

/** A message begins with what its policy demands; that is told once for all findings of a policy. */
function violationGroups(violations: readonly Violation[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { policy, level, severity, resource, message } of violations) {
    const [demand = "", ...finding] = message.split("\n");
    const title = `- ${code(policy)} (${[level, severity].filter(Boolean).join(", ")})`;
    const findings = groups.get(title) ?? [demand];
    const told = finding.join("\n").trim();
    findings.push(told.includes(resource) ? told : [resource, told].filter(Boolean).join(": "));
    groups.set(title, findings);
  }
  return [...groups].map(
    ([title, findings]) => `${title}\n${indented(block(cut(findings.join("\n\n"), 5_000)))}`,
  );
}

function errorsPart({ errors, violations }: PreviewReport): string[] {
  // With violations the engine adds a line that says no more than that.
  const told = errors.filter((error) => violations.length === 0 || error !== "preview failed");
  if (told.length === 0) return [];
  const { text, left } = fitting(
    told.map((error) => block(cut(error, 3000))),
    room.errors,
  );
  return ["#### Errors", text + more(left)];
}

function watchedPart(watched: readonly WatchedChange[], succeeded: boolean): string[] {
  if (watched.length === 0) return succeeded ? ["Sampling and retention: no change found."] : [];
  const changed = watched.filter(({ before }) => before !== undefined);
  const added = watched.filter(({ before }) => before === undefined);
  const asFar = succeeded ? "" : " (as far as the preview came)";
  const parts = [`#### Sampling and retention change${asFar}`];
  if (added.length <= mostOpenRows) return [...parts, table(watched, room.watched)];
  if (changed.length > 0) parts.push(table(changed, room.watched / 2));
  return [...parts, folded(`${added.length} new values`, table(added, room.watched / 2))];
}

/** New values of sampling and retention that are shown at once; with more, a first deployment, they are folded. */
const mostOpenRows = 10;

function table(watched: readonly WatchedChange[], longest: number): string {
  const rows = watched.map(
    ({ about, resource, path, before, after }) =>
      `| ${about} | ${cell(resource)} | ${cell(path)} | ${value(before)} | ${value(after)} |`,
  );
  const { text, left } = fitting(rows, longest);
  return `| | where | what | deployed | would be |\n| --- | --- | --- | --- | --- |\n${text}${more(left)}`;
}

function value(text: string | undefined): string {
  return text === undefined ? "–" : cell(text, 80);
}

function lostPart(changes: readonly Change[]): string[] {
  const lost = changes.filter(({ operation }) => /replace|delete|discard/.test(operation));
  if (lost.length === 0) return [];
  const pieces = lost.map(({ operation, resource, properties }) => {
    const because = operation === "replace" && properties.length > 0;
    const shown = properties.slice(0, 5).map((property) => code(property, 80));
    return `- ${operation} ${code(resource)}${because ? ` because of ${shown.join(", ")}` : ""}`;
  });
  const { text, left } = fitting(pieces, room.lost);
  return ["#### Replaced or deleted", text + more(left)];
}

function changesPart(changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  const { text, left } = fitting(
    changes.map(({ operation, resource }) => `- ${operation} ${code(resource)}`),
    room.changes,
  );
  return [folded(`All changes: ${changes.length}`, text + more(left))];
}

function more(left: number): string {
  return left > 0 ? `\n\n… and ${left} more, in the log of the run.` : "";
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

/** `ci/previewComment.ts STACK FOLDER`: reads STACK.events and STACK.txt of the folder, writes STACK.md there. */
function main(): void {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [stack, folder] = positionals;
  if (stack === undefined || folder === undefined || positionals.length !== 2)
    throw new Error("usage: previewComment.ts STACK FOLDER, with OUTCOME in the environment");
  const comment = previewComment({
    stack,
    succeeded: process.env.OUTCOME === "success",
    events: readIfThere(`${folder}/${stack}.events`),
    output: readIfThere(`${folder}/${stack}.txt`),
    secrets: secretsIn(process.env),
  });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(`${folder}/${stack}.md`, comment);
}

if (require.main === module) main();
