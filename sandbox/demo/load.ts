import { setMaxListeners } from "node:events";
import http from "node:http";

export interface LoadOptions {
  /** Where to POST, for example http://auth-service/api/v1/auth/login. */
  readonly url: string;
  /** How many requests, 1 to 100,000. */
  readonly requests: number;
  /** How many at the same time, 1 to 256. */
  readonly concurrency: number;
  /** Requests begun per second at the most. @default no limit */
  readonly ratePerSecond?: number;
  /** How long all of it may take, in seconds; what has not begun by then is not sent. @default 300 */
  readonly maxSeconds?: number;
  /** Ends it early; the requests under way are cut off and count as failed. */
  readonly signal?: AbortSignal;
}

export interface LoadResult {
  readonly sent: number;
  /** Answered with 200 and a JSON body. */
  readonly ok: number;
  readonly failed: number;
  /** Of those answered, the ones whose trace is kept. */
  readonly sampledCount: number;
  /** Trace ids of kept traces, the first 1,000. */
  readonly traceIds: readonly string[];
  readonly durationMs: number;
  /** The first failures in words, five at the most. */
  readonly errors: readonly string[];
}

const LIMITS = { requests: 100_000, concurrency: 256, traceIds: 1_000, errors: 5, seconds: 3_600 } as const;
const REQUEST_TIMEOUT_MS = 10_000;
const BODY = JSON.stringify({ email: "load@nova.example", password: "not-a-real-one" });

/**
 * Sends login requests, each the root of a trace of its own, over kept connections.
 * Failures are counted and never thrown.
 * @throws RangeError for a count, a rate or a time that is out of bounds, naming the bound
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, requests, concurrency, ratePerSecond, maxSeconds = 300, signal } = options;
  checkRange("requests", requests, 1, LIMITS.requests);
  checkRange("concurrency", concurrency, 1, LIMITS.concurrency);
  checkRange("maxSeconds", maxSeconds, 0.001, LIMITS.seconds);
  if (ratePerSecond !== undefined) checkRange("ratePerSecond", ratePerSecond, 0.001, 100_000);

  const started = performance.now();
  const end = AbortSignal.any([
    AbortSignal.timeout(maxSeconds * 1_000),
    ...(signal === undefined ? [] : [signal]),
  ]);
  // One listener for each request under way; the warning is meant for leaks.
  setMaxListeners(0, end);
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const tally = { sent: 0, ok: 0, failed: 0, sampledCount: 0 };
  const traceIds: string[] = [];
  const errors: string[] = [];

  const send = async (): Promise<void> => {
    tally.sent += 1;
    try {
      const answer = await post(url, agent, end);
      tally.ok += 1;
      if (answer.sampled !== true) return;
      tally.sampledCount += 1;
      if (answer.traceId !== undefined && traceIds.length < LIMITS.traceIds) traceIds.push(answer.traceId);
    } catch (error) {
      tally.failed += 1;
      if (errors.length < LIMITS.errors) errors.push(error instanceof Error ? error.message : String(error));
    }
  };
  let begun = 0;
  const next = (): number => begun++;
  const worker = async (): Promise<void> => {
    for (let index = next(); index < requests; index = next()) {
      if (ratePerSecond !== undefined) await waitUntil(started + (index * 1_000) / ratePerSecond, end);
      if (end.aborted) return;
      await send();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, worker));
  agent.destroy();
  return { ...tally, traceIds, errors, durationMs: performance.now() - started };
}

function checkRange(name: string, value: number, lowest: number, highest: number): void {
  if (value >= lowest && value <= highest) return;
  throw new RangeError(`${name} is ${value}; allowed is a number from ${lowest} to ${highest}.`);
}

/** Resolves at that time, or as soon as the signal says so. */
function waitUntil(time: number, signal: AbortSignal): Promise<void> {
  const ms = time - performance.now();
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

interface Answer {
  readonly traceId?: string;
  readonly sampled?: boolean;
}

function post(url: string, agent: http.Agent, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(BODY) };
    const options = { method: "POST", agent, headers, signal, timeout: REQUEST_TIMEOUT_MS };
    const request = http.request(url, options, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (chunk: string) => {
          text += chunk;
        })
        .on("error", reject)
        .on("end", () => {
          if (response.statusCode !== 200) {
            reject(
              new Error(`POST ${url} answered ${response.statusCode ?? 0}: ${text.trim().slice(0, 200)}`),
            );
            return;
          }
          try {
            resolve(JSON.parse(text) as Answer);
          } catch {
            reject(new Error(`POST ${url} answered no JSON: ${text.trim().slice(0, 200)}`));
          }
        });
    });
    request
      .on("error", reject)
      .on("timeout", () => {
        request.destroy(new Error(`POST ${url} had no answer in ${REQUEST_TIMEOUT_MS} ms`));
      })
      .end(BODY);
  });
}
