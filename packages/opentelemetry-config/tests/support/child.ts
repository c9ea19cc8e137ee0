import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { emitPlainJavaScript } from "./plainJavaScript";

export interface Child {
  readonly process: ChildProcess;
  /** What it wrote so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Resolves with the first line of standard output that begins so; rejects if the process ends before. */
  line(beginning: string): Promise<string>;
}

let fixtures: string | undefined;

/**
 * Starts a JavaScript program in a process of its own: instrumentation patches modules for good, so each case needs
 * a fresh one. A name without a folder is that of a fixture. Only PATH and the given variables are in its environment.
 */
export function startChild(
  file: string,
  env: Readonly<Record<string, string>>,
  { nodeArgs = [], args = [] }: { nodeArgs?: readonly string[]; args?: readonly string[] } = {},
): Child {
  fixtures ??= emitPlainJavaScript(path.join(__dirname, "..", "fixtures"));
  const script = path.resolve(fixtures, file);
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    // What -r names is looked up from here.
    cwd: path.dirname(script),
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const watchers = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    for (const watch of watchers) watch();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(code ?? signal ?? "unknown");
    });
  });
  return {
    process: child,
    stdout: () => out,
    stderr: () => err,
    ended,
    line: (beginning) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const found = out.split("\n").find((candidate) => candidate.startsWith(beginning));
          if (found === undefined) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
        void ended.then((code) => {
          reject(
            new Error(`${path.basename(script)} ended (${code}) without "${beginning}":\n${out}\n${err}`),
          );
        });
      }),
  };
}

/** Runs a program to its end and parses the JSON object on its last line of output. */
export async function runChild<T>(
  ...parameters: Parameters<typeof startChild>
): Promise<T & { stderr: string }> {
  const child = startChild(...parameters);
  const code = await child.ended;
  if (code !== 0)
    throw new Error(`${parameters[0]} ended with ${code}:\n${child.stdout()}\n${child.stderr()}`);
  const last = child.stdout().trim().split("\n").at(-1) ?? "";
  return { ...(JSON.parse(last) as T), stderr: child.stderr() };
}
