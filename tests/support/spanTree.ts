import type { Span } from "../../sandbox/trace/spans";

/** The chain of services from a trace's first span down to the deepest of a service, one entry per change. */
export function servicePath(spans: readonly Span[], service: string): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  let span = spans.find(
    (candidate) => candidate.service === service && byId.get(candidate.parentSpanId)?.service !== service,
  );
  const chain: string[] = [];
  while (span) {
    if (chain[0] !== span.service) chain.unshift(span.service);
    span = byId.get(span.parentSpanId);
  }
  return chain;
}
