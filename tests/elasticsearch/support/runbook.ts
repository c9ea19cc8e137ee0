import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../../sandbox/support/paths";
import type { RealNode } from "./node";

/** A request that a runbook made. */
export interface Request {
  readonly status: number;
  readonly method: string;
  readonly url: string;
}

/** What a section did. */
export interface SectionRun {
  /** What its commands printed. */
  readonly output: string;
  readonly requests: readonly Request[];
}

/** The code blocks of a page, by the headings that they stand under. */
export type CodeBlocks = ReadonlyMap<string, readonly string[]>;

/** Reads them. @param file path from the root of this checkout */
export function codeBlocks(file: string): CodeBlocks {
  const text = fs.readFileSync(path.join(projectFolder, file), "utf8");
  const sections = text.split(/^#{2,} /m).slice(1);
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")),
      [...section.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].map(([, block = ""]) => block),
    ]),
  );
}

/** One shell in which a person goes through a runbook, with `ask` for a node on the loopback instead of a pod's. */
export class RunbookShell {
  private state = "";

  constructor(
    private readonly node: RealNode,
    private readonly blocks: CodeBlocks,
    /** Values of the page's examples, and what they are here. */
    private readonly values: Readonly<Record<string, string>>,
  ) {}

  /** Runs all blocks of a section as they stand in the page. @throws what was printed, where a command fails */
  async run(heading: string): Promise<SectionRun> {
    const found = this.blocks.get(heading);
    if (found === undefined || found.length === 0) throw new Error(`no blocks under "${heading}"`);
    const own = Object.entries(this.values).reduce(
      (text, [example, value]) => text.replaceAll(example, value),
      found.join("\n"),
    );
    const separator = "### variables";
    const script = [
      "set -euo pipefail",
      // As the page's, without the pod; curl says on standard error what each request came to.
      `ask() { printf 'user = "elastic:%s"\\n' "$PASSWORD" | curl -sS --config - ` +
        `--write-out '%{stderr}%{http_code} %{method} %{url}\\n' "$URL$1" "\${@:2}"; echo; }`,
      this.state,
      own,
      `echo; echo '${separator}'; for name in prefix repository snapshot present; do declare -p "$name" 2>/dev/null || true; done`,
    ].join("\n");
    const { output, errors } = await bash(script, { PASSWORD: this.node.password, URL: this.node.url });
    const [printed = "", variables = ""] = output.split(separator);
    this.state = variables;
    const requests = [...errors.matchAll(/^(\d{3}) ([A-Z]+) (\S+)$/gm)].map(
      ([, status, method = "", url = ""]) => ({ status: Number(status), method, url }),
    );
    return { output: printed, requests };
  }
}

async function bash(
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ output: string; errors: string }> {
  const child = spawn("bash", ["-s"], { env: { PATH: process.env.PATH, ...environment } });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => (texts[name] += part));
  }
  child.stdin.end(script);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code !== 0) throw new Error(`the runbook ended with ${code}:\n${texts.stdout}\n${texts.stderr}`);
  return { output: texts.stdout, errors: texts.stderr };
}
