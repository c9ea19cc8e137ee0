import { type ChildProcessByStdio, spawn } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerInfo,
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeResponse,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Declared } from "./evaluate";

/** Folder of the pack. */
export const packFolder = path.resolve(__dirname, "../../../policy");

/** A finding of the pack, as the engine gets it. */
export interface Diagnostic {
  readonly policy: string;
  /** 0 advisory, 1 mandatory, 2 disabled, 3 remediate. */
  readonly level: number;
  readonly message: string;
  readonly urn: string;
}

/** The pack in the SDK's own host, asked as the engine asks it. */
export interface Host {
  info(): Promise<AnalyzerInfo.AsObject>;
  analyze(resource: Declared, stack: string): Promise<Diagnostic[]>;
  analyzeStack(resources: readonly Declared[], stack: string): Promise<Diagnostic[]>;
  stop(): Promise<void>;
}

/**
 * Starts the pack as the vendor's language host does: the SDK's entry point, with the address of an engine (which the
 * pack never calls) and the folder. What the engine says of the stack (ConfigureStack) and of the configuration
 * (Configure) is never said: those are the nil options of `pulumi policy analyze`.
 */
export async function startHost(folder: string = packFolder): Promise<Host> {
  const child = spawn(
    process.execPath,
    [require.resolve("@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", folder],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  const port = await portOf(child);
  const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_send_message_length": -1,
  });
  return {
    info: async () =>
      (await call<AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done))).toObject(),
    analyze: async (resource, stack) => {
      const request = filled(new AnalyzeRequest(), resource, stack);
      return diagnostics(await call<AnalyzeResponse>((done) => client.analyze(request, done)));
    },
    analyzeStack: async (resources, stack) => {
      const request = new AnalyzeStackRequest();
      request.setResourcesList(resources.map((one) => filled(new AnalyzerResource(), one, stack)));
      return diagnostics(await call<AnalyzeResponse>((done) => client.analyzeStack(request, done)));
    },
    stop: () =>
      new Promise((resolve) => {
        client.close();
        child.once("close", () => {
          resolve();
        });
        child.kill();
      }),
  };
}

function portOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<number> {
  return new Promise((resolve, reject) => {
    let [text, errors] = ["", ""];
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(Number(text));
    });
    child.once("close", (code) => {
      reject(new Error(`the host ended with ${String(code)}: ${errors}`));
    });
  });
}

type Done<Response> = (error: grpc.ServiceError | null, response: Response) => void;

function call<Response>(make: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    make((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

function filled<Request extends AnalyzeRequest | AnalyzerResource>(
  request: Request,
  { type, name, props }: Declared,
  stack: string,
): Request {
  request.setType(type);
  request.setName(name);
  request.setUrn(`urn:pulumi:${stack}::nova-tracing::${type}::${name}`);
  request.setProperties(Struct.fromJavaScript(props as Record<string, JavaScriptValue>));
  request.setOptions(new AnalyzerResourceOptions());
  return request;
}

function diagnostics(response: AnalyzeResponse): Diagnostic[] {
  return response.getDiagnosticsList().map((one) => ({
    policy: one.getPolicyname(),
    level: one.getEnforcementlevel(),
    message: one.getMessage(),
    urn: one.getUrn(),
  }));
}
