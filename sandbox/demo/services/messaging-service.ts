import { initTracing } from "@nova/opentelemetry-config";
// Before the imports that load http and grpc, so that both are traced.
initTracing("messaging-service");

import { serveGrpc } from "./grpc";
import { serveHttp } from "./httpServer";
import { runUntilSignal } from "./lifecycle";
import { readSettings } from "./settings";

async function main(): Promise<void> {
  const settings = readSettings();
  const server = await serveGrpc(settings.host, settings.grpcPort, "MessagingService", {
    ListMessages: () => ({ messages: ["welcome", "your weekly digest"] }),
  });
  const health = await serveHttp(settings.host, settings.healthPort, {});
  runUntilSignal("messaging-service", `grpc=${server.port} health=${health.port}`, [
    server.close,
    health.close,
  ]);
}

void main();
