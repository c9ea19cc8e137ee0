import { median } from "../measure";
import { drawTraces } from "./spans";

/** Milliseconds until Jaeger has answered, the middle of some. */
export interface Times {
  /** A trace by its ID. */
  readonly byId: number;
  /** The latest twenty traces of a service and an operation. */
  readonly byOperation: number;
  /** The traces of a user: an attribute with many values. */
  readonly byTag: number;
}

/** How often each is asked, each time for something else, so that no answer is a kept one. */
const [rounds, coldRounds] = [30, 5];

/**
 * Asks Jaegers with the same spans what people ask them, in turns.
 * @param urls of the queries
 * @param startMs when the spans begin
 * @returns the times of each
 * @throws if one question finds nothing: the time of an empty answer says nothing
 */
export async function askQuestions(
  urls: readonly string[],
  startMs: number,
  spans: number,
): Promise<Times[]> {
  const start = startMs * 1000;
  const end = Math.round(start + (spans / 116) * 1e6);
  const find = (more: Record<string, string>, from = start): string =>
    `/api/traces?${new URLSearchParams({ start: String(from), end: String(end), limit: "20", ...more }).toString()}`;
  const taken = urls.map(() => ({
    byId: [] as number[],
    byOperation: [] as number[],
    byTag: [] as number[],
  }));
  let round = 0;
  for (const trace of drawTraces({ startMs, spans: 4000 })) {
    const root = trace.find(({ parentSpanId }) => parentSpanId === undefined);
    const ofUser = trace.find(({ attributes }) => "user.id" in attributes);
    if (root === undefined || ofUser === undefined) continue;
    const tags = JSON.stringify({ "user.id": ofUser.attributes["user.id"] });
    const questions = {
      byId: `/api/traces/${root.traceId}`,
      byOperation: find({ service: root.service, operation: root.name }, start + round * 1_000_000),
      byTag: find({ service: ofUser.service, tags }),
    };
    for (const [which, question] of Object.entries(questions) as [keyof Times, string][]) {
      for (const [index, url] of urls.entries()) taken[index]?.[which].push(await timed(url, question));
    }
    if (++round === rounds) break;
  }
  // The first ones find cold caches.
  const middle = (times: readonly number[]): number => median(times.slice(coldRounds));
  return taken.map(({ byId, byOperation, byTag }) => ({
    byId: middle(byId),
    byOperation: middle(byOperation),
    byTag: middle(byTag),
  }));
}

async function timed(url: string, path: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(60_000) });
  const { data } = (await response.json()) as { data: unknown[] | null };
  const took = performance.now() - began;
  if ((data ?? []).length === 0) throw new Error(`${path} found nothing`);
  return took;
}
