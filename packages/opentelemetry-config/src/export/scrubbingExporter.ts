import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import { REDACTED } from "../scrub/redacted";
import { scrubSpan } from "../scrub/span";

/**
 * Takes personal data out of every span on its way out. It stands at the exporter and not at `onEnd`, so
 * that it sees the final attributes, costs no time in a request, and no other processor sees its copies.
 */
export class ScrubbingExporter implements SpanExporter {
  constructor(private readonly next: SpanExporter) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    let clean: ReadableSpan[];
    try {
      clean = spans.map(scrubSpan);
    } catch {
      // Fail closed: what could not be scrubbed is not sent. The cause may quote the value, so it is not told.
      done({ code: ExportResultCode.FAILED, error: new Error(`scrubbing failed: batch ${REDACTED}`) });
      return;
    }
    this.next.export(clean, done);
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.next.forceFlush?.();
  }
}
