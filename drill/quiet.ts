import { setTimeout as sleep } from "node:timers/promises";
import type { Drill } from "./drill";
import { othersFired } from "./notifications";
import { normal, startTraffic } from "./traffic";
import { startWatch, type Watch } from "./watch";

/** What came of a time of normal load. */
export interface QuietOutcome {
  readonly seconds: number;
  readonly logins: number;
  readonly failedLogins: number;
  readonly reads: number;
  readonly failedReads: number;
  /** Alerts that were raised. */
  readonly raised: readonly string[];
  /** Alerts that were on their way at the end. */
  readonly unrest: readonly string[];
}

/** Normal load for so long, with the rules as they are: undivided. */
export async function runQuiet(drill: Drill, seconds: number): Promise<QuietOutcome> {
  const { staging, tools, files, progress, signal } = drill;
  return progress.step(`quiet: ${normal.loginsPerSecond} logins a second`, async (note) => {
    const traffic = await startTraffic(staging);
    let watch: Watch | undefined;
    try {
      watch = await startWatch(staging.cluster, tools, files, 1);
      const endMs = Date.now() + seconds * 1000;
      while (Date.now() < endMs) {
        await sleep(Math.min(5000, endMs - Date.now()), undefined, { signal });
        note(othersFired(watch.notifications, []).join(", ") || "nothing raised");
      }
      const unrest = await watch.unrest();
      const { sent, failed } = await traffic.end();
      const { answered, failed: failedReads } = traffic.reads();
      const raised = othersFired(watch.notifications, []);
      return {
        seconds,
        logins: sent,
        failedLogins: failed,
        reads: answered + failedReads,
        failedReads,
        raised,
        unrest,
      };
    } finally {
      await watch?.close();
      await traffic.end();
    }
  });
}
