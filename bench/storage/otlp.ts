import { setTimeout as pause } from "node:timers/promises";
import type { Attributes } from "./requests";
import type { Span } from "./spans";

const kinds = { internal: 1, server: 2, client: 3 } as const;
const release = { service: "1.0.0", sdk: "2.12.0", instrumentation: "0.223.0" };

/** Spans as OTLP in JSON, grouped by service and instrumentation as an SDK groups them. */
export function otlpBody(spans: readonly Span[]): unknown {
  const resourceSpans = Array.from(
    grouped(spans, ({ service }) => service),
    ([service, ofService]) => ({
      resource: {
        attributes: keyValues({
          "service.name": service,
          "service.version": release.service,
          "deployment.environment.name": "production",
          "telemetry.sdk.language": "nodejs",
          "telemetry.sdk.name": "opentelemetry",
          "telemetry.sdk.version": release.sdk,
        }),
      },
      scopeSpans: Array.from(
        grouped(ofService, ({ scope }) => scope),
        ([name, ofScope]) => ({
          scope: { name, ...(name.startsWith("@opentelemetry/") && { version: release.instrumentation }) },
          spans: ofScope.map(otlpSpan),
        }),
      ),
    }),
  );
  return { resourceSpans };
}

function otlpSpan(span: Span): unknown {
  const { attributes, endMicros, events, failed, kind, name, parentSpanId, spanId, startMicros, traceId } =
    span;
  const remote = parentSpanId !== undefined && kind === "server";
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    // Sampled; whether the parent is in another process is known, and whether it is.
    flags: 0x101 | (remote ? 0x200 : 0),
    name,
    kind: kinds[kind],
    startTimeUnixNano: `${startMicros}000`,
    endTimeUnixNano: `${endMicros}000`,
    attributes: keyValues(attributes),
    events: events.map((event) => ({
      name: event.name,
      timeUnixNano: `${event.atMicros}000`,
      attributes: keyValues(event.attributes),
    })),
    status: failed ? { code: 2, message: "the connection was closed before an answer came" } : {},
  };
}

function keyValues(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean): unknown {
  if (typeof value === "string") return { stringValue: value };
  return typeof value === "boolean" ? { boolValue: value } : { intValue: String(value) };
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/**
 * Sends spans to a collector over HTTP, and again what it has no room for.
 * @param address host and port
 */
export async function sendSpans(address: string, spans: readonly Span[]): Promise<void> {
  const body = JSON.stringify(otlpBody(spans));
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`http://${address}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (response.ok && !text.includes("rejectedSpans")) return;
    if (![429, 503].includes(response.status) || attempt === 100)
      throw new Error(`${address} answered ${response.status}: ${text.slice(0, 300)}`);
    await pause(100);
  }
}
