// Proves the steps between queue and wire with an exporter of the test's own. The real one is in tracing.spec.ts.
import assert from "node:assert/strict";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import { BATCHING, createPipeline } from "../src/export/pipeline";
import { ReportingExporter } from "../src/export/reportingExporter";
import { RetryingExporter } from "../src/export/retryingExporter";
import { ScrubbingExporter } from "../src/export/scrubbingExporter";
import { ProblemLog, QUIET_MS } from "../src/problemLog";

const UNAVAILABLE = { code: ExportResultCode.FAILED, error: Object.assign(new Error("away"), { code: 14 }) };
const INVALID = { code: ExportResultCode.FAILED, error: Object.assign(new Error("bad"), { code: 3 }) };
const SUCCESS = { code: ExportResultCode.SUCCESS };
const SPANS = [{}, {}] as ReadableSpan[];

/** Answers with the given results in turn, the last one for ever. */
class Scripted implements SpanExporter {
  attempts = 0;
  closed = false;
  received: ReadableSpan[] = [];
  constructor(private readonly results: readonly ExportResult[]) {}
  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.received = spans;
    this.attempts += 1;
    const result = this.results[Math.min(this.attempts, this.results.length) - 1] ?? SUCCESS;
    setImmediate(() => {
      done(result);
    });
  }
  shutdown(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

const send = (exporter: SpanExporter, spans = SPANS): Promise<ExportResult> =>
  new Promise((resolve) => {
    exporter.export(spans, resolve);
  });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds the event loop, which the retries themselves do not. */
async function held<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 1_000);
  return work.finally(() => {
    clearInterval(timer);
  });
}

describe("export", () => {
  describe("batching", () => {
    it("is the guide's 2048, 512 and 5 s, and no OTEL_BSP_ variable changes it", async () => {
      assert.deepEqual(
        { ...BATCHING, exportTimeoutMillis: undefined },
        {
          maxQueueSize: 2048,
          maxExportBatchSize: 512,
          scheduledDelayMillis: 5000,
          exportTimeoutMillis: undefined,
        },
      );
      const variables = [
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_BSP_SCHEDULE_DELAY",
      ];
      for (const variable of variables) process.env[variable] = "7";
      try {
        const { processor } = createPipeline("http://127.0.0.1:1", new ProblemLog(() => undefined));
        const inEffect = processor as unknown as Record<string, unknown>;
        assert.equal(inEffect["_maxQueueSize"], 2048);
        assert.equal(inEffect["_maxExportBatchSize"], 512);
        assert.equal(inEffect["_scheduledDelayMillis"], 5000);
        await processor.shutdown();
      } finally {
        for (const variable of variables) Reflect.deleteProperty(process.env, variable);
      }
    });
  });

  describe("retries", () => {
    it("offers a batch again until it is taken", async () => {
      const next = new Scripted([UNAVAILABLE, UNAVAILABLE, SUCCESS]);
      const started = performance.now();
      assert.deepEqual(await held(send(new RetryingExporter(next, 10_000, () => 0))), SUCCESS);
      assert.equal(next.attempts, 3);
      const took = performance.now() - started;
      // 0.8 of 500 ms, then of 1 s.
      assert.ok(took >= 1_150 && took < 4_000, `${Math.round(took)} ms`);
    });

    it("gives up when the budget is spent, with the collector's last answer", async () => {
      const next = new Scripted([UNAVAILABLE]);
      const started = performance.now();
      assert.equal(await held(send(new RetryingExporter(next, 900, () => 0))), UNAVAILABLE);
      assert.equal(next.attempts, 2);
      assert.ok(performance.now() - started < 2_000);
    });

    it("does not offer again what the collector calls wrong", async () => {
      const next = new Scripted([INVALID, SUCCESS]);
      assert.equal(await send(new RetryingExporter(next)), INVALID);
      assert.equal(next.attempts, 1);
    });

    it("at the end of the process tries once more at once, and then gives up", async () => {
      const next = new Scripted([UNAVAILABLE]);
      const exporter = new RetryingExporter(next);
      const sent = send(exporter);
      await sleep(50);
      assert.equal(next.attempts, 1);
      await exporter.shutdown();
      assert.equal(await sent, UNAVAILABLE);
      assert.equal(next.attempts, 2);
      assert.equal(await send(exporter), UNAVAILABLE);
      assert.equal(next.attempts, 3, "later batches get one attempt each");
    });
  });

  describe("scrubbing", () => {
    it("sends nothing that could not be scrubbed, and does not quote it", async () => {
      const next = new Scripted([SUCCESS]);
      const broken = { spanContext: () => assert.fail("alice@example.com") } as unknown as ReadableSpan;
      const result = await send(new ScrubbingExporter(next), [broken]);
      assert.equal(result.code, ExportResultCode.FAILED);
      assert.equal(next.attempts, 0);
      assert.doesNotMatch(String(result.error), /alice/);
    });
  });

  describe("reports", () => {
    it("tells of lost spans in one line a minute with the count, the endpoint and what to check", async () => {
      let now = 0;
      const lines: string[] = [];
      const log = new ProblemLog(
        (line) => lines.push(line),
        () => now,
      );
      const exporter = new ReportingExporter(new Scripted([UNAVAILABLE]), "http://jaeger:4317", log);
      for (let batch = 0; batch < 5; batch += 1) assert.deepEqual(await send(exporter), SUCCESS);
      assert.equal(lines.length, 1);
      assert.match(
        lines[0]!,
        /^tracing: 2 spans lost so far: http:\/\/jaeger:4317 .*\(away\).*OTLP_ENDPOINT/,
      );
      now = QUIET_MS - 1;
      await send(exporter);
      assert.equal(lines.length, 1);
      now = QUIET_MS;
      await send(exporter);
      assert.equal(lines.length, 2);
      assert.match(lines[1]!, /14 spans lost so far.*\(5 more since the last line\)$/);
      assert.equal(exporter.lostSpans, 14);
    });

    it("a line is one line, without personal data, and not endless", () => {
      const lines: string[] = [];
      const log = new ProblemLog((line) => lines.push(line));
      log.report(`no route\n  to alice@example.com ${"x".repeat(5_000)}`);
      assert.equal(lines.length, 1);
      assert.match(lines[0]!, /^tracing: no route to REDACTED x+\.\.\.$/);
      assert.ok(lines[0]!.length < 350);
    });
  });
});
