import { randomBytes } from "node:crypto";
import type { OtlpAttribute, OtlpValue, PersonalDataCase, Place } from "./cases";

/** Service of what is sent, where the case is not about its name. */
export const casesService = "personal-data-service";

/** Sends a case as the one span of a trace, as OTLP over HTTP. @param to host and port. @throws unless acknowledged */
export async function sendCase(to: string, sent: PersonalDataCase): Promise<void> {
  const value = typeof sent.value === "string" ? { stringValue: sent.value } : sent.value;
  const textAt = (place: Place): string | undefined =>
    sent.place === place && typeof sent.value === "string" ? sent.value : undefined;
  const attributesAt = (place: Place): OtlpAttribute[] =>
    sent.place === place ? [{ key: sent.key ?? "key", value }] : [];
  const keyed = textAt("key of a span attribute");
  await sendSpan(to, {
    serviceName: textAt("service name"),
    resource: attributesAt("resource attribute"),
    scope: { name: textAt("scope name") ?? "scope", attributes: attributesAt("scope attribute") },
    span: {
      name: textAt("span name") ?? "span",
      traceState: textAt("trace state") ?? "",
      attributes: [
        ...attributesAt("span attribute"),
        ...(sent.beside ?? []),
        ...(keyed === undefined ? [] : [{ key: keyed, value: { stringValue: "yes" } }]),
      ],
      events: [
        {
          name: textAt("event name") ?? "event",
          timeUnixNano: nanos(),
          attributes: attributesAt("event attribute"),
        },
      ],
      links: [
        {
          traceId: randomBytes(16).toString("hex"),
          spanId: randomBytes(8).toString("hex"),
          attributes: attributesAt("link attribute"),
        },
      ],
      status: { code: 2, message: textAt("status message") ?? "" },
    },
  });
}

/** Sends one span with these attributes. */
export async function sendAttributes(
  to: string,
  serviceName: string,
  attributes: readonly { readonly key: string; readonly value: string | OtlpValue }[],
): Promise<void> {
  const typed = attributes.map(({ key, value }) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : value,
  }));
  await sendSpan(to, { serviceName, span: { name: "GET /api/v1/users", attributes: typed } });
}

interface SpanToSend {
  readonly serviceName?: string | undefined;
  readonly resource?: readonly OtlpAttribute[];
  readonly scope?: object;
  readonly span: object;
}

const nanos = (): string => `${Date.now()}000000`;

async function sendSpan(
  to: string,
  { serviceName, resource = [], scope = {}, span }: SpanToSend,
): Promise<void> {
  const ids = { traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex") };
  const service = { key: "service.name", value: { stringValue: serviceName ?? casesService } };
  const times = { startTimeUnixNano: nanos(), endTimeUnixNano: nanos() };
  const body = {
    resourceSpans: [
      {
        resource: { attributes: [service, ...resource] },
        scopeSpans: [{ scope, spans: [{ ...ids, kind: 2, ...times, ...span }] }],
      },
    ],
  };
  const response = await fetch(`http://${to}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  const answer = await response.text();
  if (!response.ok || answer.includes("rejectedSpans")) {
    throw new Error(`${to} answered ${response.status}: ${answer}`);
  }
}
