// Calls the protocol's methods without an engine; tests/engine runs them under the real one.
import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { InitializationFailed, serviceError } from "../../../sandbox/providers/shared/failures";
import { encodeProperties } from "../../../sandbox/providers/shared/propertyValues";
import type { DiffResult, Provider } from "../../../sandbox/providers/shared/provider";
import { providerService } from "../../../sandbox/providers/shared/providerServer";
import { RandomProvider } from "../../../sandbox/providers/random/provider";

type Callback = (error: Partial<grpc.StatusObject> | null, response: unknown) => void;

/** Calls one method of a provider's service as gRPC would. */
async function call<Response>(provider: Provider, method: string, request: unknown): Promise<Response> {
  const handler = providerService(provider)[method] as unknown as (
    call: { request: unknown },
    callback: Callback,
  ) => void;
  const response = await new Promise((resolve, reject) => {
    handler({ request }, (error, answer) => {
      if (error === null) resolve(answer);
      else reject(Object.assign(new Error(), error));
    });
  });
  return response as Response;
}

function diffing(result: DiffResult): Provider {
  return Object.assign(new RandomProvider("1.0.0"), { diff: () => Promise.resolve(result) });
}

describe("the plugin protocol", () => {
  it("carries each kind of change, whether it replaces, and the top-level properties", async () => {
    const changes = new Map([
      ["data.a", { kind: "add" as const, replaces: false, inputDiff: true }],
      ["data.b", { kind: "update" as const, replaces: true, inputDiff: true }],
      ["spec.c[0]", { kind: "delete" as const, replaces: true, inputDiff: false }],
    ]);
    const provider = diffing({ changes, deleteBeforeReplace: true });
    const response = await call<proto.DiffResponse>(provider, "diff", new proto.DiffRequest());
    const kinds = [...response.getDetaileddiffMap().entries()].map(([path, detail]) => [
      path,
      detail.getKind(),
    ]);
    const { Kind } = proto.PropertyDiff;
    assert.deepEqual(kinds, [
      ["data.a", Kind.ADD],
      ["data.b", Kind.UPDATE_REPLACE],
      ["spec.c[0]", Kind.DELETE_REPLACE],
    ]);
    assert.deepEqual(response.getReplacesList(), ["data.b", "spec.c[0]"]);
    assert.deepEqual(response.getDiffsList(), ["data", "spec"]);
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_SOME);
    assert.equal(response.getDeletebeforereplace(), true);
  });

  it("says that there is no change when there is none", async () => {
    const provider = diffing({ changes: new Map(), deleteBeforeReplace: false });
    const response = await call<proto.DiffResponse>(provider, "diff", new proto.DiffRequest());
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("carries what a check finds wrong", async () => {
    const request = new proto.CheckRequest();
    request.setType("random:index/randomPassword:RandomPassword");
    request.setNews(encodeProperties({ length: 0 }));
    const response = await call<proto.CheckResponse>(new RandomProvider("1.0.0"), "check", request);
    assert.deepEqual(
      response.getFailuresList().map((failure) => failure.getProperty()),
      ["length"],
    );
  });

  it("answers an unknown type with its message, and no stack", async () => {
    const request = new proto.CreateRequest();
    request.setType("random:index/randomPet:RandomPet");
    await assert.rejects(call(new RandomProvider("1.0.0"), "create", request), (error: grpc.StatusObject) => {
      assert.equal(error.code, grpc.status.UNKNOWN);
      return (
        error.details.startsWith("random:index/randomPet:RandomPet is not part of") &&
        !error.details.includes("\n")
      );
    });
  });

  it("has no handshake, so that the engine settles secrets in configure", async () => {
    await assert.rejects(call(new RandomProvider("1.0.0"), "handshake", {}), {
      code: grpc.status.UNIMPLEMENTED,
    });
    const configured = await call<proto.ConfigureResponse>(
      new RandomProvider("1.0.0"),
      "configure",
      new proto.ConfigureRequest(),
    );
    assert.ok(configured.getAcceptsecrets() && configured.getSupportspreview());
  });

  it("carries the state of an object that exists but did not get ready, with all reasons", () => {
    const failed = new InitializationFailed(
      "not ready",
      "shop/web",
      ["not ready", "pod web-1: Unschedulable"],
      { a: 1 },
    );
    const { metadata, details } = serviceError(failed);
    assert.equal(details, "not ready");
    const [packed] = metadata?.get("grpc-status-details-bin") ?? [];
    const [any] = Status.deserializeBinary(packed as Buffer).getDetailsList();
    assert.ok(any !== undefined);
    const detail = any.unpack(
      (bytes: Uint8Array) => proto.ErrorResourceInitFailed.deserializeBinary(bytes),
      "pulumirpc.ErrorResourceInitFailed",
    );
    assert.ok(detail !== null);
    assert.equal(detail.getId(), "shop/web");
    assert.deepEqual(detail.getReasonsList(), ["not ready", "pod web-1: Unschedulable"]);
    assert.deepEqual(detail.getProperties()?.toJavaScript(), { a: 1 });
  });
});
