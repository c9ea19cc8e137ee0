import type * as grpc from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { decodeProperties, withoutSecrets } from "../shared/propertyValues";
import { ending, stop, type Children, type NodeProcess } from "./children";
import { nodeOptions, optionVariables } from "./options";
import { startPolicyProxy } from "./policyProxy";
import { sdkEntryPoint } from "./sdk";

/** How a call of RunPlugin answers: output as it comes, the exit code last. */
export type PluginStream = grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>;

/**
 * Runs a plugin written in TypeScript or JavaScript: a policy pack (kind `analyzer`) or a provider. Streams
 * its output and its exit code; the plugin is stopped when the engine ends the call.
 */
export async function runPlugin(call: PluginStream, children: Children): Promise<void> {
  if (call.request.getKind() === "analyzer") await runPolicyPack(call, children);
  else await runOther(call, children);
}

async function runOther(call: PluginStream, children: Children): Promise<void> {
  const { request } = call;
  const folder = programFolder(request);
  const entryPoint = sdkEntryPoint("@pulumi/pulumi/cmd/run-plugin", folder);
  const child = start(
    request,
    children,
    [entryPoint, folder, ...request.getArgsList()],
    request.getPwd(),
    {},
  );
  call.on("cancelled", () => void stop(child));
  child.stdout.on("data", (chunk: Buffer) => {
    writeOutput(call, "stdout", chunk);
  });
  await streamToEnd(call, child);
}

async function runPolicyPack(call: PluginStream, children: Children): Promise<void> {
  const { request } = call;
  const folder = programFolder(request);
  // Looked for before anything runs, so that a missing SDK is said at once.
  const entryPoint = sdkEntryPoint("@pulumi/pulumi/cmd/run-policy-pack", folder);
  const ended = new Promise<void>((resolve, reject) => {
    call.on("cancelled", resolve);
    void startPolicyProxy((variables) => {
      const child = start(
        request,
        children,
        [entryPoint, ...request.getArgsList(), folder],
        folder,
        variables,
      );
      call.on("cancelled", () => void stop(child));
      void streamToEnd(call, child).then(resolve, reject);
      return firstLine(child).then((line) => {
        child.stdout.on("data", (chunk: Buffer) => {
          writeOutput(call, "stdout", chunk);
        });
        return Number(line);
      });
    }).then((proxy) => {
      call.on("cancelled", proxy.close);
      void ended.finally(proxy.close);
      writeOutput(call, "stdout", Buffer.from(`${proxy.port}\n`));
    }, reject);
  });
  await ended;
}

function start(
  request: language.RunPluginRequest,
  children: Children,
  pluginArguments: readonly string[],
  folder: string,
  variables: NodeJS.ProcessEnv,
): NodeProcess {
  const options = nodeOptions(withoutSecrets(decodeProperties(request.getInfo()?.getOptions())));
  return children.start([...options.nodeArguments, ...pluginArguments], {
    folder,
    environment: { ...environmentFrom(request.getEnvList()), ...optionVariables(options), ...variables },
  });
}

/** The first line that a pack prints: the port it listens on. */
function firstLine(pack: NodeProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const collect = (chunk: Buffer): void => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end < 0) return;
      pack.stdout.off("data", collect);
      resolve(text.slice(0, end));
    };
    pack.stdout.on("data", collect);
    ending(pack).then(({ code }) => {
      reject(
        new Error(
          `The policy pack ended with code ${String(code)} before it was ready; see what it printed.`,
        ),
      );
    }, reject);
  });
}

/** Hands on what a process prints to stderr, and its exit code at the end. */
async function streamToEnd(call: PluginStream, child: NodeProcess): Promise<void> {
  child.stderr.on("data", (chunk: Buffer) => {
    writeOutput(call, "stderr", chunk);
  });
  const { code } = await ending(child);
  const response = new language.RunPluginResponse();
  response.setExitcode(code ?? 1);
  call.write(response);
  call.end();
}

function writeOutput(call: PluginStream, stream: "stdout" | "stderr", chunk: Buffer): void {
  const response = new language.RunPluginResponse();
  if (stream === "stdout") response.setStdout(chunk);
  else response.setStderr(chunk);
  call.write(response);
}

function programFolder(request: language.RunPluginRequest): string {
  return request.getInfo()?.getProgramDirectory() ?? request.getProgram();
}

function environmentFrom(entries: readonly string[]): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const entry of entries) {
    const equals = entry.indexOf("=");
    if (equals > 0) environment[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return environment;
}
