import * as grpc from "@grpc/grpc-js";

/** How often a plugin looks whether the process that started it is still there. */
const PARENT_CHECK_MILLISECONDS = 1_000;

/** Steps to take before the plugin's process ends, such as stopping its children. */
export type ShutdownStep = () => void | Promise<void>;

/**
 * Serves a plugin as the engine expects it: a gRPC server on a free port of 127.0.0.1, whose number is the
 * first line on stdout. Ends on SIGINT and SIGTERM, and when the engine's process is gone (a killed engine
 * closes nothing, and its plugins would stay for ever).
 *
 * @returns a function that stops the server and ends the process.
 */
export async function servePlugin(
  service: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
  beforeExit: ShutdownStep = () => undefined,
): Promise<() => void> {
  const server = new grpc.Server({
    // A state with hundreds of objects is far above gRPC's default of 4 MiB.
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(service, implementation);
  const port = await bind(server);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void Promise.resolve(beforeExit()).finally(() => {
      server.forceShutdown();
      process.exit(0);
    });
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  endWithParent(end);
  process.stdout.write(`${port}\n`);
  return end;
}

/** Calls `end` when the process that started this one is gone. */
export function endWithParent(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_CHECK_MILLISECONDS).unref();
}

function bind(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** The address of the engine among a plugin's arguments: the first that is no flag. */
export function engineAddressFrom(commandArguments: readonly string[]): string | undefined {
  return commandArguments.find((argument) => !argument.startsWith("-"));
}
