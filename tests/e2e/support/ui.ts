import { loginUrl } from "../../../sandbox/commands/start";
import { runLoad } from "../../../sandbox/demo/load";
import { until } from "../../../sandbox/support/process";
import { spansOf, type Span } from "../../../sandbox/trace/spans";
import { uiAddress, type Staging } from "./staging";

/** A user and a password, or whatever somebody may try in their place. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Headers of HTTP's basic authentication. */
export function basic({ username, password }: Login): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

/** The login that the UI's Secret holds for people. */
export async function uiLogin(staging: Staging): Promise<Login> {
  const { username = "", password = "" } = await staging.secret("jaeger-ui-proxy");
  return { username, password };
}

/** One question to the query API through the proxy. */
export async function askUi(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${uiAddress}${path}`, {
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(20_000),
  });
  return { status: response.status, text: await response.text() };
}

/** Waits for a trace that the condition holds for, through the proxy. @returns its spans, whatever they are at the end */
export async function traceThroughProxy(
  staging: Staging,
  traceId: string,
  isWhole: (spans: readonly Span[]) => boolean,
  timeoutMs: number,
): Promise<readonly Span[]> {
  const headers = basic(await uiLogin(staging));
  let spans: readonly Span[] = [];
  await until(
    async () => {
      const { status, text } = await askUi(`/api/v3/traces/${traceId}`, headers).catch(() => ({
        status: 0,
        text: "",
      }));
      spans = status === 200 ? spansOf(JSON.parse(text) as Parameters<typeof spansOf>[0]) : [];
      return isWhole(spans);
    },
    timeoutMs,
    500,
  );
  return spans;
}

/** Sends logins through the demo services until one is sampled. @returns the id of its trace */
export async function sampledLogin(staging: Staging): Promise<string> {
  const url = await loginUrl(staging.cluster.api);
  let traceId: string | undefined;
  const errors: string[] = [];
  await until(
    async () => {
      const result = await runLoad({ url, requests: 4, concurrency: 1 });
      errors.push(...result.errors);
      traceId = result.traceIds[0];
      return traceId !== undefined;
    },
    20_000,
    250,
  );
  if (traceId === undefined) throw new Error(`no login was sampled: ${errors.join("; ")}`);
  return traceId;
}

/** The names of the demo services, in the order of a login. */
export const services = ["auth-service", "user-service", "content-service", "messaging-service"];

/** Whether a trace has spans of all four services, and no hole. */
export function spansAllServices(spans: readonly Span[]): boolean {
  const known = new Set(spans.map(({ spanId }) => spanId));
  return (
    services.every((service) => spans.some((span) => span.service === service)) &&
    spans.every(({ parentSpanId }) => parentSpanId === "" || known.has(parentSpanId))
  );
}
