import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { encodeProperties, type PropertyMap } from "./propertyValues";

/**
 * An object exists, but did not get ready. The engine stores `state`, reports `reasons`, and tries again at
 * the next update.
 */
export class InitializationFailed extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly reasons: readonly string[],
    readonly state: PropertyMap,
    readonly inputs?: PropertyMap,
  ) {
    super(message);
  }
}

/** A method that this plugin does not have. */
export class NotImplemented extends Error {}

/** The error as gRPC carries it; the engine shows the message as it is. */
export function serviceError(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NotImplemented) return { code: grpc.status.UNIMPLEMENTED, details: message };
  if (!(error instanceof InitializationFailed)) return { code: grpc.status.UNKNOWN, details: message };
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(encodeProperties(error.state));
  detail.setReasonsList([...error.reasons]);
  if (error.inputs !== undefined) detail.setInputs(encodeProperties(error.inputs));
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  // The header by which gRPC's richer error model travels; the engine reads the detail from it.
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
