/** Release of the OpenTelemetry Collector; its contrib distribution has the redaction. */
export const gatewayVersion = "0.155.0";

/** Image of the gateway; it says of itself which user it runs as, and has no shell. */
export const gatewayImage = `otel/opentelemetry-collector-contrib:${gatewayVersion}`;
