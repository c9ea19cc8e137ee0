import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../sandbox/support/paths";
import { withSections, writeSection } from "./markedSections";

const page = path.join(projectFolder, "docs/access.md");

/** A table in Markdown. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Holds a section of docs/access.md to what was seen; with UPDATE_DOCS it writes it first. */
export async function holdSection(name: string, seen: string): Promise<void> {
  if (process.env.UPDATE_DOCS !== undefined) await writeSection(page, name, seen);
  const written = fs.readFileSync(page, "utf8");
  assert.equal(
    written,
    await withSections(page, written, { [name]: seen }),
    "UPDATE_DOCS=1 writes what was seen",
  );
}
