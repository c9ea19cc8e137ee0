import { spawn } from "node:child_process";
import * as path from "node:path";
import { thisMachine, whatIsMissing } from "../sandbox/preflight";
import { sandboxPaths } from "../sandbox/support/paths";
import { formatSeconds } from "../sandbox/support/progress";

/**
 * `npm test`: every part in turn, all of them even after a failure, and one line at the end that adds them up.
 * Parts that need the sandbox are skipped, with the reason, where the machine cannot run it; with CI=true a skip is
 * a failure.
 */
interface Part {
  readonly name: string;
  readonly args: readonly string[];
  /** Whether its output ends with mocha's counts; a part without counts is one test itself. */
  readonly counts: boolean;
  readonly needsSandbox?: boolean;
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const bin = (name: string): string => path.join("node_modules", ".bin", name);

const parts: readonly Part[] = [
  { name: "format", args: [bin("prettier"), "--check", "--log-level", "warn", "."], counts: false },
  { name: "lint", args: [bin("eslint"), "--max-warnings=0", "."], counts: false },
  { name: "types", args: [bin("tsc"), "--noEmit"], counts: false },
  { name: "unit, policy, contract, golden", args: [bin("mocha")], counts: true },
  {
    name: "engine",
    args: [bin("mocha"), "--config", "tests/engine/.mocharc.json"],
    counts: true,
    needsSandbox: true,
  },
  {
    name: "end to end",
    args: [bin("mocha"), "--config", "tests/e2e/.mocharc.json"],
    counts: true,
    needsSandbox: true,
  },
];

function runPart(part: Part): Promise<Outcome> {
  const child = spawn(process.execPath, part.args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      resolve(
        part.counts
          ? countsOf(output, code)
          : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 },
      );
    });
  });
}

/** Reads the counts that mocha closes with. A run that ended badly without a failed test still counts as one. */
function countsOf(output: string, code: number | null): Outcome {
  const count = (word: string): number => Number(new RegExp(`^ +(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const failed = count("failing");
  return {
    passed: count("passing"),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: count("pending"),
  };
}

async function main(): Promise<void> {
  const started = Date.now();
  const missing = whatIsMissing(thisMachine(sandboxPaths()));
  const mustRunAll = process.env.CI === "true";
  const total = { passed: 0, failed: 0, skipped: 0 };
  const report: string[] = [];
  for (const part of parts) {
    const partStarted = Date.now();
    process.stdout.write(`\n── ${part.name}\n`);
    let outcome: Outcome;
    if (part.needsSandbox && missing) {
      outcome = mustRunAll ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
      process.stdout.write(`${mustRunAll ? "failed" : "skipped"}: ${missing}\n`);
    } else {
      outcome = await runPart(part);
    }
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.skipped += outcome.skipped;
    report.push(
      `  ${outcome.failed > 0 ? "✗" : outcome.skipped > 0 ? "-" : "✓"} ${part.name} (${formatSeconds((Date.now() - partStarted) / 1000)})`,
    );
  }
  if (mustRunAll && total.skipped > 0) total.failed += total.skipped;
  process.stdout.write(`\n${report.join("\n")}\n  in ${formatSeconds((Date.now() - started) / 1000)}\n\n`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

void main();
