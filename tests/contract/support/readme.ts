import path from "node:path";
import { rules } from "../../../policy/policies";
import { withSections } from "../../support/markedSections";
import { judgeMutation } from "./judge";
import { mutations } from "./mutations/index";

/** Path of the README with the generated tables. */
export const readmePath = path.resolve(__dirname, "../../../policy/README.md");

/** The README with its tables written anew from the code, in the repository's format. */
export async function renderReadme(current: string): Promise<string> {
  return withSections(readmePath, current, { policies: policyTable(), mutations: mutationTable() });
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
