import { currentTrace, initTracing } from "@nova/opentelemetry-config";
// Before the imports that load http and grpc, so that both are traced.
initTracing("auth-service");

import { unaryCaller } from "./grpc";
import { serveHttp } from "./httpServer";
import { runUntilSignal } from "./lifecycle";
import { readSettings } from "./settings";

interface UserReply {
  readonly userId: string;
  readonly feed: readonly string[];
  readonly messages: readonly string[];
}

async function main(): Promise<void> {
  const settings = readSettings();
  const getUser = unaryCaller<UserReply>("UserService", "GetUser", settings.userService);
  const server = await serveHttp(settings.host, settings.httpPort, {
    "POST /api/v1/auth/login": async (body) => {
      const { email } = JSON.parse(body === "" ? "{}" : body) as { email?: string };
      const trace = currentTrace();
      const user = await getUser({ userId: "42", email: email ?? "demo@nova.example" });
      return {
        userId: user.userId,
        feed: user.feed.length,
        messages: user.messages.length,
        // undefined, and so absent, when tracing is off.
        traceId: trace?.traceId,
        sampled: trace?.sampled ?? false,
      };
    },
  });
  runUntilSignal("auth-service", `http=${server.port}`, [server.close]);
}

void main();
