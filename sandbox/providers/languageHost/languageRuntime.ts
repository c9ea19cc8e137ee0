import type * as grpc from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { DependencyInfo } from "@pulumi/pulumi/proto/language_pb";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { NotImplemented, serviceError } from "../shared/failures";
import { unary } from "../shared/providerServer";
import type { Children } from "./children";
import { runPlugin, type PluginStream } from "./runPlugin";
import { runProgram } from "./runProgram";
import { programDependencies } from "./sdk";

/** What the language host was started with. */
export interface HostSettings {
  /** host:port, or undefined when it was started by hand. */
  readonly engineAddress: string | undefined;
  /** The version that it gives itself: that of the SDK. */
  readonly version: string;
}

type StreamOf<Request, Response> = grpc.ServerWritableStream<Request, Response>;

/** The engine's LanguageRuntime protocol for Node.js, as far as running programs and packs needs it. */
export function languageRuntimeService(
  settings: HostSettings,
  children: Children,
): grpc.UntypedServiceImplementation {
  return {
    // The engine falls back to the address among the arguments.
    handshake: refused("handshake"),
    getRequiredPlugins: unary(() => Promise.resolve(new language.GetRequiredPluginsResponse())),
    // Empty on purpose: with a list, the engine would go and download each plugin before it runs anything.
    getRequiredPackages: unary(() => Promise.resolve(new language.GetRequiredPackagesResponse())),
    getPluginInfo: unary(() => {
      const info = new pluginProto.PluginInfo();
      info.setVersion(settings.version);
      return Promise.resolve(info);
    }),
    about: unary(() => Promise.resolve(about())),
    getProgramDependencies: unary((request: language.GetProgramDependenciesRequest) =>
      Promise.resolve(dependencies(request)),
    ),
    run: unary((request: language.RunRequest) => runReported(request, settings, children)),
    runPlugin: (call: PluginStream) => {
      runPlugin(call, children).catch((error: unknown) => {
        call.emit("error", serviceError(error));
      });
    },
    installDependencies: (
      call: StreamOf<language.InstallDependenciesRequest, language.InstallDependenciesResponse>,
    ) => {
      const folder = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
      const message = `This language host installs nothing, so that the lock file decides alone. Run npm ci in ${folder}.`;
      call.emit("error", serviceError(new Error(message)));
    },
    runtimeOptionsPrompts: unary(() => Promise.resolve(new language.RuntimeOptionsResponse())),
    template: refused("template (pulumi new)"),
    generateProgram: refused("generateProgram (pulumi convert)"),
    generateProject: refused("generateProject (pulumi convert)"),
    generatePackage: refused("generatePackage (pulumi package gen-sdk)"),
    pack: refused("pack"),
    link: refused("link"),
    cancel: unary(async () => {
      await children.stopAll();
      return new Empty();
    }),
  };
}

/** A program that cannot be started is an answer of the protocol, not an error of it. */
async function runReported(
  request: language.RunRequest,
  settings: HostSettings,
  children: Children,
): Promise<language.RunResponse> {
  try {
    return await runProgram(request, settings.engineAddress, children);
  } catch (error) {
    const response = new language.RunResponse();
    response.setError(error instanceof Error ? error.message : String(error));
    return response;
  }
}

function about(): language.AboutResponse {
  const response = new language.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  response.getMetadataMap().set("languageHost", "stand-in of the sandbox");
  return response;
}

function dependencies(
  request: language.GetProgramDependenciesRequest,
): language.GetProgramDependenciesResponse {
  const response = new language.GetProgramDependenciesResponse();
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  for (const { name, version } of programDependencies(folder)) {
    const dependency = new DependencyInfo();
    dependency.setName(name);
    dependency.setVersion(version);
    response.addDependencies(dependency);
  }
  return response;
}

function refused(method: string): grpc.handleUnaryCall<unknown, unknown> {
  return unary(() =>
    Promise.reject(new NotImplemented(`The sandbox's language host does not have ${method}.`)),
  );
}
