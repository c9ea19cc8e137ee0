import { readFileSync } from "node:fs";
import * as os from "node:os";
import type { Engine } from "../sandbox/stack/engine";
import type { Program } from "./programs";

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** One preview. */
export interface Preview {
  /** From its start to its end. */
  readonly seconds: number;
  /** Seconds of processor time, of the engine, the program and the plugins together. */
  readonly cpuSeconds: number;
  /** Resources that it says it would make. */
  readonly resources: number;
}

/** Runs `pulumi preview` as a user would, in a process of its own, and takes the time of the whole. */
export async function preview(
  engine: Engine,
  program: Program,
  options: readonly string[] = [],
): Promise<Preview> {
  const [started, cpuStarted] = [process.hrtime.bigint(), childrenCpuSeconds()];
  const { stdout } = await engine.pulumi(program.folder, ["preview", "-s", program.stack, ...options]);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const cpuSeconds = childrenCpuSeconds() - cpuStarted;
  const resources = Number(/\+ (\d+) to create/.exec(stdout)?.[1] ?? NaN);
  if (!(resources > 0))
    throw new Error(`a preview of ${program.folder} said nothing of what it would make:\n${stdout}`);
  return { seconds, cpuSeconds, resources };
}

/** Linux counts what ended children took, and their children, in fields 16 and 17, a hundred to the second. */
function childrenCpuSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The machine, in words. */
export function machine(): string {
  const [cpu] = os.cpus();
  const memoryGi = Math.round(os.totalmem() / 2 ** 30);
  return `${os.cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${memoryGi} GiB of memory, Node.js ${process.version}`;
}
