/** Ports of Jaeger, by what listens there. The OTLP, query and sampling ports are what clients know Jaeger by. */
export const ports = {
  otlpGrpc: 4317,
  otlpHttp: 4318,
  /** Jaeger's own thrift over HTTP; open only where a service of the stack asks for it. */
  legacyThriftHttp: 14268,
  samplingHttp: 5778,
  samplingGrpc: 5779,
  queryHttp: 16686,
  queryGrpc: 16685,
  metrics: 8888,
  /** What the spans tell of the services, where anybody reads metrics. */
  spanMetrics: 8889,
  health: 13133,
} as const;
