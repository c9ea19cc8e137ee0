/** Writes the generated tables of policy/README.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { readmePath, renderReadme } from "./support/readme";

async function main(): Promise<void> {
  writeFileSync(readmePath, await renderReadme(readFileSync(readmePath, "utf8")));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
