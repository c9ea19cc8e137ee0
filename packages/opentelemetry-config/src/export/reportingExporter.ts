import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { ProblemLog } from "../problemLog";

/**
 * Tells of batches that were given up, and counts their spans. The failure ends here: the processor is told
 * of success, because it would hand the error to a global handler that prints a stack trace for each batch.
 */
export class ReportingExporter implements SpanExporter {
  #lostSpans = 0;

  constructor(
    private readonly next: SpanExporter,
    private readonly endpoint: string,
    private readonly log: ProblemLog,
  ) {}

  /** Spans given up since the start. */
  get lostSpans(): number {
    return this.#lostSpans;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.next.export(spans, (result) => {
      if (result.code !== ExportResultCode.SUCCESS) {
        this.#lostSpans += spans.length;
        // gRPC ends its message with an empty note where there is nothing to note.
        const reason = result.error?.message.replace(/ Resolution note: *$/, "") ?? "no reason given";
        this.log.report(
          `${this.#lostSpans} spans lost so far: ${this.endpoint} does not take them (${reason}); ` +
            "the service goes on. Check OTLP_ENDPOINT and that the collector runs",
        );
      }
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.next.forceFlush?.();
  }
}
