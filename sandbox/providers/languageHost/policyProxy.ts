import { connect, createServer, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerHandshakeResponse, AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { serviceError } from "../shared/failures";

/** The first method that the engine calls; the pack does not run yet, so it is answered here. */
const HANDSHAKE = AnalyzerService.handshake.path;

/** By which the engine says which stack and configuration the pack is for. */
const CONFIGURE_STACK = AnalyzerService.configureStack.path;

/** Starts the pack with these variables, and resolves to the port that it listens on. */
export type StartPack = (variables: NodeJS.ProcessEnv) => Promise<number>;

/** What stands between the engine and a policy pack. */
export interface PolicyProxy {
  /** Where the engine is to connect. */
  readonly port: number;
  readonly close: () => void;
}

/**
 * Answers the engine in a policy pack's place until it tells the stack, starts the pack with the stack's
 * variables, and hands every call on. The pack reads them when its modules are loaded (`pulumi.getStack()`,
 * `new pulumi.Config()`), so it cannot be started before.
 */
export async function startPolicyProxy(startPack: StartPack): Promise<PolicyProxy> {
  let pack: Promise<grpc.Client> | undefined;
  let packPort: number | undefined;
  const server = new grpc.Server(UNLIMITED);
  const doorkeeper = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const started = (variables: NodeJS.ProcessEnv): Promise<grpc.Client> => {
    pack ??= startPack(variables).then((port) => {
      packPort = port;
      // The engine is asked to connect anew, once what is under way has been answered: from then on it talks to the
      // pack itself, through nothing but a pipe.
      setImmediate(() => {
        doorkeeper.drain(60_000);
      });
      return new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), UNLIMITED);
    });
    return pack;
  };
  server.addService(bytesService(), handlers(started));
  const sockets = new Set<Socket>();
  const front = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (packPort === undefined) {
      doorkeeper.injectConnection(socket);
      return;
    }
    const behind = connect({ port: packPort, host: "127.0.0.1", noDelay: true });
    socket.pipe(behind).pipe(socket);
    socket.on("error", () => behind.destroy());
    behind.on("error", () => socket.destroy());
  });
  const port = await new Promise<number>((resolve, reject) => {
    front.once("error", reject);
    front.listen(0, "127.0.0.1", () => {
      const address = front.address();
      if (address !== null && typeof address === "object") resolve(address.port);
    });
  });
  return {
    port,
    close: () => {
      front.close();
      for (const socket of sockets) socket.destroy();
      server.forceShutdown();
      void pack?.then(
        (client) => {
          client.close();
        },
        () => undefined,
      );
    },
  };
}

/** A stack's resources come in one message. */
const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

const asIs = (bytes: Buffer): Buffer => bytes;

/** The analyzer's methods over undecoded messages: whatever a newer engine adds to them passes. */
function bytesService(): grpc.ServiceDefinition {
  const methods = Object.entries<grpc.MethodDefinition<unknown, unknown>>(
    AnalyzerService as grpc.ServiceDefinition,
  );
  return Object.fromEntries(
    methods.map(([name, definition]) => [
      name,
      { ...definition, requestDeserialize: asIs, responseSerialize: asIs },
    ]),
  );
}

function handlers(
  started: (variables: NodeJS.ProcessEnv) => Promise<grpc.Client>,
): grpc.UntypedServiceImplementation {
  const forward = async (path: string, request: Buffer): Promise<Buffer> => {
    if (path === HANDSHAKE) return Buffer.from(new AnalyzerHandshakeResponse().serializeBinary());
    const variables = path === CONFIGURE_STACK ? stackVariables(request) : {};
    const client = await started(variables);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, asIs, asIs, request, (error, response) => {
        if (error === null) resolve(response ?? Buffer.alloc(0));
        else reject(error);
      });
    });
  };
  const handler =
    (path: string): grpc.handleUnaryCall<Buffer, Buffer> =>
    (call, callback) => {
      forward(path, call.request).then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          // The pack's own error goes on with its code, by which the engine knows a method that is not there.
          callback(isServiceError(error) ? error : serviceError(error));
        },
      );
    };
  const methods = Object.entries<grpc.MethodDefinition<unknown, unknown>>(
    AnalyzerService as grpc.ServiceDefinition,
  );
  return Object.fromEntries(methods.map(([name, { path }]) => [name, handler(path)]));
}

function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}

/** The environment by which the SDK learns of the stack; without the settings that the engine left out. */
export function stackVariables(request: Uint8Array): NodeJS.ProcessEnv {
  const stack = AnalyzerStackConfigureRequest.deserializeBinary(request);
  const config = Object.fromEntries(stack.getConfigMap().toObject(false));
  const variables = {
    PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
    PULUMI_NODEJS_PROJECT: stack.getProject(),
    PULUMI_NODEJS_STACK: stack.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(stack.getConfigSecretKeysList()),
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}
