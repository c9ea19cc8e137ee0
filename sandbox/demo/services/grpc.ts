import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Close } from "./lifecycle";

/** The services of demo.proto. */
export type ServiceName = "UserService" | "MessagingService";

const TIMEOUT_MS = 5_000;

function load(service: ServiceName): grpc.ServiceClientConstructor {
  const definition = loadSync(path.join(__dirname, "demo.proto"), { keepCase: false, defaults: true });
  const root = grpc.loadPackageDefinition(definition) as unknown as {
    nova: { demo: Record<ServiceName, grpc.ServiceClientConstructor> };
  };
  return root.nova.demo[service];
}

/** Answers one unary call; what it throws goes to the caller as UNAVAILABLE with the message. */
export type UnaryHandler = (request: never) => Promise<object> | object;

/** Serves the methods of one service. */
export async function serveGrpc(
  host: string,
  port: number,
  service: ServiceName,
  methods: Readonly<Record<string, UnaryHandler>>,
): Promise<{ port: number; close: Close }> {
  const server = new grpc.Server();
  const implementation = Object.entries(methods).map(([name, handler]) => [
    name,
    (call: { request: never }, callback: grpc.sendUnaryData<object>) => {
      Promise.resolve()
        .then(() => handler(call.request))
        .then(
          (reply) => {
            callback(null, reply);
          },
          (error: unknown) => {
            const details = error instanceof Error ? error.message : String(error);
            callback({ code: grpc.status.UNAVAILABLE, details });
          },
        );
    },
  ]);
  server.addService(
    load(service).service,
    Object.fromEntries(implementation) as grpc.UntypedServiceImplementation,
  );
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, grpc.ServerCredentials.createInsecure(), (error, actual) => {
      if (error) reject(error);
      else resolve(actual);
    });
  });
  return {
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => {
          resolve();
        });
      }),
  };
}

type Unary<Reply> = (
  request: object,
  options: grpc.CallOptions,
  callback: (error: grpc.ServiceError | null, reply: Reply) => void,
) => void;

/** A function that calls one method of a service at host:port, over one connection. */
export function unaryCaller<Reply>(
  service: ServiceName,
  method: string,
  address: string,
): (request: object) => Promise<Reply> {
  const client = new (load(service))(address, grpc.credentials.createInsecure(), {
    // A pod that is replaced is back in seconds; the default waits up to two minutes.
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 2_000,
  });
  const call = (client as unknown as Record<string, Unary<Reply>>)[method];
  if (call === undefined) throw new Error(`demo.proto has no ${service}.${method}`);
  return (request) =>
    new Promise((resolve, reject) => {
      call.call(client, request, { deadline: Date.now() + TIMEOUT_MS }, (error, reply) => {
        if (error === null) resolve(reply);
        else reject(new Error(`${service}.${method} at ${address}: ${error.message}`));
      });
    });
}
