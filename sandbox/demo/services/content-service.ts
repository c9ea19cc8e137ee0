import { initTracing } from "@nova/opentelemetry-config";
// Before the imports that load http and grpc, so that both are traced.
initTracing("content-service");

import { unaryCaller } from "./grpc";
import { serveHttp } from "./httpServer";
import { runUntilSignal } from "./lifecycle";
import { readSettings } from "./settings";

async function main(): Promise<void> {
  const settings = readSettings();
  const listMessages = unaryCaller<{ messages: readonly string[] }>(
    "MessagingService",
    "ListMessages",
    settings.messagingService,
  );
  const server = await serveHttp(settings.host, settings.httpPort, {
    "GET /api/v1/feed": async (_, url) => {
      const { messages } = await listMessages({ userId: url.searchParams.get("user") ?? "" });
      return { items: ["first post", "second post"], messages };
    },
  });
  runUntilSignal("content-service", `http=${server.port}`, [server.close]);
}

void main();
