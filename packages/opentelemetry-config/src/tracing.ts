import { context, diag, DiagLogLevel, propagation, trace, type Tracer } from "@opentelemetry/api";
import { setGlobalErrorHandler, W3CTraceContextPropagator } from "@opentelemetry/core";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { createPipeline, type Pipeline } from "./export/pipeline";
import { instrument, type InstrumentationOptions, isGrpcLoaded } from "./instrumentation";
import { ProblemLog } from "./problemLog";
import { createResource } from "./resource";
import { createSampler } from "./sampler";
import { TracingConfig } from "./tracingConfig";

/** What a service may add to its environment. */
export type TracingOptions = InstrumentationOptions;

interface Running {
  readonly serviceName: string;
  readonly provider: NodeTracerProvider;
  readonly pipeline: Pipeline;
  readonly uninstrument: () => void;
}

const SCOPE = "@nova/opentelemetry-config";
/** Longer attribute values are cut: they wait in memory, up to 2,048 spans of them. */
const MAX_ATTRIBUTE_CHARACTERS = 8_192;
/** Well inside the 30 s that Kubernetes gives a pod to end. */
const SHUTDOWN_TIMEOUT_MS = 5_000;

let running: Running | undefined;
let stopping: Promise<boolean> | undefined;
let warnedOfJaeger = false;
const log = new ProblemLog();

/**
 * Begins to trace: call it before anything requires `http` or `@grpc/grpc-js`, best with
 * `node -r @nova/opentelemetry-config/register`. A second call changes nothing.
 * With `enabled: false` nothing is patched, and spans cost nothing; the trace of a caller then ends here.
 * It never throws because of the collector: without one, spans are dropped and the service goes on.
 *
 * @param serviceName the name in the trace UI, for example `auth-service`
 * @param config where to send, how much to keep; read from the environment by default
 * @returns the tracer for spans of the service's own
 * @throws Error if the service name is blank
 */
export function initTracing(
  serviceName: string,
  config: TracingConfig = TracingConfig.fromEnv(),
  options: TracingOptions = {},
): Tracer {
  if (serviceName.trim() === "") {
    throw new Error('initTracing needs the service\'s name, like "auth-service"; it was given a blank text.');
  }
  if (running !== undefined) {
    if (running.serviceName !== serviceName) {
      log.say(
        `initTracing("${serviceName}") was ignored: this process already traces as "${running.serviceName}"`,
      );
    }
    return running.provider.getTracer(SCOPE);
  }
  if (!config.enabled) return trace.getTracer(SCOPE);
  if (config.exporter === "jaeger" && !warnedOfJaeger) {
    warnedOfJaeger = true;
    log.say(
      `TRACING_EXPORTER=jaeger is a legacy name: spans go by OTLP to ${config.otlpEndpoint}, ` +
        "JAEGER_ENDPOINT is not used. Write TRACING_EXPORTER=otlp",
    );
  }

  if (isGrpcLoaded()) {
    log.say(
      "@grpc/grpc-js was loaded before initTracing: clients and servers already built are not traced. " +
        "Call initTracing first, or start with node -r @nova/opentelemetry-config/register",
    );
  }

  quietTheSdk();
  const pipeline = createPipeline(config.otlpEndpoint, log);
  const provider = new NodeTracerProvider({
    resource: createResource(serviceName, config),
    sampler: createSampler(config.sampleRate),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_CHARACTERS },
    spanProcessors: [pipeline.processor],
  });
  // Trace context only: baggage would carry whatever a client sends to every server that is called.
  provider.register({ propagator: new W3CTraceContextPropagator() });
  running = { serviceName, provider, pipeline, uninstrument: instrument(provider, options) };
  stopping = undefined;
  return provider.getTracer(SCOPE);
}

/**
 * Sends the spans that wait and ends tracing, in `timeoutMs` (default 5000) at the most. It never rejects,
 * may be called twice (the second call waits for the first) and without a call of `initTracing`.
 * @returns whether every span that waited was taken by the collector
 */
export function shutdownTracing({
  timeoutMs = SHUTDOWN_TIMEOUT_MS,
}: { timeoutMs?: number } = {}): Promise<boolean> {
  if (running === undefined) return stopping ?? Promise.resolve(true);
  const ending = running;
  running = undefined;
  stopping = shutDown(ending, timeoutMs);
  return stopping;
}

/** Sends the spans that wait, and goes on tracing; resolves within `timeoutMs`, and never rejects. */
export async function flushTracing({
  timeoutMs = SHUTDOWN_TIMEOUT_MS,
}: { timeoutMs?: number } = {}): Promise<void> {
  if (running !== undefined) await within(timeoutMs, running.pipeline.processor.forceFlush());
}

async function shutDown({ pipeline, provider, uninstrument }: Running, timeoutMs: number): Promise<boolean> {
  uninstrument();
  const lostBefore = pipeline.reports.lostSpans;
  const ended = await within(timeoutMs, provider.shutdown());
  // A call that still waits would keep the process alive; the client is closed under it.
  if (!ended) await within(0, pipeline.reports.shutdown());
  trace.disable();
  context.disable();
  propagation.disable();
  return ended && pipeline.reports.lostSpans === lostBefore;
}

/** Whether the work ended well in that time. */
async function within(timeoutMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, timeoutMs);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result;
}

/** The SDK's own warnings and errors take the same road as ours: short, and one a minute. */
function quietTheSdk(): void {
  const report = (message: string): void => {
    log.report(message);
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  setGlobalErrorHandler((error) => {
    log.report(typeof error === "string" ? error : (error.message ?? "an error without a message"));
  });
}
