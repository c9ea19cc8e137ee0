import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Where a provider's messages go: the engine shows them beside the resource. */
export interface ResourceLog {
  /** A message that stays on the screen. */
  info(urn: string, message: string): void;
  /** A warning that stays on the screen. */
  warn(urn: string, message: string): void;
  /** What the resource waits for now; shown in its line until the next one. */
  status(urn: string, message: string): void;
  /** A message for `--debug` alone. */
  debug(message: string): void;
}

/**
 * A log over the engine's own service. A message that cannot be delivered is dropped: an operation must not
 * fail because its progress could not be shown.
 *
 * @param engineAddress host:port as the engine gives it; without one (a plugin started by hand) messages go
 * to stderr.
 */
export function engineLog(engineAddress: string | undefined): ResourceLog {
  if (engineAddress === undefined) return stderrLog();
  const engine = new EngineClient(engineAddress, grpc.credentials.createInsecure());
  const send = (severity: LogSeverity, urn: string, message: string, ephemeral: boolean): void => {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    engine.log(request, () => undefined);
  };
  return {
    info: (urn, message) => {
      send(LogSeverity.INFO, urn, message, false);
    },
    warn: (urn, message) => {
      send(LogSeverity.WARNING, urn, message, false);
    },
    status: (urn, message) => {
      send(LogSeverity.INFO, urn, message, true);
    },
    debug: (message) => {
      send(LogSeverity.DEBUG, "", message, false);
    },
  };
}

/** Says, for whoever runs the engine with `--debug`, that this is not the vendor's plugin. Returns the log. */
export function announceStandIn(plugin: string, engineAddress: string | undefined): ResourceLog {
  const log = engineLog(engineAddress);
  log.debug(`${plugin}: stand-in of the sandbox, not the vendor's plugin`);
  return log;
}

function stderrLog(): ResourceLog {
  const write = (urn: string, message: string): void => {
    process.stderr.write(`${urn === "" ? "" : `${urn}: `}${message}\n`);
  };
  return {
    info: write,
    warn: write,
    status: write,
    debug: (message) => {
      write("", message);
    },
  };
}
