import type { SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { scrubAttributes } from "./attributes";
import { scrubText } from "./text";

/**
 * A copy of a finished span without personal data: name, attributes, events (exceptions among them),
 * links, status and trace state. Identifiers, times and the resource are the same.
 */
export function scrubSpan(span: ReadableSpan): ReadableSpan {
  const spanContext = scrubContext(span.spanContext());
  return {
    name: scrubText(span.name),
    kind: span.kind,
    spanContext: () => spanContext,
    ...(span.parentSpanContext === undefined ? {} : { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status:
      span.status.message === undefined
        ? span.status
        : { code: span.status.code, message: scrubText(span.status.message) },
    attributes: scrubAttributes(span.attributes),
    links: span.links.map((link) => ({
      ...link,
      context: scrubContext(link.context),
      ...(link.attributes === undefined ? {} : { attributes: scrubAttributes(link.attributes) }),
    })),
    events: span.events.map((event) => ({
      ...event,
      name: scrubText(event.name),
      ...(event.attributes === undefined ? {} : { attributes: scrubAttributes(event.attributes) }),
    })),
    // The exporter groups spans by the identity of these two: the very objects, never copies.
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

/** The trace state comes from the caller's header and is stored with the span: it goes whole if any of it is personal. */
function scrubContext(context: SpanContext): SpanContext {
  const state = context.traceState?.serialize();
  if (state === undefined || scrubText(state) === state) return context;
  const { traceId, spanId, traceFlags, isRemote } = context;
  return { traceId, spanId, traceFlags, ...(isRemote === undefined ? {} : { isRemote }) };
}
