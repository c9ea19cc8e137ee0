import { spawn, spawnSync, type ChildProcess } from "node:child_process";

/** A child process and what it said so far. */
export interface Child {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or with the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Resolves once standard output holds the text; rejects where the process ends without it. */
  says(text: string): Promise<void>;
}

/** Starts a process whose input and output the test holds. */
export function startChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Child {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  child.stdin.on("error", () => undefined);
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(code ?? signal ?? "unknown");
    });
  });
  return {
    process: child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.stdout.includes(text)) resolve();
        };
        look();
        child.stdout.on("data", look);
        void ended.then((code) => {
          reject(new Error(`ended with ${code} before it said "${text}": ${output.stdout}${output.stderr}`));
        }, reject);
      }),
  };
}

/** User and group that own nothing. */
export const nobody = 65534;

/**
 * What has to stand before a command so that it runs without root: nothing for a user who is not root, undefined
 * where root cannot become another here, or where that other cannot read the probe.
 */
export function unprivilegedPrefix(probe: string): readonly string[] | undefined {
  if (process.getuid?.() !== 0) return [];
  const prefix = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  const script = `require("node:fs").readFileSync(${JSON.stringify(probe)})`;
  const { status } = spawnSync(prefix[0] ?? "", [...prefix.slice(1), process.execPath, "-e", script], {
    cwd: __dirname,
  });
  return status === 0 ? prefix : undefined;
}
