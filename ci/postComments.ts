import * as fs from "node:fs";
import { upsertComment, type Repository } from "./github/comments";
import { marker } from "./previewComment";

/** What is posted for a stack whose preview came to no report: its job failed before, or was not let in. */
export function withoutReport(stack: string): string {
  return `${marker(stack)}\n### ❌ Preview of \`${stack}\`: no report\n\nThe preview did not run to its end; the log of the run tells why.\n`;
}

/** The comment of a stack, with the commit that it is about and the way to the log. */
export function commentOf(stack: string, report: string | undefined, commit: string, run: string): string {
  const body = report ?? withoutReport(stack);
  const [first = "", ...rest] = body.trimEnd().split("\n");
  return [first, ...rest, "", `<sub>Commit ${commit} · [log of the run](${run})</sub>`].join("\n");
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** `ci/postComments.ts FOLDER STACK...`: one comment a stack on the pull request, made or brought up to date. */
async function main([folder, ...stacks]: readonly string[]): Promise<void> {
  if (folder === undefined || stacks.length === 0) throw new Error("usage: postComments.ts FOLDER STACK...");
  const repository: Repository = {
    api: required("GITHUB_API_URL"),
    name: required("GITHUB_REPOSITORY"),
    token: required("GITHUB_TOKEN"),
  };
  const pullRequest = Number(required("PULL_REQUEST"));
  const run = `${required("GITHUB_SERVER_URL")}/${repository.name}/actions/runs/${required("GITHUB_RUN_ID")}`;
  for (const stack of stacks) {
    const file = `${folder}/${stack}.md`;
    const report = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
    const body = commentOf(stack, report, required("HEAD_COMMIT"), run);
    const done = await upsertComment(repository, pullRequest, marker(stack), body);
    process.stdout.write(`${stack}: comment ${done}\n`);
  }
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
