// `npm run bench:gateway`: processor time of the gateway for each span, with its steps against personal data and without
// them. Both are the real OpenTelemetry Collector before the same Jaeger, get the same spans, and take turns in one run.
import { cpus } from "node:os";
import * as path from "node:path";
import type { YamlMap } from "../components/jaeger/sharedConfig";
import { projectFolder } from "../sandbox/support/paths";
import { lineProgress } from "../sandbox/support/progress";
import { startGateway } from "../tests/elasticsearch/support/gateway";
import { counter, type RunningJaeger } from "../tests/elasticsearch/support/jaeger";
import { startEncryptedJaeger } from "../tests/engine/ingest/jaeger";
import { at } from "../tests/support/document";
import { writeSection } from "../tests/support/markedSections";
import { runProgram } from "./program";
import { sendSpans } from "./storage/otlp";
import { drawTraces, type Span } from "./storage/spans";

/** Spans of a round, and rounds of each of the two; as an SDK sends them, 512 or a few more at a time. */
const [spansPerRound, rounds, batchSize] = [20_000, 5, 512];

/** What a span may take at most, times what a mere relay takes of the same machine in the same run. */
const boundOfRelay = 40;

const page = path.join(projectFolder, "docs", "personal-data.md");

/** The gateway as a mere relay. */
function withoutSteps(document: YamlMap): YamlMap {
  const service = document["service"] as YamlMap;
  const traces = at(service, "pipelines", "traces") as YamlMap;
  return {
    ...document,
    service: { ...service, pipelines: { traces: { ...traces, processors: ["memory_limiter"] } } },
  };
}

function batches(): Span[][] {
  const made: Span[][] = [[]];
  for (const trace of drawTraces({ startMs: Date.now() - 3600_000, spans: spansPerRound })) {
    const last = made[made.length - 1] ?? [];
    if (last.length >= batchSize) made.push([...trace]);
    else last.push(...trace);
  }
  return made;
}

/** Microseconds of processor time for each span. */
async function measure(gateway: RunningJaeger, sent: readonly Span[][]): Promise<number> {
  const seconds = async (): Promise<number> =>
    counter(await gateway.metrics(), "otelcol_process_cpu_seconds_total");
  const before = await seconds();
  for (const batch of sent) await sendSpans(`127.0.0.1:${gateway.portOf("otlpHttp")}`, batch);
  return (((await seconds()) - before) * 1e6) / sent.flat().length;
}

function row(what: string, micros: readonly number[]): { median: number; line: string } {
  const sorted = micros.toSorted((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const [low, high] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN].map((value) => value.toFixed(0));
  const perSecond = Math.round(1e6 / median / 100) * 100;
  const line = `| ${what} | ${median.toFixed(0)} µs (${low} to ${high}) | ${perSecond.toLocaleString("en")} |`;
  return { median, line };
}

runProgram(async (signal) => {
  const progress = lineProgress();
  const running: { stop: () => Promise<void> }[] = [];
  try {
    const jaeger = await progress.step("Jaeger", () => startEncryptedJaeger("off", "unused"));
    running.push(jaeger);
    const start = async (change?: (document: YamlMap) => YamlMap): Promise<RunningJaeger> => {
      const gateway = await startGateway(jaeger.portOf("otlpHttp"), change && { change });
      running.push(gateway);
      return gateway;
    };
    const [relay, gateway] = [await start(withoutSteps), await start()];
    const sent = batches();
    const measured = { relay: [] as number[], gateway: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      signal.throwIfAborted();
      await progress.step(`round ${round} of ${rounds}`, async () => {
        const [alone, scrubbing] = [await measure(relay, sent), await measure(gateway, sent)];
        // The first one warms both up.
        if (round === 0) return;
        measured.relay.push(alone);
        measured.gateway.push(scrubbing);
      });
    }
    const [plain, scrubbed] = [row("none: a relay", measured.relay), row("as shipped", measured.gateway)];
    const text = [
      "| steps against personal data | processor time a span, median (least to most) | spans a second on one core |",
      "| --- | --: | --: |",
      plain.line,
      scrubbed.line,
      "",
      `${rounds} rounds of ${sent.flat().length.toLocaleString("en")} spans each, those of [storage.md](storage.md), in JSON over HTTP, which costs more to read than what SDKs send by gRPC. A core of ${cpus()[0]?.model.trim() ?? "unknown"}, shared with other machines: what counts is the one beside the other.`,
    ].join("\n");
    await writeSection(page, "measured", text);
    process.stdout.write(`${text}\n`);
    return scrubbed.median <= boundOfRelay * plain.median;
  } finally {
    for (const one of running.reverse()) await one.stop();
  }
});
