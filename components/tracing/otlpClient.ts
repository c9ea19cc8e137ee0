import { otlpFiles } from "../jaeger/ingestTls";

/** What a service needs to send spans over TLS: files at a fixed place, and the standard variables that name them. */

/** Where the pod of a service has them. */
export const otlpClientFolder = "/etc/nova-tracing/otlp-tls";

/**
 * The variables that OpenTelemetry's SDKs take a certificate from. The client's own stand there with `tls` too, where
 * no server asks for it: so `mtls` changes no ConfigMap, and finds every service ready.
 */
export const otlpClientVariables = {
  OTEL_EXPORTER_OTLP_CERTIFICATE: `${otlpClientFolder}/${otlpFiles.authority}`,
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: `${otlpClientFolder}/${otlpFiles.certificate}`,
  OTEL_EXPORTER_OTLP_CLIENT_KEY: `${otlpClientFolder}/${otlpFiles.key}`,
} as const;
