import { shutdownTracing } from "@nova/opentelemetry-config";

/** Something that stops accepting at once and resolves when what was under way is done. */
export type Close = () => Promise<void>;

/** Calls under way get this long, then the process ends all the same. */
const DRAIN_MS = 2_000;
const FLUSH_MS = 3_000;

/** Says that the service is ready, and lets it end cleanly: drain, send the last spans, exit 0. */
export function runUntilSignal(service: string, where: string, closers: readonly Close[]): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void (async () => {
      const drained = Promise.allSettled(closers.map((close) => close()));
      const late = new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref());
      await Promise.race([drained, late]);
      await shutdownTracing({ timeoutMs: FLUSH_MS });
      process.exit(0);
    })();
  };
  process.on("SIGTERM", end).on("SIGINT", end);
  process.stdout.write(`ready ${service} ${where}\n`);
}
