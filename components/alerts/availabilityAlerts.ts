import type { MetricsPods } from "../jaeger/metrics";
import { limitAlert, podText, valueText, type NamespaceAlertsInput } from "./alert";
import { elasticsearchRole } from "./elasticsearchMetrics";
import { probeRole } from "./probeMetrics";
import { labelled, lines, selector } from "./promql";
import type { AlertingRule } from "./rule";
import { upOf, type SpanPodsInput } from "./spanPods";
import { duration, durationText } from "./threshold";
import { thresholds } from "./thresholds";

/** What the alerts on what runs depend on. */
export interface AvailabilityAlertsInput extends NamespaceAlertsInput, SpanPodsInput {}

/**
 * Alerts on what runs. Pods, restarts and replicas come from kube-state-metrics; where Prometheus does not have its
 * metrics, an alert says so, as the others would be silent whatever happens.
 */
export function availabilityAlerts(input: AvailabilityAlertsInput): readonly AlertingRule[] {
  const { namespace, runbookUrl } = input;
  const roles = rolesOfJaeger(input.metricsPods);
  const up = (role: string): string => upOf(input, role);
  const kube = (metric: string): string => selector(`kube_${metric}`, { namespace });
  const { windowMinutes } = thresholds.TracingPodRestarting;

  /** How many of its pods a controller misses. */
  const missing = (kind: string, wanted: string, there: string): string =>
    [wanted, there]
      .map((metric) => `max by (namespace, ${kind}) (${kube(`${kind}_${metric}`)})`)
      .join("\n- ");
  return [
    limitAlert(
      runbookUrl,
      "JaegerUnavailable",
      lines(
        "(",
        `  ${roles
          .map((role) => labelled(labelled(`absent(${up(role)} == 1)`, "namespace", namespace), "role", role))
          .join("\n  or ")}`,
        ")",
      ),
      {
        summary: "No Jaeger answers",
        finding: "No pod of Jaeger's {{ $labels.role }} in {{ $labels.namespace }} answers Prometheus",
        consequence:
          "spans are refused if it is the gateway or the collector, and nobody can read traces if it is the query",
      },
    ),
    limitAlert(
      runbookUrl,
      "JaegerTargetDown",
      lines("(", `  1 - ${roles.map(up).join("\n  or 1 - ")}`, ")"),
      {
        summary: "A pod of Jaeger does not answer",
        finding: `${podText} does not answer Prometheus`,
        consequence: "it does not work, or nothing is known of it",
      },
    ),
    limitAlert(
      runbookUrl,
      "TracingPodRestarting",
      `changes(${kube("pod_container_status_restarts_total")}[${duration(windowMinutes)}])`,
      {
        summary: "A container starts again and again",
        finding: `{{ $labels.container }} in ${podText} has been restarted ${valueText()} times over ${durationText(windowMinutes)}`,
        consequence: "each time what it held in memory is gone",
      },
    ),
    limitAlert(
      runbookUrl,
      "JaegerReplicasMissing",
      missing("deployment", "spec_replicas", "status_replicas_available"),
      {
        summary: "Pods of Jaeger are missing",
        finding: `{{ $labels.namespace }}/{{ $labels.deployment }} has ${valueText()} pods too few`,
        consequence: "the others carry their load, and there is less in reserve",
      },
    ),
    limitAlert(
      runbookUrl,
      "ElasticsearchNodesMissing",
      missing("statefulset", "replicas", "status_replicas_ready"),
      {
        summary: "Nodes of Elasticsearch are missing",
        finding: `{{ $labels.namespace }}/{{ $labels.statefulset }} has ${valueText()} nodes too few`,
        consequence:
          "indices without a further copy are away, and the next node that is lost takes more with it",
      },
    ),
    limitAlert(
      runbookUrl,
      "TracingKubernetesMetricsMissing",
      labelled(`absent(${kube("deployment_spec_replicas")})`, "namespace", namespace),
      {
        summary: "Prometheus does not see Kubernetes' objects",
        finding: "There are no metrics of kube-state-metrics about {{ $labels.namespace }}",
        consequence: "alerts on pods, replicas and Jobs are silent whatever happens",
      },
    ),
  ];
}

/** Roles of Jaeger itself. Where Elasticsearch's metrics or the probe's do not come, the alerts on those say so. */
export function rolesOfJaeger(pods: readonly Pick<MetricsPods, "role">[]): readonly string[] {
  const others: readonly string[] = [elasticsearchRole, probeRole];
  return pods.map(({ role }) => role).filter((role) => !others.includes(role));
}
