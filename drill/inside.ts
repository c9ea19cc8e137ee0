import { spawn, type ChildProcess } from "node:child_process";
import type { Namespace } from "../sandbox/node/namespace";

/**
 * Starts a program in the node's network, and nowhere else of the node: it keeps the machine's files and processes. The
 * kernel ends it with this process, however that goes; not in the terminal's group, so that Ctrl-C is this process's
 * to deal with.
 *
 * @param output file descriptor of its log
 */
export function startInside(
  { holder }: Namespace,
  command: string,
  args: readonly string[],
  output: number | "pipe",
): ChildProcess {
  const network = ["--target", String(holder.pid), "--net", "--"];
  const dies = ["setpriv", "--pdeathsig", "SIGKILL", "--"];
  return spawn("nsenter", [...network, ...dies, command, ...args], {
    detached: true,
    stdio: ["ignore", output, output === "pipe" ? "inherit" : output],
  });
}

/** Asks over HTTP in the node's network; undefined where nobody answers with 200. */
export async function askInside(namespace: Namespace, url: string): Promise<unknown> {
  const program = `
    const answer = await fetch(process.argv[1], { signal: AbortSignal.timeout(10000) });
    console.log(JSON.stringify({ status: answer.status, text: await answer.text() }));`;
  const { code, stdout } = await namespace.run(
    process.execPath,
    ["--input-type=module", "--eval", program, url],
    { okCodes: [0, 1] },
  );
  if (code !== 0) return undefined;
  const { status, text } = JSON.parse(stdout) as { status: number; text: string };
  if (status !== 200) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
