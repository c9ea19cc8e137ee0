import { SandboxError } from "../sandbox/support/errors";
import type { Progress } from "../sandbox/support/progress";
import { until } from "../sandbox/support/process";
import type { MonitoringTools } from "../sandbox/toolchain/monitoring";
import type { Staging } from "../tests/e2e/support/staging";
import type { Fault } from "./faults/fault";
import { isResolved, othersFired, patternText, toldAt, type AlertPattern } from "./notifications";
import { startTraffic } from "./traffic";
import { startWatch, type Watch, type WatchFiles } from "./watch";

/** What a drill needs. */
export interface Drill {
  readonly staging: Staging;
  readonly tools: MonitoringTools;
  readonly files: WatchFiles;
  /** By which time is divided in the rules. */
  readonly factor: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** How an alert came and went; undefined where it did not. */
export interface ToldAlert {
  readonly pattern: AlertPattern;
  /** Seconds after the fault was there until whoever is called was told. */
  readonly cameAfter: number | undefined;
  /** Seconds after the repair until whoever is called was told that it is over. */
  readonly wentAfter: number | undefined;
}

export interface FaultOutcome {
  readonly fault: Fault;
  readonly alerts: readonly ToldAlert[];
  /** What else was raised. */
  readonly others: readonly string[];
}

/** Seconds without unrest before a fault, and the longest waits. */
const waits = { calm: 20, untilCalm: 100, attempts: 3, untilFiring: 600, untilResolved: 600 } as const;

const everyMs = 1000;

/** Whether each alert came, and went. */
export function isPassed({ alerts }: FaultOutcome): boolean {
  return alerts.every(({ cameAfter, wentAfter }) => cameAfter !== undefined && wentAfter !== undefined);
}

/** Breaks one thing under normal load, with a watch of its own, and puts it right again, whatever comes. */
export async function runFault(drill: Drill, fault: Fault): Promise<FaultOutcome> {
  const { staging, tools, files, factor, progress, signal } = drill;
  return progress.step(fault.name, async (note) => {
    const traffic = await startTraffic(staging);
    let watch: Watch | undefined;
    try {
      const start = (): Promise<Watch> => startWatch(staging.cluster, tools, files, factor);
      watch = await start();
      for (let attempt = 1; !(await isCalm(watch, signal, note)); attempt++) {
        if (attempt === waits.attempts) throw notCalm(await watch.unrest());
        // A failure of before that it just saw: alerts on error budgets remember it for long, and another one does not.
        await watch.close();
        watch = await start();
      }
      note("breaking");
      // A number that counts while the fault is being made, such as a queue that fills, is no delay of the alert.
      const beganMs = Date.now();
      const repair = await fault.break(staging);
      const brokenMs = Date.now();
      let repairedMs: number | undefined;
      try {
        await waitForAll(watch, fault.expected, "firing", beganMs, signal, note);
      } finally {
        await repair();
        repairedMs = Date.now();
      }
      await waitForAll(watch, fault.expected, "resolved", beganMs, signal, note);
      const { notifications } = watch;
      const alerts = fault.expected.map((pattern): ToldAlert => {
        const [came] = toldAt(notifications, pattern, "firing", beganMs);
        // The last of them: the pattern may fit the alerts of several pods.
        const went = isResolved(notifications, pattern)
          ? toldAt(notifications, pattern, "resolved", repairedMs).at(-1)
          : undefined;
        return {
          pattern,
          cameAfter: came === undefined ? undefined : Math.max(0, (came - brokenMs) / 1000),
          wentAfter: went === undefined ? undefined : (went - repairedMs) / 1000,
        };
      });
      const outcome = { fault, alerts, others: othersFired(notifications, fault.expected) };
      note(outcomeText(outcome));
      return outcome;
    } finally {
      await watch?.close();
      await traffic.end();
    }
  });
}

function outcomeText({ alerts, others }: FaultOutcome): string {
  const seconds = (value: number | undefined): string =>
    value === undefined ? "never" : `${value.toFixed(0)} s`;
  const told = alerts.map(
    ({ pattern, cameAfter, wentAfter }) =>
      `${patternText(pattern)} came after ${seconds(cameAfter)}, went after ${seconds(wentAfter)}`,
  );
  return [...told, ...(others.length > 0 ? [`also: ${others.join(", ")}`] : [])].join("; ");
}

/** Whether there comes a time without unrest. */
async function isCalm(watch: Watch, signal: AbortSignal, note: (text: string) => void): Promise<boolean> {
  let calmSinceMs: number | undefined;
  const isCalmForLong = async (): Promise<boolean> => {
    signal.throwIfAborted();
    const unrest = await watch.unrest();
    note(`waiting for calm: ${unrest.join("; ")}`);
    calmSinceMs = unrest.length > 0 ? undefined : (calmSinceMs ?? Date.now());
    return calmSinceMs !== undefined && Date.now() - calmSinceMs >= waits.calm * 1000;
  };
  return until(isCalmForLong, waits.untilCalm * 1000, everyMs);
}

function notCalm(unrest: readonly string[]): SandboxError {
  return new SandboxError(
    `Before anything was broken, there was no calm for ${waits.calm} s within ${waits.attempts} times ${waits.untilCalm} s: ${unrest.join("; ")}`,
  );
}

async function waitForAll(
  { notifications }: Watch,
  patterns: readonly AlertPattern[],
  status: "firing" | "resolved",
  sinceMs: number,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<void> {
  const told = (pattern: AlertPattern): boolean => {
    const hasCome = toldAt(notifications, pattern, "firing", sinceMs).length > 0;
    // Whether it goes is asked of one alone that came.
    return status === "firing" ? hasCome : !hasCome || isResolved(notifications, pattern);
  };
  const all = (): boolean => {
    signal.throwIfAborted();
    const missing = patterns.filter((pattern) => !told(pattern));
    note(`waiting until ${missing.map(patternText).join(", ")} ${status === "firing" ? "rings" : "is over"}`);
    return missing.length === 0;
  };
  await until(all, (status === "firing" ? waits.untilFiring : waits.untilResolved) * 1000, everyMs);
}
