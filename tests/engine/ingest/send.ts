import { randomBytes } from "node:crypto";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import type tls from "node:tls";
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { projectFolder } from "../../support/stackFiles";

/** What a client trusts and shows, PEM. */
export interface ClientTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** One span to one port. */
export interface Sending {
  readonly port: number;
  readonly service: string;
  /** @default plain text */
  readonly tls?: ClientTls | undefined;
  /** By which name the server is known. @default localhost */
  readonly servername?: string;
}

/** The ways to send OTLP, each with a plain client of its protocol. @returns undefined once the span is acknowledged, else why not */
export const protocols = { grpc: sendByGrpc, http: sendByHttp } as const;

const proto = path.join(projectFolder, "packages/opentelemetry-config/tests/support/trace.proto");

function sendByGrpc({ port, service, tls, servername }: Sending): Promise<string | undefined> {
  const loaded = loadPackageDefinition(loadSync(proto)) as unknown as {
    opentelemetry: { proto: { collector: { trace: { v1: { TraceService: ServiceClientConstructor } } } } };
  };
  const pem = (value: string | undefined): Buffer | null => (value === undefined ? null : Buffer.from(value));
  const { TraceService } = loaded.opentelemetry.proto.collector.trace.v1;
  const client = new TraceService(
    `localhost:${port}`,
    tls === undefined
      ? credentials.createInsecure()
      : credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert)),
    servername === undefined ? {} : { "grpc.ssl_target_name_override": servername },
  );
  const request = spanOf(service, (bytes) => bytes);
  return new Promise((resolve) => {
    const call = client["Export"] as (
      request: object,
      options: { deadline: number },
      done: (error: Error | null) => void,
    ) => void;
    call.call(client, request, { deadline: Date.now() + 5000 }, (error) => {
      client.close();
      resolve(error?.message);
    });
  });
}

function sendByHttp({ port, service, tls, servername }: Sending): Promise<string | undefined> {
  const body = JSON.stringify(spanOf(service, (bytes) => bytes.toString("hex")));
  const address = `${tls === undefined ? "http" : "https"}://localhost:${port}/v1/traces`;
  const options: https.RequestOptions = {
    method: "POST",
    agent: false,
    timeout: 5000,
    headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    ...(tls as tls.SecureContextOptions | undefined),
    ...(servername === undefined ? {} : { servername }),
  };
  return new Promise((resolve) => {
    const request = (tls === undefined ? http : https).request(address, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("error", (error) => {
        resolve(error.message);
      });
      answer.on("end", () => {
        resolve(answer.statusCode === 200 ? undefined : `${answer.statusCode ?? 0} ${text.trim()}`);
      });
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
    request.on("error", (error) => {
      resolve(error.message);
    });
    request.end(body);
  });
}

function spanOf(service: string, id: (bytes: Buffer) => Buffer | string): object {
  const now = BigInt(Date.now()) * 1_000_000n;
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: id(randomBytes(16)),
                spanId: id(randomBytes(8)),
                name: "one",
                kind: 1,
                startTimeUnixNano: String(now),
                endTimeUnixNano: String(now + 1_000_000n),
              },
            ],
          },
        ],
      },
    ],
  };
}
