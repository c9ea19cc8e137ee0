// A service that knows nothing of Nova: OpenTelemetry's own exporter and nothing but the standard variables. It sends one
// span, and ends with 0 once the collector has acknowledged it.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";

const name = process.env["OTEL_SERVICE_NAME"] ?? "";
const made = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  resource: defaultResource().merge(resourceFromAttributes({ "service.name": name })),
  spanProcessors: [new SimpleSpanProcessor(made)],
});
provider.getTracer("plain").startSpan("one").end();

async function main(): Promise<void> {
  await provider.forceFlush();
  new OTLPTraceExporter().export(made.getFinishedSpans(), ({ error }) => {
    if (error === undefined) return;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}

void main();
