import http2 from "node:http2";

/** What a question by gRPC got. */
export interface GrpcAnswer {
  /** The status of HTTP, or that nobody answered it. */
  readonly got: string;
  /** All bytes of the answer. */
  readonly text: string;
}

/**
 * Asks Jaeger's query service for a trace by gRPC, over a connection of its own.
 * @param origin `http://...` for HTTP/2 without TLS
 * @param host for TLS and as the authority
 */
export async function askByGrpc(origin: string, traceId: string, host?: string): Promise<GrpcAnswer> {
  const session = http2.connect(origin, {
    rejectUnauthorized: false,
    ...(host !== undefined && { servername: host }),
  });
  const failed = new Promise<GrpcAnswer>((resolve) => {
    session.on("error", () => {
      resolve({ got: "no answer", text: "" });
    });
    session.setTimeout(3000, () => {
      resolve({ got: "no answer", text: "" });
    });
  });
  try {
    return await Promise.race([failed, ask(session, traceId, host)]);
  } finally {
    session.destroy();
  }
}

async function ask(session: http2.ClientHttp2Session, traceId: string, host?: string): Promise<GrpcAnswer> {
  const stream = session.request({
    ":method": "POST",
    ":path": "/jaeger.api_v3.QueryService/GetTrace",
    ...(host !== undefined && { ":authority": host }),
    "content-type": "application/grpc",
    te: "trailers",
  });
  // The one field of a GetTraceRequest that counts, in a message that is not compressed.
  const message = Buffer.concat([Buffer.from([0x0a, traceId.length]), Buffer.from(traceId)]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([frame, message]));
  let text = "";
  let status = "no answer";
  stream.setEncoding("latin1").on("data", (part: string) => (text += part));
  stream.on("response", (headers) => (status = String(headers[":status"])));
  stream.on("error", () => undefined);
  await new Promise((resolve) => stream.once("close", resolve));
  return { got: status, text };
}
