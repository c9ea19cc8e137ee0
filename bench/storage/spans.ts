import type { Draw } from "./draw";
import { drawFrom } from "./draw";
import { drawRequest, type Attributes, type Step } from "./requests";

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string;
  readonly atMicros: number;
  readonly attributes: Attributes;
}

/** A span, before it is put into OTLP. Times are microseconds of the epoch. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly service: string;
  readonly scope: string;
  readonly kind: Step["kind"];
  readonly name: string;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly failed: boolean;
}

/** What the spans are made from; the same gives the same. */
export interface SpansArgs {
  /** A whole number. @default 1 */
  readonly seed?: number;
  /** When the first trace begins, milliseconds of the epoch. */
  readonly startMs: number;
  /** At the least; the last trace is whole. */
  readonly spans: number;
  /** @default 116, ten million a day */
  readonly spansPerSecond?: number;
}

/** Share of requests in which a step fails, and of steps that say something on their way. */
const [failures, remarks] = [0.02, 0.05];

/** Whole traces, in the order of their begin. */
export function* drawTraces({
  seed = 1,
  startMs,
  spans,
  spansPerSecond = 116,
}: SpansArgs): Generator<Span[]> {
  const draw = drawFrom(seed);
  let made = 0;
  while (made < spans) {
    const startMicros = Math.round(startMs * 1000 + (made / spansPerSecond) * 1e6);
    const trace = traceOf(draw, drawRequest(draw), startMicros);
    made += trace.length;
    yield trace;
  }
}

function traceOf(draw: Draw, request: Step, startMicros: number): Span[] {
  const traceId = draw.hex(32);
  const leaf = draw.share() < failures ? deepest(request) : undefined;
  const spans: Span[] = [];
  add(request, undefined, startMicros);
  return spans;

  /** @returns when it ends, and whether it failed */
  function add(
    step: Step,
    parentSpanId: string | undefined,
    start: number,
  ): { end: number; failed: boolean } {
    const spanId = draw.hex(16);
    const own = Math.round(draw.spread(step.ownMs * 1000));
    let [at, failed] = [start + Math.round(own / 2), step === leaf];
    for (const one of step.steps) {
      const done = add(one, spanId, at);
      at = done.end + Math.round(draw.spread(200));
      failed ||= done.failed;
    }
    const end = at + Math.round(own / 2);
    const events = [
      ...(draw.share() < remarks ? [remark(draw, start + Math.round(own / 4))] : []),
      ...(step === leaf ? [exception(step, end)] : []),
    ];
    const { kind, name, scope, service } = step;
    const attributes = { ...step.attributes, ...step.answer(failed) };
    const ids = { traceId, spanId, parentSpanId };
    spans.push({
      ...ids,
      service,
      scope,
      kind,
      name,
      startMicros: start,
      endMicros: end,
      attributes,
      events,
      failed,
    });
    return { end, failed };
  }
}

function deepest(step: Step): Step {
  const last = step.steps.at(-1);
  return last === undefined ? step : deepest(last);
}

function remark(draw: Draw, atMicros: number): SpanEvent {
  const [name, attributes] = draw.oneOf<[string, Attributes]>([
    ["cache.miss", { "cache.name": "users", "cache.entries": draw.below(10_000) }],
    ["retry", { attempt: 1 + draw.below(3), reason: "connection reset by peer" }],
    ["queued", { "queue.length": draw.below(200) }],
  ]);
  return { name, atMicros, attributes };
}

function exception({ service, name }: Step, atMicros: number): SpanEvent {
  const message = `${name}: the connection was closed before an answer came`;
  const frames = [
    "readReply",
    "Socket.onClose",
    "Pool.run",
    "Repository.load",
    "Handler.answer",
    "process.processTicksAndRejections",
  ];
  const stack = frames.map(
    (frame, index) =>
      `    at ${frame} (/srv/${service}/dist/${frame.toLowerCase()}.js:${40 + index * 17}:${9 + index})`,
  );
  return {
    name: "exception",
    atMicros,
    attributes: {
      "exception.type": "ConnectionError",
      "exception.message": message,
      "exception.stacktrace": [`ConnectionError: ${message}`, ...stack].join("\n"),
    },
  };
}
