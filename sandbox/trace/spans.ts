/** One span as the tree needs it. */
export interface Span {
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

interface OtlpTrace {
  readonly resourceSpans?: readonly {
    readonly resource?: {
      readonly attributes?: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

interface OtlpSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number };
}

/** OpenTelemetry's status code of a failed span. */
const errorStatus = 2;

/** The spans in an answer of Jaeger's `/api/v3/traces/ID`, which is OTLP as JSON. */
export function spansOf(answer: { readonly result?: OtlpTrace }): Span[] {
  return (answer.result?.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service =
      resource?.attributes?.find(({ key }) => key === "service.name")?.value.stringValue ?? "unknown";
    return (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => toSpan(service, span)));
  });
}

function toSpan(service: string, span: OtlpSpan): Span {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    service,
    name: span.name,
    startMs: Number(start / 1000n) / 1000,
    durationMs: Number(end - start) / 1e6,
    failed: span.status?.code === errorStatus,
  };
}
