import { setTimeout as sleep } from "node:timers/promises";
import { SandboxError } from "../support/errors";
import { spansOf, type Span } from "./spans";

/** Asks Jaeger for one trace. @returns its spans, none while it is not there */
export async function findTrace(queryAddress: string, traceId: string): Promise<Span[]> {
  const response = await fetch(`${queryAddress}/api/v3/traces/${traceId}`, {
    signal: AbortSignal.timeout(5000),
  });
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`${queryAddress} answered ${response.status} ${response.statusText}`);
  return spansOf((await response.json()) as Parameters<typeof spansOf>[0]);
}

/**
 * Waits until a trace holds spans of all the services.
 * @throws SandboxError saying which services are missing
 */
export async function waitForTrace(
  queryAddress: string,
  traceId: string,
  services: readonly string[],
  timeoutMs: number,
): Promise<Span[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { spans, problem } = await findTrace(queryAddress, traceId).then(
      (found) => ({ spans: found, problem: "" }),
      (error: unknown) => ({
        spans: [],
        problem: error instanceof Error ? `; the last question failed: ${error.message}` : "",
      }),
    );
    const missing = services.filter((service) => !spans.some((span) => span.service === service));
    if (missing.length === 0 && isWhole(spans)) return spans;
    if (Date.now() >= deadline) {
      const reason = missing.length > 0 ? `without spans of ${missing.join(", ")}` : "with parents missing";
      throw new SandboxError(
        `Trace ${traceId} came within ${timeoutMs / 1000} s ${reason} (${spans.length} spans)${problem}. Services send every 5 s; look at their logs for why one did not.`,
      );
    }
    await sleep(200);
  }
}

function isWhole(spans: readonly Span[]): boolean {
  const known = new Set(spans.map(({ spanId }) => spanId));
  return spans.every(({ parentSpanId }) => parentSpanId === "" || known.has(parentSpanId));
}
