import { stoppedDeployment } from "./fault";

/** Nobody takes spans from services. */
export const gateway = stoppedDeployment({
  name: "gateway",
  what: "the gateway is stopped",
  deployment: "jaeger-gateway",
  expected: [
    { alertname: "JaegerUnavailable", role: "gateway" },
    { alertname: "TracingProbeFailing", reason: "ingest" },
  ],
});
