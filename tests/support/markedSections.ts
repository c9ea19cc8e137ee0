import * as fs from "node:fs";
import * as prettier from "prettier";

/**
 * A Markdown page with sections written anew, in the repository's format.
 *
 * @param file its path, by which its format is found
 * @param page what it holds
 * @param sections text by the name of the marks that it goes between: `<!-- name -->` and `<!-- /name -->`
 * @throws where the page has no such marks
 */
export async function withSections(
  file: string,
  page: string,
  sections: Readonly<Record<string, string>>,
): Promise<string> {
  const text = Object.entries(sections).reduce((whole, [name, section]) => {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [start, end] = [whole.indexOf(open), whole.indexOf(close)];
    if (start < 0 || end < start) throw new Error(`${file} has no section between ${open} and ${close}`);
    return `${whole.slice(0, start + open.length)}\n\n${section}\n\n${whole.slice(end)}`;
  }, page);
  return prettier.format(text, { ...(await prettier.resolveConfig(file)), parser: "markdown" });
}

/** Writes a section of a page anew. */
export async function writeSection(file: string, name: string, section: string): Promise<void> {
  fs.writeFileSync(file, await withSections(file, fs.readFileSync(file, "utf8"), { [name]: section }));
}
