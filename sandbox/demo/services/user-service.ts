import { initTracing, withSpan } from "@nova/opentelemetry-config";
// Before the imports that load http and grpc, so that both are traced.
initTracing("user-service");

import { setTimeout as sleep } from "node:timers/promises";
import { serveGrpc } from "./grpc";
import { getJson } from "./httpClient";
import { serveHttp } from "./httpServer";
import { runUntilSignal } from "./lifecycle";
import { readSettings } from "./settings";

interface Feed {
  readonly items: readonly string[];
  readonly messages: readonly string[];
}

const QUERY_MS = 5;

async function main(): Promise<void> {
  const settings = readSettings();
  const server = await serveGrpc(settings.host, settings.grpcPort, "UserService", {
    GetUser: async ({ userId, email }: { userId: string; email: string }) => {
      // The e-mail address is here to show that it does not get out: the library redacts it.
      await withSpan(
        "SELECT users",
        { "db.system.name": "postgresql", "user.id": userId, "user.email": email },
        () => sleep(QUERY_MS),
      );
      const feed = await getJson<Feed>(`${settings.contentService}/api/v1/feed?user=${userId}`);
      return { userId, feed: feed.items, messages: feed.messages };
    },
  });
  const health = await serveHttp(settings.host, settings.healthPort, {});
  runUntilSignal("user-service", `grpc=${server.port} health=${health.port}`, [server.close, health.close]);
}

void main();
