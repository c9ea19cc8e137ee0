import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";

/**
 * How long one batch is offered again, from its first attempt. gRPC waits longer and longer between its own attempts
 * to connect: after an outage of 35 s it was measured to be back at 60 s, and the budget has to outlast that.
 */
export const RETRY_BUDGET_MS = 75_000;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 5_000;

/** The gRPC status codes after which the OTLP specification allows to send again. */
const RETRYABLE: ReadonlySet<unknown> = new Set([
  1, // CANCELLED
  4, // DEADLINE_EXCEEDED
  8, // RESOURCE_EXHAUSTED
  10, // ABORTED
  11, // OUT_OF_RANGE
  14, // UNAVAILABLE
  15, // DATA_LOSS
]);

/**
 * Offers a batch again while the collector is away. The OTLP gRPC exporter gives up at the first refusal,
 * so that the restart of a collector would cost a batch of every service.
 * Memory stays bounded: one batch waits here, the next ones in the processor's queue.
 */
export class RetryingExporter implements SpanExporter {
  #ending = false;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly next: SpanExporter,
    private readonly budgetMs = RETRY_BUDGET_MS,
    private readonly random: () => number = Math.random,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#attempt(spans, done, performance.now() + this.budgetMs, FIRST_DELAY_MS);
  }

  /** What waits is tried once more, at once; from now on each batch has one attempt. */
  shutdown(): Promise<void> {
    this.#ending = true;
    for (const tryNow of [...this.#waiting]) tryNow();
    return this.next.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.next.forceFlush?.();
  }

  #attempt(
    spans: ReadableSpan[],
    done: (result: ExportResult) => void,
    deadline: number,
    delayMs: number,
  ): void {
    this.next.export(spans, (result) => {
      const code = (result.error as { code?: unknown } | undefined)?.code;
      const waitMs = delayMs * (0.8 + 0.4 * this.random());
      const tooLate = this.#ending || performance.now() + waitMs > deadline;
      if (result.code === ExportResultCode.SUCCESS || !RETRYABLE.has(code) || tooLate) {
        done(result);
        return;
      }
      const again = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(again);
        this.#attempt(spans, done, deadline, Math.min(delayMs * 2, MAX_DELAY_MS));
      };
      // Not a reason to keep a process alive that has nothing else to do.
      const timer = setTimeout(again, waitMs).unref();
      this.#waiting.add(again);
    });
  }
}
