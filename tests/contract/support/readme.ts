import path from "node:path";
import prettier from "prettier";
import { rules } from "../../../policy/policies";
import { judgeMutation } from "./judge";
import { mutations } from "./mutations/index";

/** Path of the README with the generated tables. */
export const readmePath = path.resolve(__dirname, "../../../policy/README.md");

/** The README with its tables written anew from the code, in the repository's format. */
export async function renderReadme(current: string): Promise<string> {
  const tables = { policies: policyTable(), mutations: mutationTable() };
  const text = Object.entries(tables).reduce(
    (readme, [name, table]) => replaceSection(readme, name, table),
    current,
  );
  const options = await prettier.resolveConfig(readmePath);
  return prettier.format(text, { ...options, parser: "markdown" });
}

function replaceSection(readme: string, name: string, table: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [readme.indexOf(open), readme.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${readmePath} has no section between ${open} and ${close}`);
  return `${readme.slice(0, start + open.length)}\n\n${table}\n\n${readme.slice(end)}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function policyTable(): string {
  const rows = rules.map(({ name, severity, scope, description }) => [
    `\`${name}\``,
    severity,
    scope === "resource" ? "each resource" : "the stack",
    description,
  ]);
  return table(["Policy", "Severity", "Judges", "What it demands"], rows);
}

function mutationTable(): string {
  const rows = mutations.flatMap((mutation) => {
    const byRefusal = new Map<string, string[]>();
    for (const stack of mutation.stacks) {
      const refusedBy = [...judgeMutation(mutation, stack).keys()].map((name) => `\`${name}\``).join(", ");
      byRefusal.set(refusedBy, [...(byRefusal.get(refusedBy) ?? []), stack]);
    }
    return [...byRefusal].map(([refusedBy, stacks]) => [mutation.title, stacks.join(", "), refusedBy]);
  });
  return table(["Mutation", "Stack", "Refused by"], rows);
}
