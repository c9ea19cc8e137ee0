import { randomBytes } from "node:crypto";
import http from "node:http";

/** Spans of one trace, as a service sends them. */
export interface SentTrace {
  readonly traceId: string;
  readonly spanIds: readonly string[];
}

/** What to send: so many spans of one trace, each a millisecond long. */
export interface TraceToSend {
  readonly service: string;
  readonly spans: number;
  readonly startMs: number;
  /** Number of the kind in OTLP: 2 is a server. @default 1, internal */
  readonly kind?: number;
}

/**
 * Sends one trace as OTLP over HTTP, on a connection of its own, so that each may meet another pod.
 * @param collector its host, or host and port
 * @returns it, once the collector has acknowledged it
 */
export async function sendTrace(
  collector: string,
  { service, spans, startMs, kind = 1 }: TraceToSend,
): Promise<SentTrace> {
  const traceId = randomBytes(16).toString("hex");
  const spanIds = Array.from({ length: spans }, () => randomBytes(8).toString("hex"));
  const nanos = (milliseconds: number): string => `${Math.floor(milliseconds)}000000`;
  const body = {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
        scopeSpans: [
          {
            spans: spanIds.map((spanId, index) => ({
              traceId,
              spanId,
              ...(index > 0 && { parentSpanId: spanIds[0] }),
              name: `span ${index}`,
              kind,
              startTimeUnixNano: nanos(startMs),
              endTimeUnixNano: nanos(startMs + 1),
            })),
          },
        ],
      },
    ],
  };
  const address = collector.includes(":") ? collector : `${collector}:4318`;
  await post(`http://${address}/v1/traces`, JSON.stringify(body));
  return { traceId, spanIds };
}

function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    http
      .request(url, { method: "POST", headers, agent: false, timeout: 10_000 }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => {
          // A partial success tells of spans that were refused.
          if (response.statusCode === 200 && !text.includes("rejectedSpans")) resolve();
          else reject(new Error(`${url} answered ${response.statusCode ?? 0}: ${text}`));
        });
      })
      .on("timeout", function (this: http.ClientRequest) {
        this.destroy(new Error(`${url}: no answer within 10 s`));
      })
      .on("error", reject)
      .end(body);
  });
}
