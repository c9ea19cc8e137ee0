import type { Fault } from "./fault";

/** No collector. */
export const collector: Fault = {
  name: "collector",
  broken: "the collector is stopped (Deployment scaled to 0)",
  repaired: "scaled to 1",
  expected: [
    { alertname: "JaegerUnavailable", role: "collector" },
    { alertname: "TracingProbeFailing", reason: "ingest" },
  ],
  async break(staging) {
    const path = staging.path("/apis/apps/v1", "deployments", "jaeger-collector-backend");
    await staging.change(path, { spec: { replicas: 0 } });
    return () => staging.change(path, { spec: { replicas: 1 } });
  },
};
