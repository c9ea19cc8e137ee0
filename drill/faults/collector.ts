import { stoppedDeployment } from "./fault";

/** Nobody writes spans to the storage. */
export const collector = stoppedDeployment({
  name: "collector",
  what: "Jaeger's own collectors are stopped",
  deployment: "jaeger-collector-backend",
  expected: [
    { alertname: "JaegerUnavailable", role: "collector" },
    { alertname: "TracingProbeFailing", reason: "ingest" },
  ],
});
