import { spawn } from "node:child_process";
import * as path from "node:path";
import { thisMachine, whatIsMissing } from "../sandbox/preflight";
import { sandboxPaths } from "../sandbox/support/paths";
import { formatSeconds } from "../sandbox/support/progress";

/**
 * `npm test`: every part, all of them even after a failure, and one line at the end that adds them up. `npm run
 * check` (`--fast`) is the part of it that needs no engine and no cluster; those run side by side. What needs the
 * sandbox is skipped, with the reason, where the machine cannot run it; with CI=true a skip is a failure.
 */
interface Part {
  readonly name: string;
  readonly args: readonly string[];
  /** Whether its output ends with mocha's counts; a part without counts is one test itself. */
  readonly counts?: boolean;
  /** Whether it runs Elasticsearch, or fetches it. */
  readonly needsJava?: boolean;
}

interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

const bin = (name: string): string => path.join("node_modules", ".bin", name);
/** Colours would stand between the counts and whoever reads them. */
const mocha = [bin("mocha"), "--no-color"];
const eslintCache = ["--cache", "--cache-location", "node_modules/.cache/eslint/"];

const fastParts: readonly Part[] = [
  {
    name: "unit, policy, contract, golden",
    args: [...mocha, "--reporter", "dot", "--parallel", "--jobs", "2"],
    counts: true,
  },
  { name: "lint", args: [bin("eslint"), "--max-warnings=0", ...eslintCache, "."] },
  { name: "types", args: [bin("tsc"), "--noEmit"] },
  // These programs are JavaScript, so that Node.js runs them in a pod as they are.
  {
    name: "types of programs in pods",
    args: [bin("tsc"), "--noEmit", "-p", "components/tsconfig.scripts.json"],
  },
  {
    name: "format",
    args: [
      bin("prettier"),
      "--check",
      "--log-level",
      "warn",
      "--cache",
      "--cache-location",
      "node_modules/.cache/prettier/.prettier-cache",
      ".",
    ],
  },
];

const sandboxParts: readonly Part[] = [
  { name: "engine", args: [...mocha, "--config", "tests/engine/.mocharc.json"], counts: true },
  // Real nodes of Elasticsearch, without Kubernetes.
  {
    name: "Elasticsearch",
    args: [...mocha, "--config", "tests/elasticsearch/.mocharc.json"],
    counts: true,
    needsJava: true,
  },
  { name: "end to end: dev", args: [...mocha, "--config", "tests/e2e/.mocharc.json"], counts: true },
  {
    name: "end to end: staging",
    args: [...mocha, "--config", "tests/e2e/.mocharc.staging.json"],
    counts: true,
    needsJava: true,
  },
];

/** Runs a part. @param live shows its output as it comes, else when it has ended */
async function runPart(part: Part, live: boolean): Promise<Outcome> {
  const started = Date.now();
  const child = spawn(process.execPath, part.args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = `\n── ${part.name}\n`;
  if (live) process.stdout.write(output);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (live) process.stdout.write(text);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (!live) process.stdout.write(output);
  const counts = part.counts
    ? countsOf(output, code)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  return { name: part.name, ...counts, seconds: (Date.now() - started) / 1000 };
}

/** Reads the counts that mocha closes with. A run that ended badly without a failed test still counts as one. */
function countsOf(output: string, code: number | null): Pick<Outcome, "passed" | "failed" | "skipped"> {
  const count = (word: string): number => Number(new RegExp(`^ +(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const failed = count("failing");
  return {
    passed: count("passing"),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: count("pending"),
  };
}

async function runSandboxParts(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of sandboxParts) {
    // Asked anew: what one part built, the next need not build.
    const missing = whatIsMissing({
      ...thisMachine(sandboxPaths()),
      needsJava: part.needsJava ?? false,
    });
    if (missing) {
      process.stdout.write(`\n── ${part.name}\nskipped: ${missing}\n`);
      outcomes.push({ name: part.name, passed: 0, failed: 0, skipped: 1, seconds: 0 });
    } else {
      outcomes.push(await runPart(part, true));
    }
  }
  return outcomes;
}

async function main(fast: boolean): Promise<void> {
  const started = Date.now();
  const outcomes = await Promise.all(fastParts.map((part) => runPart(part, false)));
  if (!fast) outcomes.push(...(await runSandboxParts()));
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, one) => total + count(one), 0);
  const skipped = sum((one) => one.skipped);
  const skipsFail = process.env.CI === "true";
  const failed = sum((one) => one.failed) + (skipsFail ? skipped : 0);
  for (const one of outcomes) {
    const mark = one.failed > 0 ? "✗" : one.skipped > 0 ? "-" : "✓";
    process.stdout.write(
      `${one === outcomes[0] ? "\n" : ""}  ${mark} ${one.name} (${formatSeconds(one.seconds)})\n`,
    );
  }
  process.stdout.write(`  in ${formatSeconds((Date.now() - started) / 1000)}\n\n`);
  const skips = skipped > 0 && !skipsFail ? `, ${skipped} skipped` : "";
  process.stdout.write(`${sum((one) => one.passed)} passed, ${failed} failed${skips}\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main(process.argv.includes("--fast"));
