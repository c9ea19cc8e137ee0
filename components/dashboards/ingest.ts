import { rolesOfJaeger } from "../alerts/availabilityAlerts";
import { selector } from "../alerts/promql";
import { has } from "../alerts/spanPods";
import { gatewayRole } from "../jaeger/metrics";
import { alertValues, type Dashboard, type DashboardsInput } from "./panel";
import { byPod, collectorPanels, gatewayPanels } from "./received";

/** What comes into the collectors, what they refuse and drop, and what they run on. */
export function ingestDashboard(input: DashboardsInput): Dashboard {
  const { namespace, metricsPods } = input;
  const value = alertValues(input);
  const own = (metric: string): string => selector(metric, { namespace });
  const roles = rolesOfJaeger(metricsPods);
  return {
    name: "ingest",
    title: "Nova tracing / Ingest",
    description: "Spans on their way into Jaeger: taken, refused, queued, dropped.",
    panels: [
      ...(has(input, gatewayRole) ? gatewayPanels(input) : []),
      ...collectorPanels(input),
      {
        title: "Memory",
        description:
          "Memory that each pod of Jaeger, and of the gateway before it, has (resident). Its limit is in the stack file.",
        unit: "bytes",
        queries: [{ expr: own("otelcol_process_memory_rss_bytes"), legend: "{{pod}}" }],
      },
      {
        title: "CPU",
        description:
          "Cores that each pod of Jaeger, and of the gateway before it, uses. Its limit is in the stack file.",
        unit: "cores",
        queries: [{ expr: byPod(own("otelcol_process_cpu_seconds_total")), legend: "{{pod}}" }],
      },
      {
        title: "Pods that do not answer Prometheus",
        description: `1 for each pod whose metrics cannot be read: ${roles.join(", ")}.`,
        unit: "state",
        alerts: ["JaegerTargetDown"],
        queries: [{ expr: value("JaegerTargetDown"), legend: "{{pod}}" }],
      },
      {
        title: "Pods missing",
        description: "Pods that a Deployment of the namespace wants and does not have (kube-state-metrics).",
        unit: "count",
        alerts: ["JaegerReplicasMissing"],
        queries: [{ expr: value("JaegerReplicasMissing"), legend: "{{deployment}}" }],
      },
      {
        title: "Restarts",
        description: "How often each container was restarted over the last hour (kube-state-metrics).",
        unit: "count",
        alerts: ["TracingPodRestarting"],
        queries: [{ expr: value("TracingPodRestarting"), legend: "{{pod}} {{container}}" }],
      },
    ],
  };
}
