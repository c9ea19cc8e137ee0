import type * as grpc from "@grpc/grpc-js";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { NotImplemented, serviceError } from "./failures";
import { servePlugin } from "./pluginServer";
import { decodeProperties, encodeProperties } from "./propertyValues";
import type { Provider } from "./provider";
import {
  checkRequest,
  checkResponse,
  configuration,
  diffRequest,
  diffResponse,
  identity,
} from "./providerMessages";

/** Serves a provider over the engine's plugin protocol until the engine ends it. */
export async function serveProvider(provider: Provider): Promise<void> {
  await servePlugin(ResourceProviderService, providerService(provider), () => {
    provider.cancel();
  });
}

/** The plugin protocol's methods over a provider; exported so that a test can call them without a server. */
export function providerService(provider: Provider): grpc.UntypedServiceImplementation {
  return {
    // Without a handshake the engine settles the same questions in `configure`.
    handshake: notImplemented("handshake"),
    parameterize: notImplemented("parameterize"),
    getSchema: notImplemented("getSchema"),
    call: notImplemented("call"),
    list: notImplemented("list"),
    getMapping: unary(() => Promise.resolve(new proto.GetMappingResponse())),
    getMappings: unary(() => Promise.resolve(new proto.GetMappingsResponse())),
    attach: unary(() => Promise.resolve(new Empty())),
    getPluginInfo: unary(() => {
      const info = new pluginProto.PluginInfo();
      info.setVersion(provider.version);
      return Promise.resolve(info);
    }),
    cancel: unary(() => {
      provider.cancel();
      return Promise.resolve(new Empty());
    }),
    ...configurationMethods(provider),
    ...resourceMethods(provider),
    invoke: unary(async (request: proto.InvokeRequest) => {
      const response = new proto.InvokeResponse();
      const result = await provider.invoke(request.getTok(), decodeProperties(request.getArgs()));
      response.setReturn(encodeProperties(result));
      return response;
    }),
    construct: unary((request: proto.ConstructRequest) =>
      Promise.reject(new Error(`${request.getType()}: this plugin has no component resources.`)),
    ),
  };
}

function configurationMethods(provider: Provider): grpc.UntypedServiceImplementation {
  return {
    checkConfig: unary(async (request: proto.CheckRequest) =>
      checkResponse(await provider.checkConfig(decodeProperties(request.getNews()))),
    ),
    diffConfig: unary(async (request: proto.DiffRequest) => {
      const olds = decodeProperties(request.getOldInputs() ?? request.getOlds());
      return diffResponse(await provider.diffConfig(olds, decodeProperties(request.getNews())));
    }),
    configure: unary(async (request: proto.ConfigureRequest) => {
      await provider.configure(configuration(request));
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
  };
}

function resourceMethods(provider: Provider): grpc.UntypedServiceImplementation {
  return {
    check: unary(async (request: proto.CheckRequest) =>
      checkResponse(await provider.check(checkRequest(request))),
    ),
    diff: unary(async (request: proto.DiffRequest) =>
      diffResponse(await provider.diff(diffRequest(request))),
    ),
    create: unary(async (request: proto.CreateRequest) => {
      const created = await provider.create({
        ...identity(request),
        inputs: decodeProperties(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new proto.CreateResponse();
      response.setId(created.id);
      response.setProperties(encodeProperties(created.state));
      return response;
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const result = await provider.read({
        ...identity(request),
        id: request.getId(),
        state: decodeProperties(request.getProperties()),
        inputs: decodeProperties(request.getInputs()),
      });
      const response = new proto.ReadResponse();
      if (result === undefined) return response;
      response.setId(result.id);
      response.setProperties(encodeProperties(result.state));
      response.setInputs(encodeProperties(result.inputs));
      return response;
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const response = new proto.UpdateResponse();
      const state = await provider.update({
        ...diffRequest(request),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
      });
      response.setProperties(encodeProperties(state));
      return response;
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      await provider.delete({
        ...identity(request),
        id: request.getId(),
        state: decodeProperties(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
      });
      return new Empty();
    }),
  };
}

/** Adapts an async function to gRPC's callback form. */
export function unary<Request, Response>(
  handle: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(serviceError(error));
      },
    );
  };
}

function notImplemented(method: string): grpc.handleUnaryCall<unknown, unknown> {
  return unary(() => Promise.reject(new NotImplemented(`This plugin does not have ${method}.`)));
}
