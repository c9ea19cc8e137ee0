import { checkovVersion } from "../../../sandbox/toolchain/checkov";
import { kubeScoreVersion } from "../../../sandbox/toolchain/kubeScore";
import type { Exception, Tool } from "./finding";

/** What the tools made of one stack, in numbers. */
export interface Counts {
  /** `production with snapshots`. */
  readonly title: string;
  readonly tools: Readonly<Record<Tool, { readonly passed: number; readonly excepted: number }>>;
}

/** Sections of docs/hardening.md by their marks. */
export function sections(
  counts: readonly Counts[],
  exceptions: readonly Exception[],
): Readonly<Record<string, string>> {
  const cell = ({ passed, excepted }: Counts["tools"][Tool]): string =>
    `${passed} passed, ${excepted} excepted`;
  return {
    counts: table(
      ["Stack", `kube-score ${kubeScoreVersion()}`, `checkov ${checkovVersion()}`],
      counts.map(({ title, tools }) => [title, cell(tools["kube-score"]), cell(tools.checkov)]),
    ),
    exceptions: table(["Check", "Objects", "Stacks", "Reason", "Held by"], rows(exceptions)),
  };
}

/** Checks that are excepted for the same objects and reason stand in one row. */
function rows(exceptions: readonly Exception[]): string[][] {
  const checks = new Map<string, { readonly rest: string[]; readonly names: string[] }>();
  for (const { tool, check, objects, stacks, reason, heldBy } of exceptions) {
    const rest = [
      objects.map((pattern) => (pattern === "*" ? "all pods" : `\`${pattern}\``)).join(", "),
      (stacks ?? ["all"]).join(", "),
      reason,
      heldBy.map((file) => `[${file.split("/").at(-1) ?? ""}](../${file})`).join(", "),
    ];
    const row = checks.get(rest.join("|")) ?? { rest, names: [] };
    row.names.push(`${tool} \`${check}\``);
    checks.set(rest.join("|"), row);
  }
  return [...checks.values()].map(({ names, rest }) => [names.join(", "), ...rest]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
