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
  const [answer] = await askEachInside(namespace, [url]);
  return answer;
}

/** Asks one after the other, in one go: the same for each. */
export async function askEachInside(
  namespace: Namespace,
  urls: readonly string[],
): Promise<readonly unknown[]> {
  const program = `
    const ask = async (url) => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10000) });
      return answer.status === 200 ? { text: await answer.text() } : {};
    };
    const answers = [];
    for (const url of process.argv.slice(1)) answers.push(await ask(url).catch(() => ({})));
    console.log(JSON.stringify(answers));`;
  const { stdout } = await namespace.run(process.execPath, [
    ...["--input-type=module", "--eval", program],
    ...urls,
  ]);
  return (JSON.parse(stdout) as { text?: string }[]).map(({ text }) => {
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  });
}
