import * as fs from "node:fs";

/** What docs say of one privilege of one user. */
export interface PrivilegeRow {
  readonly user: string;
  readonly privilege: string;
  /** Who fails without it. */
  readonly neededBy: string;
  /** What fails, and in brackets what Elasticsearch refuses or else was seen. */
  readonly fails: string;
}

const heading = ["User", "Privilege", "Needed by", "What fails without it"] as const;

/** Makes a row. @param problems what failed (`query: search`), and why */
export function privilegeRow(
  user: string,
  privilege: string,
  problems: readonly (readonly [string, string])[],
): PrivilegeRow {
  const byWho = new Map<string, Map<string, string[]>>();
  for (const [name, problem] of problems) {
    const [who = "", what = ""] = name.split(": ");
    const byProblem = byWho.get(who) ?? new Map<string, string[]>();
    byWho.set(who, byProblem.set(problem, [...(byProblem.get(problem) ?? []), what]));
  }
  const fails = [...byWho].map(([who, byProblem]) => {
    const parts = [...byProblem].map(([problem, whats]) => `${whats.join(", ")} (${problem})`);
    return `${who}: ${parts.join(", ")}`;
  });
  return { user, privilege, neededBy: [...byWho.keys()].join(", "), fails: fails.join("; ") };
}

/** The rows of the table in a document. */
export function rowsOf(document: string): PrivilegeRow[] {
  return tableLines(document)
    .slice(2)
    .map((line) => {
      const [user = "", privilege = "", neededBy = "", fails = ""] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", ""));
      return { user, privilege, neededBy, fails };
    });
}

/** Puts rows in the place of a document's table. */
export async function writeRows(file: string, rows: readonly PrivilegeRow[]): Promise<void> {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const document = fs.readFileSync(file, "utf8");
  const table = [
    line(heading),
    line(heading.map(() => "---")),
    ...rows.map(({ user, privilege, neededBy, fails }) =>
      line([user, `\`${privilege}\``, neededBy, fails.replaceAll(/[a-z]+:[a-z]+\/[a-z_/]+/g, "`$&`")]),
    ),
  ];
  const { format } = await import("prettier");
  const written = document.replace(tableLines(document).join("\n"), () => table.join("\n"));
  fs.writeFileSync(file, await format(written, { parser: "markdown" }));
}

function tableLines(document: string): string[] {
  const lines = document.split("\n");
  const first = lines.findIndex((line) => new RegExp(`^\\|\\s*${heading[0]}\\s*\\|`).test(line));
  if (first < 0) throw new Error(`no table that begins with | ${heading[0]} |`);
  const length = lines.slice(first).findIndex((line) => !line.startsWith("|"));
  return lines.slice(first, length < 0 ? undefined : first + length);
}
