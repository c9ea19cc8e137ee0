import { setTimeout as sleep } from "node:timers/promises";
import { loginUrl } from "../sandbox/commands/start";
import { runLoad } from "../sandbox/demo/load";
import type { Staging } from "../tests/e2e/support/staging";
import { askUi, basic, uiLogin } from "../tests/e2e/support/ui";

/** Logins through the demo services in a second, of which staging traces half, and looks of people at the UI. */
export const normal = { loginsPerSecond: 5, readsPerSecond: 1 } as const;

/** What became of the load so far. */
export interface Traffic {
  readonly reads: () => { readonly answered: number; readonly failed: number };
  /** Ends it. @returns how many logins were sent, and how many of them failed */
  end(): Promise<{ readonly sent: number; readonly failed: number }>;
}

/** Normal load, until it is ended: logins write traces, and somebody searches for them. */
export async function startTraffic(staging: Staging): Promise<Traffic> {
  const ending = new AbortController();
  const logins = runLoad({
    url: await loginUrl(staging.cluster.api),
    requests: 100_000,
    concurrency: 8,
    ratePerSecond: normal.loginsPerSecond,
    maxSeconds: 3600,
    signal: ending.signal,
  });
  const reads = { answered: 0, failed: 0 };
  const headers = basic(await uiLogin(staging));
  const search = async (): Promise<void> => {
    const status = await askUi("/api/traces?service=auth-service&limit=20&lookback=1h", headers).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) reads.answered += 1;
    else reads.failed += 1;
  };
  const reading = (async (): Promise<void> => {
    const asked: Promise<void>[] = [];
    while (!ending.signal.aborted) {
      asked.push(search());
      await sleep(1000 / normal.readsPerSecond);
    }
    await Promise.all(asked);
  })();
  return {
    reads: () => ({ ...reads }),
    async end() {
      ending.abort();
      await reading;
      const { sent, failed } = await logins;
      return { sent, failed };
    },
  };
}
