/**
 * `node -r @nova/opentelemetry-config/register service.js` traces a service whose code knows nothing of it:
 * the name is OTEL_SERVICE_NAME, everything else the guide's variables.
 */
import { flushTracing, initTracing, shutdownTracing } from "./tracing";
import { TracingConfig } from "./tracingConfig";
import { TracingConfigError } from "./tracingConfigError";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

function readConfig(): TracingConfig {
  try {
    return TracingConfig.fromEnv();
  } catch (error) {
    if (!(error instanceof TracingConfigError)) throw error;
    return refuse(error.message);
  }
}

function refuse(message: string): never {
  process.stderr.write(`tracing: ${message}\n`);
  process.exit(1);
}

function readServiceName(): string {
  const name = process.env["OTEL_SERVICE_NAME"]?.trim() ?? "";
  return name === ""
    ? refuse("OTEL_SERVICE_NAME is not set; write the service's name, like auth-service.")
    : name;
}

/** Spans wait up to 5 s in memory; whichever way the process ends, they should go out first. */
function flushAtTheEnd(): void {
  process.once("beforeExit", () => void shutdownTracing());
  for (const signal of SIGNALS) {
    const onSignal = (): void => {
      // A service that handles the signal ends in its own time, and may make spans until then.
      if (process.listenerCount(signal) > 1) {
        void flushTracing();
        return;
      }
      void shutdownTracing().then(() => {
        process.removeListener(signal, onSignal);
        process.kill(process.pid, signal);
      });
    };
    process.on(signal, onSignal);
  }
}

const config = readConfig();
if (config.enabled) {
  initTracing(readServiceName(), config);
  flushAtTheEnd();
}
