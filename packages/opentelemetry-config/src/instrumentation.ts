import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { TracerProvider } from "@opentelemetry/api";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { GrpcInstrumentation } from "@opentelemetry/instrumentation-grpc";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";

export interface InstrumentationOptions {
  /**
   * Paths of incoming HTTP requests that make no span: probes and scrapes, which would outnumber all else.
   * @default ["/healthz", "/livez", "/readyz", "/metrics"]
   */
  readonly untracedPaths?: readonly string[];
}

const UNTRACED_PATHS = ["/healthz", "/livez", "/readyz", "/metrics"] as const;

const load = createRequire(__filename);

/** Whether a copy of grpc-js is already there; what was built with it before the patches stays untraced. */
export function isGrpcLoaded(): boolean {
  return Object.keys(load.cache).some((file) =>
    /[\\/]@grpc[\\/]grpc-js[\\/]build[\\/]src[\\/]index\.js$/.test(file),
  );
}

/**
 * Patches HTTP and gRPC, servers and clients, to make spans and to carry the W3C trace context.
 * @returns a function that takes the patches back
 */
export function instrument(tracerProvider: TracerProvider, options: InstrumentationOptions): () => void {
  const untraced = new Set<string>(options.untracedPaths ?? UNTRACED_PATHS);
  const unregister = registerInstrumentations({
    tracerProvider,
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: (request: IncomingMessage) => untraced.has(pathOf(request.url)),
      }),
      new GrpcInstrumentation(),
    ],
  });
  // The patches are made when a module is required. Requiring them here patches the modules in place, also
  // for code that holds them already (`http.request(...)`, but not a `request` taken out of the module).
  for (const name of ["http", "https", "@grpc/grpc-js"]) load(name);
  return unregister;
}

function pathOf(url = "/"): string {
  return url.split("?", 1)[0] ?? "/";
}
