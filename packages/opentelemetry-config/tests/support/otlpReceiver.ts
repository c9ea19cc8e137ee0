import path from "node:path";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** A span as it came over the wire, in plain values. */
export interface ReceivedSpan {
  readonly serviceName: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
  readonly name: string;
  /** SPAN_KIND_ of the protocol: 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root span. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly status: { readonly code: number; readonly message: string };
}

export interface OtlpReceiver {
  /** http:// (or https://, with credentials of its own) and the port on 127.0.0.1. */
  readonly endpoint: string;
  readonly port: number;
  readonly spans: ReceivedSpan[];
  /** The number of spans of each export call. */
  readonly batches: number[];
  /** So many of the next calls are refused with UNAVAILABLE. */
  refuse: number;
  /** Waits for the condition on the spans received so far. */
  until(condition: (spans: readonly ReceivedSpan[]) => boolean, timeoutMs?: number): Promise<void>;
  close(): void;
}

interface WireValue {
  value?: string;
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number;
  arrayValue?: { values?: WireValue[] };
  kvlistValue?: { values?: WireKeyValue[] };
  bytesValue?: Buffer;
}
interface WireKeyValue {
  key: string;
  value?: WireValue;
}
interface WireSpan {
  traceId: Buffer;
  spanId: Buffer;
  parentSpanId: Buffer;
  traceState: string;
  name: string;
  kind: number;
  attributes: WireKeyValue[];
  events: { name: string; attributes: WireKeyValue[] }[];
  links: { traceId: Buffer; attributes: WireKeyValue[] }[];
  status?: { code: number; message: string } | null;
}
interface WireRequest {
  resourceSpans: {
    resource?: { attributes: WireKeyValue[] };
    scopeSpans: { scope?: { name: string }; spans: WireSpan[] }[];
  }[];
}

/** A real OTLP/gRPC collector on 127.0.0.1 that keeps what it gets. */
export async function startOtlpReceiver(
  options: { port?: number; credentials?: ServerCredentials } = {},
): Promise<OtlpReceiver> {
  const definition = loadSync(path.join(__dirname, "trace.proto"), { defaults: true, oneofs: true });
  const loaded = loadPackageDefinition(definition) as unknown as {
    opentelemetry: {
      proto: {
        collector: {
          trace: { v1: { TraceService: { service: import("@grpc/grpc-js").ServiceDefinition } } };
        };
      };
    };
  };
  const server = new Server();
  const spans: ReceivedSpan[] = [];
  const batches: number[] = [];
  let waiting: (() => void)[] = [];

  const implementation: UntypedServiceImplementation = {
    Export(
      call: { request: WireRequest },
      callback: (error: { code: status; message: string } | null, value?: object) => void,
    ) {
      if (receiver.refuse > 0) {
        receiver.refuse -= 1;
        callback({ code: status.UNAVAILABLE, message: "refused by the test" });
        return;
      }
      const received = readRequest(call.request);
      batches.push(received.length);
      spans.push(...received);
      callback(null, {});
      for (const wake of waiting.splice(0)) wake();
    },
  };
  server.addService(loaded.opentelemetry.proto.collector.trace.v1.TraceService.service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      `127.0.0.1:${options.port ?? 0}`,
      options.credentials ?? ServerCredentials.createInsecure(),
      (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      },
    );
  });

  const receiver: OtlpReceiver = {
    endpoint: `${options.credentials === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    spans,
    batches,
    refuse: 0,
    async until(condition, timeoutMs = 15_000) {
      const deadline = Date.now() + timeoutMs;
      while (!condition(spans)) {
        const left = deadline - Date.now();
        if (left <= 0) {
          throw new Error(
            `not received in ${timeoutMs} ms; so far ${JSON.stringify(spans.map(({ name }) => name))}`,
          );
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
    close() {
      waiting = [];
      server.forceShutdown();
    },
  };
  return receiver;
}

function readRequest(request: WireRequest): ReceivedSpan[] {
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const attributes = readAttributes(resource?.attributes ?? []);
    return scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        serviceName: String(attributes["service.name"]),
        resource: attributes,
        scope: scope?.name ?? "",
        name: span.name,
        kind: span.kind,
        traceId: span.traceId.toString("hex"),
        spanId: span.spanId.toString("hex"),
        parentSpanId: span.parentSpanId.toString("hex"),
        traceState: span.traceState,
        attributes: readAttributes(span.attributes),
        events: span.events.map((event) => ({
          name: event.name,
          attributes: readAttributes(event.attributes),
        })),
        links: span.links.map((link) => ({
          traceId: link.traceId.toString("hex"),
          attributes: readAttributes(link.attributes),
        })),
        status: { code: span.status?.code ?? 0, message: span.status?.message ?? "" },
      })),
    );
  });
}

function readAttributes(list: readonly WireKeyValue[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value: WireValue | undefined): unknown {
  switch (value?.value) {
    case "intValue":
      return Number(value.intValue);
    case "arrayValue":
      return (value.arrayValue?.values ?? []).map(readValue);
    case "kvlistValue":
      return readAttributes(value.kvlistValue?.values ?? []);
    case undefined:
      return undefined;
    default:
      return value?.[value.value as keyof WireValue];
  }
}
