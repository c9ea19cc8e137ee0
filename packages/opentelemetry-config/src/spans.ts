import { type Attributes, context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { getRPCMetadata } from "@opentelemetry/core";
import { ATTR_HTTP_ROUTE } from "@opentelemetry/semantic-conventions";

/**
 * Runs `work` inside a span of its own, a child of the current one. An error ends the span as failed, with
 * the exception on it, and goes on to the caller.
 *
 * @param name says what is done and on what, like `SELECT users`; never with data in it
 * @param attributes safe facts only: ids yes, names and addresses of people no
 */
export async function withSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T> | T,
): Promise<T> {
  const span = trace.getTracer("@nova/opentelemetry-config").startSpan(name, { attributes });
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(span));
  } catch (error) {
    const exception = error instanceof Error ? error : new Error(String(error));
    span.recordException(exception);
    span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Names the current HTTP server span by its route: `POST /api/v1/auth/login` in place of `POST`.
 * @param route the pattern, like `/users/:id`, never the path with its values
 */
export function setHttpRoute(route: string): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata === undefined) return;
  metadata.route = route;
  metadata.span.setAttribute(ATTR_HTTP_ROUTE, route);
}

/** The ids that lead from a log line to the trace, or undefined outside of any. */
export function currentTrace(): { traceId: string; spanId: string; sampled: boolean } | undefined {
  const spanContext = trace.getActiveSpan()?.spanContext();
  if (spanContext === undefined) return undefined;
  const { traceId, spanId, traceFlags } = spanContext;
  return { traceId, spanId, sampled: (traceFlags & 1) === 1 };
}
