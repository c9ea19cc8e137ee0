import { limitAlert, valueText, type NamespaceAlertsInput } from "./alert";
import { labelled, selector } from "./promql";
import type { AlertingRule } from "./rule";

/**
 * Alerts on certificates, from cert-manager's own metrics, for a stack that has some. Prometheus takes the label
 * `namespace` for the namespace of cert-manager's pod, and keeps the certificate's as `exported_namespace`, unless it is
 * told to honour labels.
 */
export function certificateAlerts({ namespace, runbookUrl }: NamespaceAlertsInput): readonly AlertingRule[] {
  const certificates = (how: "min" | "max", name: string, labels = {}): string => {
    const metric = `certmanager_certificate_${name}`;
    const own = selector(metric, { exported_namespace: namespace, ...labels });
    const honoured = selector(metric, { exported_namespace: "", namespace, ...labels });
    return labelled(`${how} by (name) (${own} or ${honoured})`, "namespace", namespace);
  };
  const expiration = certificates("min", "expiration_timestamp_seconds");
  return [
    limitAlert(runbookUrl, "TracingCertificateExpiring", `(${expiration} - time()) / 86400`, {
      summary: "A certificate is about to expire",
      finding: `The certificate {{ $labels.namespace }}/{{ $labels.name }} has ${valueText(1)} days left`,
      consequence:
        "cert-manager should have renewed it long ago, and nobody will accept it once it has expired",
    }),
    limitAlert(
      runbookUrl,
      "TracingCertificateNotReady",
      certificates("max", "ready_status", { condition: "!=True" }),
      {
        summary: "A certificate is not ready",
        finding:
          "cert-manager does not call the certificate {{ $labels.namespace }}/{{ $labels.name }} ready",
        consequence: "it could not be issued or renewed, is not valid or has expired",
      },
    ),
    limitAlert(
      runbookUrl,
      "TracingCertificateMetricsMissing",
      labelled(`absent(${expiration})`, "namespace", namespace),
      {
        summary: "Prometheus does not see certificates",
        finding: "There are no metrics of cert-manager about {{ $labels.namespace }}",
        consequence: "alerts on certificates are silent whatever happens",
      },
    ),
  ];
}
