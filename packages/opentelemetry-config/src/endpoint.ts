interface Advice {
  readonly allowed: string;
  readonly write: string;
}

const GRPC_ALLOWED = "http://host:port (plain text) or https://host[:port] (TLS), without a path";
const HTTP_ALLOWED = "an http:// or https:// address";

/**
 * What is wrong with an endpoint, or undefined when it can be used.
 * A gRPC endpoint is only an authority: a path, a query or a login would be dropped in silence by the
 * exporter, and http:// without a port would dial port 80, so each of them is refused with the way out.
 */
export function endpointAdvice(text: string, protocol: "grpc" | "http"): Advice | undefined {
  const allowed = protocol === "grpc" ? GRPC_ALLOWED : HTTP_ALLOWED;
  const refuse = (write: string): Advice => ({ allowed, write });

  if (!/^https?:\/\//i.test(text)) {
    const authority = text.replace(/^[a-z][a-z0-9+.-]*:\/*(?=[^\d])/i, "");
    return refuse(
      URL.canParse(`http://${authority}`) ? `http://${authority}` : "http://jaeger-collector:4317",
    );
  }
  if (/\s/.test(text) || !URL.canParse(text)) return refuse("an address like http://jaeger-collector:4317");

  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return refuse(`${url.protocol}//${url.host}, and the login in OTEL_EXPORTER_OTLP_HEADERS`);
  }
  if (protocol === "http") return undefined;

  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    // 4318 with a path is the OTLP/HTTP address, the usual mix-up.
    const host = url.port === "4318" ? `${url.hostname}:4317` : url.host;
    return refuse(`${url.protocol}//${host}${url.port === "4318" ? ", the gRPC port" : ""}`);
  }
  const hasPort = /^https?:\/\/[^/]*:\d+\/?$/i.test(text);
  if (url.protocol === "http:" && !hasPort) return refuse(`http://${url.hostname}:4317`);
  return undefined;
}
